"""Synthetic writing errors: clean text -> plausible erroneous text. Four kinds of writer: learner, native, mobile, dictation."""

import itertools
import re

from noise import errors, tables
from noise.draft import PROTECTED, Draft
from noise.forms import IRREGULAR, derivations, forms
from text import match_case

__all__ = ["PROTECTED", "Noiser", "forms", "match_case"]
RATES = [0.03, 0.05, 0.08, 0.12, 0.17, 0.23]  # errors per word
LEARNER_RATES = [0.05, 0.09, 0.13, 0.18, 0.24, 0.32, 0.42]  # learners need many corrections
FILLERS = ["um", "uh", "er", "you know", "like"]


def by_first(table):
    """right phrase -> wrong ones, found by the first word, longest first."""
    out = {}
    for right, wrong in table.items():
        words = right.split(" ")
        out.setdefault(words[0], []).append((words, wrong))
    for found in out.values():
        found.sort(key=lambda entry: -len(entry[0]))
    return out


def regular_past():
    """went -> goed"""
    out = {}
    for family in {tuple(f) for f in IRREGULAR.values()}:
        base = family[0]
        regular = base + ("d" if base.endswith("e") else "ed")
        for past in family[2:-1]:
            if past != base and past not in ("had", "did", "made", "said"):
                out[past] = [regular, base]
    return out


class Noiser:
    """Call it with a random.Random and a clean text. words: known lower-case words; common: the frequent ones;
    misspellings: word -> list; phrases: right -> wrong ones; carriers: right phrase -> clean sentences with it."""

    def __init__(self, words, misspellings=None, common=None, phrases=None, carriers=None):
        self.words = words
        self.common = common or words
        self.misspellings = misspellings or {}
        self.derived = derivations(self.common)
        self.irregular_past = regular_past()
        self.learner_phrases = by_first(tables.LEARNER_PHRASES)
        self.native_phrases = by_first(tables.NATIVE_PHRASES)
        self.chat = by_first(tables.CHAT)
        phrases = phrases or {}
        self.confusions = {right: wrong for right, wrong in phrases.items() if " " not in right and right in self.common}
        self.phrases = by_first({right: wrong for right, wrong in phrases.items() if " " in right})
        self.wrong = phrases
        self.carriers = [(right, some) for right, some in sorted((carriers or {}).items()) if phrases.get(right)]
        self.cache = {}
        self.writers = {name: ([f for f, _ in some], list(itertools.accumulate(w for _, w in some))) for name, some in errors.WRITERS.items()}

    def forms(self, word):
        if word not in self.cache:
            self.cache[word] = forms(word, self.words)
        return self.cache[word]

    def __call__(self, r, text, rate=None, writer=None):
        writer = writer or r.choices(["learner", "native", "mobile", "dictation"], [58, 25, 13, 4])[0]
        if writer == "dictation":
            if PROTECTED.search(text):
                writer = "native"
            else:
                return dictation(r, text)
        draft = Draft(text)
        if not draft.words:
            return text
        rate = r.choice(LEARNER_RATES if writer == "learner" else RATES) if rate is None else rate
        wanted = max(1, round(draft.size * rate * r.uniform(0.5, 1.5)))
        families, weights = self.writers[writer]
        total, done = weights[-1], 0
        for _ in range(wanted * 3 + 4):
            if done >= wanted:
                break
            x = r.random() * total
            k = next(j for j, w in enumerate(weights) if w > x)
            done += bool(families[k](r, draft, self))
        out = draft.text()
        if writer == "mobile":
            out = mobile(r, out)
        elif r.random() < 0.05 and out[1:2].islower():
            out = out[0].lower() + out[1:]
        return out

    def carried(self, r):
        """(source, clean) with one wrong phrase of the lists, in a sentence in which the right one stands; None if it is not found."""
        right, some = r.choice(self.carriers)
        clean = r.choice(some)
        m = re.search(r"(?<![\w'-])" + re.escape(right) + r"(?![\w'-])", clean, re.I)
        if not m:
            return None
        wrong = r.choice(self.wrong[right])
        found = m[0]
        if found[:1].isupper() and right[:2] != "i " and right[:2] != "i'":
            wrong = wrong[:1].upper() + wrong[1:]
        wrong = re.sub(r"\bi\b", "I", wrong) if " I" in found or found.startswith("I") else wrong
        return clean[: m.start()] + wrong + clean[m.end():], clean


def mobile(r, text):
    """What thumbs leave out: capitals, apostrophes, periods."""
    if r.random() < 0.5:
        text = re.sub(r"(^|[.!?] )([A-Z])(?=[a-z ])", lambda m: m[1] + m[2].lower(), text)
    if r.random() < 0.4:
        text = re.sub(r"\bI\b", "i", text)
    if r.random() < 0.35:
        text = re.sub(r"(?<=[a-z])'(?=(?:s|t|m|re|ve|ll|d)\b)", "", text)
    if r.random() < 0.4:
        text = re.sub(r"[.](?=\s*$)", "", text)
    if r.random() < 0.15:
        text = re.sub(r"(?<=[a-z]), ", " ", text)
    if r.random() < 0.06:
        text = re.sub(r"([!?])$", lambda m: m[1] * r.randint(2, 4), text)
    return text


def dictation(r, text):
    """Speech recognition without punctuation or capitals, with some wrong homophones and fillers."""
    out = re.sub(r"[,;:.!?\"]", "", text)
    out = re.sub(r"^[A-Z](?=[a-z ])", lambda m: m[0].lower(), out) if r.random() < 0.5 else out.lower()
    words = out.split(" ")
    for i, w in enumerate(words):
        if w in tables.DICTATED and r.random() < 0.3:
            words[i] = tables.DICTATED[w]
    if r.random() < 0.15:
        words.insert(r.randrange(len(words)), r.choice(FILLERS))
    return " ".join(words)
