"""Texts and labels of every task of the critic, before tokens: only the critic's half of labelled data."""

import difflib
import math
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, ".."), os.path.join(HERE, "..", "rewriter")]

import corpus  # noqa: E402
from arrays import CALIBRATE, DEVELOP, TRAIN  # noqa: E402
from changes import holed, negated, other_number, scrambled, shortened  # noqa: E402
from halves import CRITIC, fold, half  # noqa: E402
from makers import MAKERS  # noqa: E402
from noise import Noiser  # noqa: E402

STYLE_FORMALITY = {"message": 0.3, "business": 0.75, "technical": 0.8, "encyclopedic": 0.85, "news": 0.85, "essay": 0.7}
STYLES = {"message": 40, "business": 18, "technical": 10, "encyclopedic": 14, "news": 12, "essay": 2, "literary": 4}
SAME = -1.0  # score of a pair that means the same, for the contrastive loss


class Examples:
    def __init__(self):
        self.texts, self.pairs = [], []

    def add(self, kind, split, text, target=None, **labels):
        """target: the corrected text; its differences are the token labels (the text itself: no token is wrong)."""
        self.texts.append((kind, split, text, target, labels))
        return len(self.texts) - 1

    def pair(self, kind, split, a, b, hard=-1, score=SAME):
        """a, b, hard: numbers of texts."""
        self.pairs.append((kind, split, a, b, hard, score))


def part(text, folds=25):
    """A small part of the training data calibrates; variants of one text stay together."""
    return CALIBRATE if fold(text, folds) == 0 else TRAIN


def edit_share(source, target):
    a, b = source.split(), target.split()
    changed = sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes() if tag != "equal")
    return changed / max(1, len(a), len(b))


def acceptability(source, target):
    """1 without errors, about 0.5 with one word wrong in ten, near 0 when a third is wrong."""
    return 0.9 * math.exp(-6 * edit_share(source, target))


def wrong(e, kind, split, source, target):
    return e.add(kind, split, source, target, acceptability=acceptability(source, target), needs_edit=1.0)


# ---------------------------------------------------------------- clean prose, errors


def clean_sentences(prepared, wanted, r):
    """(style, sentence, its neighbour in the passage or None), the critic's half only."""
    for style, share in STYLES.items():
        runs, count = prepared["styles"].get(style, []), round(wanted * share / 100)
        r.shuffle(runs)
        for run in runs:
            found = run.split("\n")
            i = r.randrange(len(found))
            if count <= 0:
                break
            if half(found[i]) == CRITIC and len(found[i]) <= 220:
                count -= 1
                yield style, found[i], found[i + 1] if i + 1 < len(found) else found[i - 1] if i else None


def noiser(prepared):
    return Noiser(set(prepared["words"]), prepared["misspellings"], set(prepared["common"]), prepared["phrases"], prepared["carriers"])


def noisy(r, noise, text):
    x = r.random()
    return scrambled(r, text) if x < 0.06 else (x < 0.2 and holed(r, text)) or noise(r, text)


def another_meaning(r, text, neighbour=None):
    """A text near this one that says something else, or None."""
    found = [negated(r, text), other_number(r, text), shortened(r, text), neighbour]
    return r.choice([f for f in found if f] or [None])


def errors(e, prepared, wanted, r):
    """Clean sentences and noisy versions of them; both are also pairs of like meaning."""
    noise = noiser(prepared)
    for style, text, neighbour in clean_sentences(prepared, wanted, r):
        split = part(text)
        labels = {"formality": STYLE_FORMALITY[style]} if style in STYLE_FORMALITY and r.random() < 0.5 else {}
        clean = e.add("clean", split, text, text, acceptability=0.98, needs_edit=0.01, toxicity=0.01, **labels)
        for _ in range(r.choice([1, 1, 2])):
            source = noisy(r, noise, text)
            if source == text:
                continue
            bad = wrong(e, "noise", split, source, text)
        if source != text and r.random() < 0.25:
            other = another_meaning(r, text, neighbour)
            e.pair("noise", split, bad, clean, e.add("other", split, other) if other else -1)


def rules(e, data, r):
    """Examples of grammar checkers."""
    for file in ("rewrite/harper.train", "rewrite/languagetool.train"):
        for task, source, ref, _ in corpus.pairs(data, file):
            if task == "gec" and source != ref:
                split = part(ref)
                wrong(e, "rules", split, source, ref)
                e.add("rules", split, ref, ref, acceptability=0.95, needs_edit=0.03)
    for _, source, _, _ in corpus.pairs(data, "rewrite/languagetool_nochange.train"):
        e.add("rules", part(source), source, source, acceptability=0.95, needs_edit=0.03)


# ---------------------------------------------------------------- labels of people


def toxicity(e, data):
    for x in corpus.read(data, "rewrite/paradetox.train"):
        if half(x["src"]) != CRITIC:
            continue
        split = part(x["src"])
        source = e.add("paradetox", split, x["src"], toxicity=1.0)
        for ref in x["refs"]:
            mild = e.add("paradetox", split, ref, toxicity=0.0)
            e.pair("paradetox", split, source, mild)
    for x in corpus.read(data, "labels/davidson_offensive.train"):
        if half(x["text"]) == CRITIC:
            votes = x["labels"]["votes"]
            text = re.sub(r"\s+", " ", re.sub(r"\bRT\b|@user:?|<url>|^[!:\s]+", " ", x["text"])).strip()
            e.add("davidson", part(x["text"]), text, toxicity=1 - votes["neither"] / sum(votes.values()))
    for x in corpus.read(data, "labels/paradetox_cannot_rewrite.train"):
        reason = next(iter(x["labels"])) if len(x["labels"]) == 1 else ""
        if half(x["text"]) == CRITIC and reason in ("toxic_content", "not_toxic"):
            e.add("cannot_rewrite", part(x["text"]), x["text"], toxicity=0.9 if reason == "toxic_content" else 0.3)


def polite_share(z):
    return 1 / (1 + math.exp(-1.7 * z))


def politeness(e, data):
    for x in corpus.read(data, "labels/stanford_politeness.train"):
        if half(x["text"]) == CRITIC:
            e.add("stanford", part(x["text"], 12), x["text"], politeness=polite_share(x["labels"]["politeness"]))


def contractions(e, data):
    for _, source, ref, _ in corpus.pairs(data, "rewrite/tatoeba_contractions.train"):
        if half(source) == CRITIC:
            split = part(source)
            e.pair("contractions", split, e.add("contractions", split, source, formality=0.2), e.add("contractions", split, ref, formality=0.8))


def similarity(e, data):
    for x in corpus.read(data, "labels/stsb.train"):
        if half(x["text"]) == CRITIC:
            split = part(x["text"], 12)
            e.pair("stsb", split, e.add("stsb", split, x["text"]), e.add("stsb", split, x["text2"]), score=x["labels"]["similarity_0_5"] / 5)


def paraphrases(e, data, r):
    for file, most in (("tatoeba_paraphrase", 7000), ("wikisplit", 2500), ("onestop", 2500), ("disfl_qa", 2500)):
        name = f"rewrite/{file}." + ("tune" if file == "wikisplit" else "train")
        found = [(s, t) for _, s, t, _ in corpus.pairs(data, name) if s != t]
        r.shuffle(found)
        for source, ref in found[:most]:
            split = part(source)
            other = another_meaning(r, ref) if r.random() < 0.5 else None
            e.pair(file, split, e.add(file, split, source), e.add(file, split, ref), e.add("other", split, other) if other else -1)


# ---------------------------------------------------------------- makers

MADE = {  # maker: how many pairs, label of the source, label of the target
    "appropriate": (5000, {"toxicity": 0.95}, {"toxicity": 0.02}),
    "polite": (4000, {"politeness": 0.25}, {"politeness": 0.8}),
    "formal": (8000, {"formality": 0.15}, {"formality": 0.85}),
    "paraphrase": (4000, {}, {}),
    "friendly": (3000, {}, {}),
}
SAID_AGAIN = ("paraphrase", "formal", "polite", "friendly")  # both sides mean the same


def made(e, prepared, r, scale=1.0):
    tables = {"simple": prepared["simple"], "short": prepared["short"]}
    for name, (wanted, low, high) in MADE.items():
        done = 0
        for _, text, neighbour in clean_sentences(prepared, 12 * wanted * scale, r):
            pair = MAKERS[name](r, text, tables)
            if not pair or pair[0] == pair[1]:
                continue
            split = part(pair[1])
            a, b = e.add(name, split, pair[0], **low), e.add(name, split, pair[1], **high)
            if name in SAID_AGAIN and r.random() < 0.6:
                other = another_meaning(r, pair[1], neighbour)
                e.pair(name, split, a, b, e.add("other", split, other) if other else -1)
            done += 1
            if done >= wanted * scale:
                break


def inappropriate(e, data):
    """Research only: the corpus has no licence. The mean of the raters is not in the file, so the label is hard."""
    for x in corpus.read(data, "labels/appropriateness.train", research=True):
        label = next(v for k, v in x["labels"].items() if k.lower().startswith("inappropriate"))
        e.add("appropriateness", part(x["text"]), x["text"], appropriateness=1.0 - float(label))


# ---------------------------------------------------------------- development


def development(e, data, prepared, r):
    read = lambda file: corpus.read(data, file, evaluation=True)  # noqa: E731
    for x in read("rewrite/paradetox.dev"):
        e.add("paradetox", DEVELOP, x["src"], toxicity=1.0)
        for ref in x["refs"]:
            e.add("paradetox", DEVELOP, ref, toxicity=0.0)
    for x in read("labels/stanford_politeness.dev"):
        e.add("stanford", DEVELOP, x["text"], politeness=polite_share(x["labels"]["politeness"]))
    for x in read("labels/stsb.dev"):
        e.pair("stsb", DEVELOP, e.add("stsb", DEVELOP, x["text"]), e.add("stsb", DEVELOP, x["text2"]), score=x["labels"]["similarity_0_5"] / 5)
    for x in read("labels/gug.train"):
        e.add("gug", DEVELOP, x["text"], acceptability=(x["labels"]["grammaticality_1_4"] - 1) / 3)
    for file in ("rewrite/harper.dev", "rewrite/languagetool.dev"):
        for x in read(file):
            if x["task"] == "gec" and x["src"] != x["refs"][0]:
                wrong(e, "rules", DEVELOP, x["src"], x["refs"][0])
                e.add("rules", DEVELOP, x["refs"][0], x["refs"][0], acceptability=1.0, needs_edit=0.0)
    held_out(e, prepared, r)


def held_out(e, prepared, r):
    """Synthetic sets on sentences that no model of ours has seen."""
    noise, tables = noiser(prepared), {"simple": prepared["simple"], "short": prepared["short"]}
    texts = [t for t in prepared["heldout"] if len(t) <= 220]
    r.shuffle(texts)
    for text in texts[:1200]:
        source = noise(r, text)
        if source != text:
            e.add("clean", DEVELOP, text, text, acceptability=1.0, needs_edit=0.0, toxicity=0.0)
            wrong(e, "noise", DEVELOP, source, text)
        hole = holed(r, text)
        if hole:
            wrong(e, "hole", DEVELOP, hole, text)
    for name, (_, low, high) in MADE.items():
        found = [p for t in texts[1200:9000] for p in [MAKERS[name](r, t, tables)] if p and p[0] != p[1]][:300]
        for source, target in found if low else []:
            e.add(name, DEVELOP, source, **{k: float(v > 0.5) for k, v in low.items()})
            e.add(name, DEVELOP, target, **{k: float(v > 0.5) for k, v in high.items()})
        for source, target in found if name in SAID_AGAIN else []:
            a, b, other = e.add("other", DEVELOP, source), e.add("other", DEVELOP, target), another_meaning(r, target)
            e.pair(name, DEVELOP, a, b, score=1.0)
            if other:
                e.pair(name, DEVELOP, a, e.add("other", DEVELOP, other), score=0.0)


def collect(data, prepared, clean, research=False):
    e, r = Examples(), random.Random(0)
    errors(e, prepared, clean, r)
    rules(e, data, r)
    toxicity(e, data)
    politeness(e, data)
    contractions(e, data)
    similarity(e, data)
    paraphrases(e, data, r)
    made(e, prepared, r)
    if research:
        inappropriate(e, data)
    development(e, data, prepared, random.Random(1))
    return e
