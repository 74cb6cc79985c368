"""The training mix: which task, which wording, which text. `Mix(path).example(r)` gives (intent, prompt, target).

python mix.py PREPARED 20 [INTENT] prints examples.
"""

import collections
import itertools
import random
import re

import corpus
from makers import MAKERS, clearer, infill as gaps, shorter, simpler, special
from makers.appropriate import SWEARING
from makers.formal import formalise
from makers.friendly import GREETED
from noise import Noiser
from text import SMALL, Swap, upper_first

# The first wording of each intent is the one the app sends; it is drawn about six times in ten.
WORDINGS = {
    "fix": ["Fix the grammar", "Correct the grammar and spelling", "Fix the mistakes in this sentence", "Remove grammatical errors", "Proofread this", "Fix grammatical errors in this sentence", "Improve the grammaticality", "Correct this", "Fix errors in this text", "Fix the spelling", "Improve the grammar of this text"],
    "clearer": ["Make this clearer", "Clarify this", "Rewrite this so that it is easier to understand", "Improve the clarity of this sentence", "Rewrite to make this easier to understand", "Rewrite this clearly", "Make the sentence clear"],
    "simpler": ["Simplify this", "Make this simpler", "Write this in simple words", "Make this easy to read", "Make this easier to understand", "Rewrite this in simpler words", "Use simpler wording", "Simplify this sentence", "Split this into shorter sentences"],
    "shorter": ["Make this shorter", "Shorten this", "Say this in fewer words", "Make this more concise", "Cut the unnecessary words"],
    "formal": ["Write this more formally", "Make this more formal", "Rewrite this in a formal style", "Use formal language", "Make this sound more formal"],
    "friendly": ["Make this friendlier", "Write this in a friendly tone", "Make this sound warmer", "Rewrite this in a casual and kind way", "Write this in a friendly way", "Make this warmer"],
    "polite": ["Make this more polite", "Rewrite this politely", "Say this more politely", "Make this request polite", "Say this politely"],
    "neutral": ["Write in a more neutral way", "Make this neutral", "Remove the bias from this", "Neutralize the tone of this text", "Remove the bias from this text", "Rewrite this objectively", "Make this text more neutral"],
    "appropriate": ["Make this appropriate", "Rewrite this without being offensive", "Make this argument appropriate", "Remove the toxic language from this", "Detoxify this", "Remove the offensive language", "Make this civil"],
    "paraphrase": ["Paraphrase this", "Say this in other words", "Rewrite this in different words", "Reword this", "Say this differently", "Paraphrase this sentence"],
    "coherent": ["Make this text coherent", "Make this text more cohesive", "Improve the flow of this paragraph", "Connect these sentences", "Combine these sentences", "Improve the flow of this text", "Make the text more coherent"],
}
SHARES = {"fix": 45, "clearer": 6, "simpler": 10, "shorter": 7, "formal": 6, "friendly": 5, "polite": 5, "neutral": 5, "appropriate": 7, "paraphrase": 6, "coherent": 5}
# How often the source is already as it should be and must stay.
KEEP = {"fix": 0.4, "clearer": 0.1, "simpler": 0.06, "shorter": 0.06, "formal": 0.08, "friendly": 0.02, "polite": 0.08, "neutral": 0.15, "appropriate": 0.15, "paraphrase": 0, "coherent": 0.1}
# How often a pair comes from a parallel file (where the intent has one) rather than from a maker.
PARALLEL = {"fix": 0.13, "clearer": 0.12, "simpler": 0.5, "shorter": 0.08, "formal": 0.03, "neutral": 0.15, "appropriate": 0.55, "paraphrase": 0.4, "coherent": 0.4}
CARRIED = 0.17  # share of fix pairs with a wrong phrase of the lists in a sentence that has the right one
PARAGRAPHS = {"fix": 0.22, "coherent": 0, "friendly": 0.4}  # share of texts of two to five sentences; 0.14 for the others
COMPOSITE = {"formal": "make this more formal", "polite": "make this more polite", "friendly": "make this friendlier", "shorter": "make this shorter", "simpler": "simplify this", "clearer": "make this clearer", "neutral": "make this more neutral", "appropriate": "make this appropriate", "paraphrase": "paraphrase this"}
COMPOSITES = 0.04  # share of these intents in which the grammar is to be fixed too
SLIPS = 0.05  # share in which a few slips are corrected without being named
FILES = {
    "rewrite/harper.train": "fix", "rewrite/languagetool.train": "fix", "rewrite/languagetool_nochange.train": "fix", "rewrite/onestop.train": "simpler",
    "rewrite/onestop_paragraphs.train": "simpler", "rewrite/wikisplit.tune": "simpler", "rewrite/paradetox.train": "appropriate",
    "rewrite/plainlanguage.train": "shorter", "rewrite/disfl_qa.train": "clearer",
    "rewrite/tatoeba_contractions.train": "formal", "rewrite/tatoeba_paraphrase.train": "paraphrase", "rewrite/wnc_sample.train": "neutral",
}
# Noisy parallel pairs that share too few words are left out.
LEAST_OVERLAP = {"fix": 0.5, "simpler": 0.35, "appropriate": 0.25, "neutral": 0.7, "shorter": 0.3}
SLUR = re.compile(r"nigg|faggot", re.I)
BROKEN = re.compile(r"[ÒÓÕÔ]|\b(?:nds?|rst|bene|signi|ts|cant ly|de ne|re ect)\b")  # lost ligatures and quotes of the simplification pairs
# Where an intent finds something to do more often than elsewhere.
MESSAGES = {"message": 70, "business": 20, "news": 5, "essay": 3, "technical": 2}
STYLES = {"formal": MESSAGES, "friendly": MESSAGES, "polite": {"message": 85, "business": 15}, "appropriate": {"message": 65, "news": 20, "encyclopedic": 5, "literary": 5, "business": 5},
          "neutral": {"news": 35, "encyclopedic": 45, "business": 10, "message": 5, "essay": 5}, "simpler": {"encyclopedic": 42, "news": 30, "business": 15, "technical": 8, "message": 5}, "coherent": {"encyclopedic": 35, "news": 20, "business": 20, "technical": 10, "message": 8, "essay": 2},
          "paraphrase": {"message": 50, "news": 15, "encyclopedic": 15, "business": 10, "literary": 7, "essay": 3}}
MANY_MEANINGS = set("still fixed which under since later twins about allow could would their under again third plans first other right people places after before where there these those means while until like would should".split())
SPECIAL, LABELLED, CURLY, LOUD, FOREIGN = 0.1, 0.05, 0.06, 0.008, 0.012  # shares of texts with tokens that must survive, and the like


def words(s):
    return set(re.findall(r"\w+", s.lower()))


def overlap(a, b):
    a, b = words(a), words(b)
    return len(a & b) / max(1, len(a | b))


def sure(table):
    """Entries of the phrase lists whose short side means one thing only."""
    return {easy: hard for easy, hard in table.items() if len(easy) > 4 and easy not in MANY_MEANINGS}


def small(runs):
    """Words that are written small at least as often as large inside a sentence."""
    count = collections.Counter()
    for some in runs.values():
        for text in some[:6000]:
            count.update(re.findall(r"(?<=\w )[A-Za-z]\w+", text))
    return {w for w, n in count.items() if w.islower() and n >= count[w.capitalize()]}


class Draw:
    """Weighted choice from a fixed table, quickly."""

    def __init__(self, weights):
        self.items, self.sums = list(weights), list(itertools.accumulate(weights.values()))

    def __call__(self, r):
        x = r.random() * self.sums[-1]
        return self.items[next(i for i, s in enumerate(self.sums) if s > x)]


class Mix:
    """data: what prepare.py wrote, as a path or loaded."""

    def __init__(self, data):
        data = corpus.load(data) if isinstance(data, str) else data
        self.runs, self.heldout = data["styles"], data["heldout"]
        self.noise = Noiser(set(data["words"]), data["misspellings"], set(data["common"]), data["phrases"], data["carriers"])
        self.wordy = Swap({**sure(data["short"]), **shorter.WORDY})
        self.hard = Swap({**sure(data["simple"]), **simpler.HARD})
        self.nominal = Swap(clearer.NOMINAL)
        SMALL.update(small(self.runs))
        self.parallel = {intent: [] for intent in WORDINGS}
        self.right = []  # sentences that look like the errors of the fix pairs and have none
        seen = set()
        for file, intent in FILES.items():
            for task, source, target in data["parallel"][file]:
                first = (file, source) not in seen
                seen.add((file, source))
                self.add(intent, file, task, source, target, first)
        present = {style for style, some in self.runs.items() if some}
        self.intent = Draw(SHARES)
        self.style = {intent: Draw({k: v for k, v in STYLES.get(intent, corpus.STYLES).items() if k in present}) for intent in WORDINGS}

    def add(self, intent, file, task, source, target, first):
        if BROKEN.search(source + " " + target) or intent != "appropriate" and SLUR.search(source):
            return
        if "wikisplit" in file:
            if overlap(source, target) > 0.78 and target[-1] == ".":
                self.parallel["simpler"].append((source, target))
                if overlap(source, target) > 0.85:
                    self.parallel["coherent"].append((target, source))
        elif source == target:
            if intent == "fix":
                self.right.append(source)
        elif (source[0].isupper() or not source[0].isalpha()) and target[0].islower() and intent != "appropriate":
            return
        elif intent == "neutral" and len(target) > 1.1 * len(source):
            return
        elif overlap(source, target) < LEAST_OVERLAP.get(intent, 0):
            return
        elif intent == "fix":  # further corrections of the checkers are often no good
            if first and task in ("gec", "concise") and abs(target.count(" ") - source.count(" ")) <= (2 if task == "gec" else 5) and (target[-1:] not in "-," or source[-1:] == target[-1:]):
                self.parallel["fix" if task == "gec" else "shorter"].append((source, target))
        elif intent == "appropriate":
            if not SWEARING.search(target) and target.count(" ") * 2.2 > source.count(" "):
                self.parallel[intent].append((source, target))
        elif intent != "simpler" or source[-1] not in ".?!”\"" or target[-1] in ".?!”\"":
            self.parallel[intent].append((source, target))

    def run(self, r, intent):
        some = self.runs[self.style[intent](r)]
        return some[int(r.random() * len(some))]

    def sentence(self, r, intent):
        run = self.run(r, intent).split("\n")
        return run[int(r.random() * len(run))]

    def paragraph(self, r, intent):
        """(sentences, what stands between them)"""
        for _ in range(8):
            run = self.run(r, intent).split("\n")
            if len(run) > 1:
                break
        run = run[: r.choice([2, 2, 3, 3, 4, 5])]
        while len(run) > 2 and sum(map(len, run)) > 420:
            run.pop()
        return run, r.choices([" ", "\n", "\n\n", "\n- "], [76, 8, 10, 6])[0]

    def join(self, parts, between):
        return ("- " if between == "\n- " else "") + between.join(parts)

    def text(self, r, intent):
        if r.random() < PARAGRAPHS.get(intent, 0.14):
            return self.join(*self.paragraph(r, intent))
        return self.sentence(r, intent)

    def made(self, r, intent):
        """A pair from the maker of the intent; None if the text offers nothing."""
        make = MAKERS[intent]
        if intent == "coherent":
            run = self.run(r, intent).split("\n")
            at = r.randrange(len(run))
            return make(r, "\n".join(run[at:at + r.choice([1, 2, 2, 3, 4])]), self)
        if r.random() > PARAGRAPHS.get(intent, 0.14):
            return make(r, self.sentence(r, intent), self)
        run, between = self.paragraph(r, intent)
        pairs = [(r.random() < 0.85 and make(r, s, self)) or (s, s) for s in run]
        if intent == "polite":
            pairs = [p if p[1] == s or p[0] == s else (s, s) for p, s in zip(pairs, run)]
        if intent == "friendly":  # one opening, one closing
            pairs = [(s, s if GREETED.search(p[1]) and not (p[1].endswith(s[-9:]) and i == 0 or p[1].startswith(s[:9]) and i == len(run) - 1) else p[1]) for i, (s, p) in enumerate(zip(run, pairs))]
        source, target = (self.join([p[k] for p in pairs], between) for k in (0, 1))
        return (source, target) if source != target else None

    def kept(self, r, intent):
        """A text that is already as the intent wants it."""
        if intent == "fix":
            kind = r.random()
            if kind < 0.06 and self.right:
                return r.choice(self.right)
            if kind < 0.2 and self.noise.carriers:
                return r.choice(r.choice(self.noise.carriers)[1])
            if kind < 0.24:
                text = self.sentence(r, intent)
                return text if "." in text[:-1] else text.rstrip(".")
            return self.text(r, intent)
        pair = None
        for _ in range(20):
            pair = pair or self.made(r, intent)
        text = pair[1] if pair else self.text(r, intent)
        return formalise(text) if intent == "formal" else text

    def pair(self, r, intent):
        if r.random() < KEEP[intent]:
            text = special.foreign(r) if r.random() < FOREIGN * 2 else self.kept(r, intent)
            return text, text
        if self.parallel[intent] and r.random() < PARALLEL.get(intent, 0):
            source, target = r.choice(self.parallel[intent])
            if source[0].islower() and r.random() < 0.5:
                source, target = upper_first(source), upper_first(target)
            return source, target
        if intent == "fix":
            pair = self.noise.carried(r) if self.noise.carriers and r.random() < CARRIED else None
            if pair:
                return pair if r.random() < 0.75 else (self.noise(r, pair[0], 0.06), pair[1])
            text = self.text(r, intent)
            return self.noise(r, text), text
        for _ in range(40):
            pair = self.made(r, intent)
            if pair:
                return pair
        text = self.text(r, intent)
        return text, text

    def decorated(self, r, source, target):
        """The same additions on both sides, which must survive."""
        x = r.random()
        if x < SPECIAL:
            source, target = special.with_special(r, source, target) or (source, target)
        elif x < SPECIAL + LABELLED:
            source, target = special.labelled(r, source, target) or (source, target)
        elif x < SPECIAL + LABELLED + LOUD:
            source, target = source.upper(), target.upper()
        elif x < SPECIAL + LABELLED + LOUD + FOREIGN:
            extra = special.foreign(r)
            source, target = (f"{source} {extra}", f"{target} {extra}") if r.random() < 0.5 else (f"{extra} {source}", f"{extra} {target}")
        if r.random() < CURLY:
            source, target = special.curly(source), special.curly(target)
        return source, target

    def example(self, r, infill=0.0):
        """infill: share of span corruption, the task named "infill"."""
        if infill and r.random() < infill:
            return self.span(r)
        intent = self.intent(r)
        source, target = self.decorated(r, *self.pair(r, intent))
        wordings = WORDINGS[intent]
        wording = wordings[0] if r.random() < 0.6 else r.choice(wordings)
        if intent in COMPOSITE and source != target:
            x = r.random()
            if x < COMPOSITES:
                source, wording = self.noise(r, source, 0.1), r.choice([f"Fix the grammar and {COMPOSITE[intent]}", f"{upper_first(COMPOSITE[intent])} and fix the grammar", f"Correct the mistakes and {COMPOSITE[intent]}"])
            elif x < COMPOSITES + SLIPS:
                source = self.noise(r, source, 0.04)
        return intent, f"{wording}: {source}", target

    def span(self, r):
        text = self.join(*self.paragraph(r, "fix")) if r.random() < 0.6 else self.sentence(r, "fix")
        if r.random() < SPECIAL:
            text = (special.with_special(r, text, text) or (text,))[0]
        if r.random() < CURLY:
            text = special.curly(text)
        return ("infill", *gaps.make(r, text))


if __name__ == "__main__":
    import sys
    import time

    mix, r = Mix(sys.argv[1]), random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    began = time.time()
    for _ in range(5000):
        mix.example(r)
    print(f"{5000 / (time.time() - began):.0f} examples/s;", {k: len(v) for k, v in mix.parallel.items()})
    wanted = sys.argv[3] if len(sys.argv) > 3 else None
    shown = 0
    while shown < int(sys.argv[2]):
        intent, prompt, target = mix.example(r, infill=0.1)
        if wanted in (None, intent):
            shown += 1
            print(f"{intent}\n  {prompt!r}\n  {target!r}" if not prompt.endswith(": " + target) else f"{intent} (same)\n  {prompt!r}")
