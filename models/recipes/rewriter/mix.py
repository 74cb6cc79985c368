"""The training mix: which task, which wording, which text. `Mix.example(r)` gives (intent, prompt, target)."""

import random
import re

import corpus
import makers
from noise import Noiser

# The first wording of each intent is the one the app sends; it is drawn six times in ten.
WORDINGS = {
    "fix": ["Fix the grammar", "Fix grammatical errors in this sentence", "Improve the grammaticality", "Correct this", "Fix errors in this text"],
    "clearer": ["Make this clearer", "Rewrite to make this easier to understand", "Rewrite this clearly", "Clarify this"],
    "simpler": ["Simplify this", "Make this easier to understand", "Rewrite this in simpler words", "Split this into shorter sentences"],
    "shorter": ["Make this shorter", "Make this more concise", "Shorten this"],
    "formal": ["Write this more formally", "Make this more formal", "Rewrite this in a formal style"],
    "friendly": ["Make this friendlier", "Write this in a friendly way", "Make this warmer"],
    "polite": ["Make this more polite", "Say this politely", "Rewrite this politely"],
    "neutral": ["Write in a more neutral way", "Make this neutral", "Remove the bias from this text"],
    "appropriate": ["Make this appropriate", "Detoxify this", "Remove the offensive language", "Make this polite and civil"],
    "paraphrase": ["Paraphrase this", "Say this differently", "Rewrite this in other words"],
    "coherent": ["Make this text coherent", "Combine these sentences", "Improve the flow of this text"],
}
SHARES = {"fix": 50, "clearer": 7, "simpler": 8, "shorter": 7, "formal": 7, "friendly": 4, "polite": 5, "neutral": 4, "appropriate": 5, "paraphrase": 2, "coherent": 3}
# How often the source is already as it should be and must stay.
KEEP = {"fix": 0.3, "clearer": 0.25, "simpler": 0.15, "shorter": 0.2, "formal": 0.25, "friendly": 0.1, "polite": 0.2, "neutral": 0.35, "appropriate": 0.35, "paraphrase": 0, "coherent": 0.25}
# How often a pair comes from a parallel file (where the intent has one) rather than from a maker.
PARALLEL = {"fix": 0.15, "clearer": 0.3, "simpler": 0.6, "shorter": 0.03, "formal": 0.02, "friendly": 0.05, "neutral": 0.3, "appropriate": 0.55, "paraphrase": 0.6, "coherent": 0.7}
FILES = {
    "rewrite/harper.train": "fix", "rewrite/languagetool.train": "fix", "rewrite/languagetool_nochange.train": "fix", "rewrite/onestop.train": "simpler",
    "rewrite/onestop_paragraphs.train": "simpler", "rewrite/wikisplit.tune": "simpler", "rewrite/paradetox.train": "appropriate",
    "rewrite/plainlanguage.train": "shorter", "rewrite/positive_frames.train": "friendly", "rewrite/disfl_qa.train": "clearer",
    "rewrite/tatoeba_contractions.train": "formal", "rewrite/tatoeba_paraphrase.train": "paraphrase", "rewrite/wnc_sample.train": "neutral",
}
# Noisy parallel pairs that share too few words are left out.
LEAST_OVERLAP = {"friendly": 0.5, "simpler": 0.4, "appropriate": 0.3, "neutral": 0.6}
NOT_EASY = set("the and for this that some very their say size has have all like with because since hold".split())
PASSAGES = 0.15  # share of inputs of two to four sentences
SPECIAL = 0.12  # share of inputs with an address, number, emoji, foreign word, quotation or code


def words(s):
    return set(re.findall(r"\w+", s.lower()))


def overlap(a, b):
    a, b = words(a), words(b)
    return len(a & b) / max(1, len(a | b))


class Mix:
    def __init__(self, data, research=False):
        self.corpus = corpus.Corpus(data, research)
        self.noise = Noiser(self.corpus.words, self.corpus.misspellings)
        self.parallel = {intent: [] for intent in WORDINGS}
        for file, intent in FILES.items():
            for task, source, ref, record in corpus.pairs(data, file, research):
                self.add(intent, file, task, source, ref)
        self.hard = self.hard_words(data, research)

    def add(self, intent, file, task, source, ref):
        if "wikisplit" in file:
            if overlap(source, ref) > 0.8:
                self.parallel["simpler"].append((source, ref))
                self.parallel["coherent"].append((ref, source))
            return
        if overlap(source, ref) < LEAST_OVERLAP.get(intent, 0):
            return
        if intent == "simpler" and (source == ref or source[-1] in ".?!”\"" and ref[-1] not in ".?!”\""):
            return
        if task in ("concise", "style") and intent == "fix":
            intent = "shorter" if task == "concise" else "clearer"
        self.parallel[intent].append((source, ref))

    def hard_words(self, data, research):
        """easy -> [hard, ..] from the phrase lists, one-word easy forms only."""
        table = {}
        for file in ("lexicons/plainlanguage_phrases.all", "lexicons/retext_simplify_phrases.all"):
            for x in corpus.read(data, file, research):
                for easy in x["refs"][:2]:
                    if re.fullmatch(r"[a-z]{3,}", easy) and re.fullmatch(r"[a-z][a-z ]{3,}", x["src"]) and easy not in NOT_EASY:
                        table.setdefault(easy, []).append(x["src"])
        return table

    def text(self, r, passages=PASSAGES):
        if r.random() < passages:
            run = r.choice(self.corpus.passages)
            return r.choices([" ", "\n", "\n\n"], [8, 1, 1])[0].join(run)
        some = [r.choice(self.corpus.clean) for _ in range(r.choice([1, 1, 2]))]
        return min(some, key=len)  # short sentences a little more often: more edits for the same work

    def identity(self, r, intent):
        for _ in range(20):
            t = self.text(r)
            if intent == "formal" and makers.expand(t) != t:
                continue
            if intent == "polite":
                if r.random() < 0.4:
                    return makers.polite(r, None)[1]
                if makers.imperative(t):
                    continue
            if intent == "appropriate" and any(w in t.lower() for w in makers.INSULT_NOUNS):
                continue
            if intent == "coherent":
                t = " ".join(r.choice(self.corpus.passages))
            return t
        return t

    def make(self, r, intent, text):
        if intent == "formal":
            return makers.formal(r, text)
        if intent == "friendly":
            return makers.friendly(r, text)
        if intent == "polite":
            return makers.polite(r, None if r.random() < 0.5 else text)
        if intent == "shorter":
            return makers.shorter(r, text)
        if intent == "simpler":
            return makers.simpler(r, text, self.hard)
        if intent == "clearer":
            return makers.clearer(r, text, self.hard)
        if intent == "neutral":
            return makers.neutral(r, text)
        if intent == "appropriate":
            return makers.appropriate(r, text)
        if intent == "paraphrase":
            return makers.paraphrase(r, text)
        return makers.coherent(r, r.choice(self.corpus.passages))

    def pair(self, r, intent):
        special = r.random() < SPECIAL
        if r.random() < KEEP[intent]:
            text = self.identity(r, intent)
            return (special and makers.with_special(r, text, text)) or (text, text)
        if self.parallel[intent] and r.random() < PARALLEL[intent]:
            source, target = r.choice(self.parallel[intent])
            if source[0].islower() and r.random() < 0.5:
                source, target = makers.upper_first(source), makers.upper_first(target)
            return (special and makers.with_special(r, source, target)) or (source, target)
        if intent == "fix":
            text = self.text(r)
            if special:
                text = (makers.with_special(r, text, text) or (text,))[0]
            return self.noise(r, text), text
        for _ in range(40):
            made = self.make(r, intent, self.text(r, PASSAGES * 0.6))
            if made:
                return (special and makers.with_special(r, *made)) or made
        text = self.identity(r, intent)
        return text, text

    def example(self, r):
        intent = r.choices(list(SHARES), list(SHARES.values()))[0]
        source, target = self.pair(r, intent)
        wordings = WORDINGS[intent]
        wording = wordings[0] if r.random() < 0.6 else r.choice(wordings)
        return intent, f"{wording}: {source}", target


if __name__ == "__main__":
    import sys

    mix, r = Mix(sys.argv[1]), random.Random(1)
    print(len(mix.corpus.clean), "sentences", len(mix.corpus.passages), "passages", len(mix.corpus.heldout), "held out", {k: len(v) for k, v in mix.parallel.items()})
    for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 40):
        intent, prompt, target = mix.example(r)
        print(repr(prompt), "=>", repr(target) if not prompt.endswith(": " + target) else "(same)")
