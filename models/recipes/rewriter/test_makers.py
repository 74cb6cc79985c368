"""Tests of the pure makers: python -m unittest (from this folder; nothing to download)."""

import random
import re
import unittest

import makers
from evaluate import gleu, gleu_counts, gleu_score, guarded
from noise import PROTECTED, Noiser, forms

VOCABULARY = set("walk walks walked walking try tries tried trying stop stops stopped stopping bake bakes baked baking cat cats the a".split())


def run(maker, *args, seeds=200):
    return [pair for pair in (maker(random.Random(i), *args) for i in range(seeds)) if pair]


class Noise(unittest.TestCase):
    def test_forms(self):
        self.assertEqual(forms("tried", VOCABULARY), ("try", "tries", "tried", "trying"))
        self.assertEqual(forms("stopping", VOCABULARY), ("stop", "stops", "stopped", "stopping"))
        self.assertEqual(forms("baking", VOCABULARY), ("bake", "bakes", "baked", "baking"))
        self.assertEqual(forms("went", VOCABULARY), ("go", "goes", "went", "going"))
        self.assertIsNone(forms("zebra", VOCABULARY))

    def test_same_seed_same_errors(self):
        text, noise = "The cat has walked to the shop because it was tired, and then it stopped.", Noiser(VOCABULARY)
        self.assertEqual(noise(random.Random(3), text), noise(random.Random(3), text))
        self.assertGreater(len({noise(random.Random(i), text) for i in range(50)}), 30)

    def test_protected_tokens_survive(self):
        noise = Noiser(VOCABULARY)
        tokens = ["https://a.example/x?y=1", "bob@example.org", "{name}", "snake_case", "camelCase", "東京", "🙂", "3.50", "@anna"]
        for i in range(200):
            out = noise(random.Random(i), "Please walk the " + " with the cat or ".join(tokens) + " today.", rate=0.5)
            for t in tokens:
                self.assertIn(t, out)

    def test_content_words_are_not_dropped_by_learners(self):
        noise = Noiser(VOCABULARY)
        for i in range(200):
            out = noise(random.Random(i), "The engine overheats.", rate=0.3, writer="learner")
            self.assertGreaterEqual(len(out.replace(" ", "")), len("engineoverheats") - 3, out)

    def test_protected_pattern(self):
        self.assertIsNone(PROTECTED.search("Plain words, nothing more."))
        self.assertIsNotNone(PROTECTED.search("see the README"))


class Makers(unittest.TestCase):
    def test_expand_and_contract(self):
        self.assertEqual(makers.expand("It's late and I don't know if she's been here."), "It is late and I do not know if she has been here.")
        self.assertEqual(makers.expand("We'd better go, they'd like it."), "We had better go, they would like it.")
        self.assertEqual(makers.expand("Don't you see? Can't we go? Won't it rain?"), "Do you not see? Can we not go? Will it not rain?")
        self.assertEqual(makers.contract("I am sure that it is not here."), "I'm sure that it isn't here.")

    def test_articles_follow_the_word(self):
        self.assertEqual(makers.swap("It was an excellent day.", {"excellent": "great"}), "It was a great day.")
        self.assertEqual(makers.swap("A difficult hour.", {"difficult": "easy"}), "An easy hour.")
        self.assertEqual(makers.swap("A user has a big house.", {"big": "large"}), "A user has a large house.")

    def test_formal_targets_have_no_contractions(self):
        for source, target in run(makers.formal, "I don't think the kids can't come."):
            self.assertNotIn("'", target)
            self.assertNotEqual(source, target)

    def test_polite(self):
        self.assertEqual(makers.polite(random.Random(0), "Open the window."), ("Open the window.", "Could you please open the window?"))
        self.assertEqual(makers.polite(random.Random(0), "Can you help me?")[1], "Could you please help me?")
        self.assertEqual(makers.polite(random.Random(0), "I want a coffee.")[1], "I would like a coffee, please.")
        self.assertIsNone(makers.polite(random.Random(0), "The sky is blue."))
        for _, target in run(makers.polite, None):
            self.assertNotIn(" now?", target)
            self.assertNotIn("your the", target)

    def test_friendly(self):
        self.assertEqual(makers.friendly(random.Random(0), "We will not inform you.")[1], "We won't tell you.")

    def test_shorter_and_clearer_keep_the_clean_text_as_target(self):
        text = "We met to discuss the plan because it is important."
        for maker in (makers.shorter, makers.disfluent):
            for source, target in run(maker, text):
                self.assertEqual(target, text)
                self.assertGreater(len(source), len(text) - 3)

    def test_simpler(self):
        pairs = run(makers.simpler, "We use tools.", {"use": ["utilize"]})
        self.assertTrue(pairs and all(p == ("We utilize tools.", "We use tools.") for p in pairs))

    def test_appropriate_and_neutral_keep_the_clean_text_as_target(self):
        text = "I left my coat in the office."
        for maker in (makers.appropriate, makers.neutral):
            pairs = run(maker, text)
            self.assertTrue(pairs)
            for source, target in pairs:
                self.assertEqual(target, text)
                self.assertNotEqual(source, text)

    def test_coherent_joins(self):
        self.assertEqual(makers.coherent(random.Random(0), ["I read it.", "I liked the end of it."])[1], "I read it and liked the end of it.")
        self.assertEqual(makers.coherent(random.Random(0), ["It rained.", "But we went."])[1], "It rained, but we went.")
        self.assertIsNone(makers.coherent(random.Random(0), ["Dogs bark.", "Cats do not."]))

    def test_paraphrase_moves_time(self):
        self.assertEqual(makers.paraphrase(random.Random(0), "The team met in May.")[1], "In May, the team met.")

    def test_special_tokens_stand_in_both_sides(self):
        for i in range(300):
            pair = makers.with_special(random.Random(i), "He go to the office today.", "He goes to the office today.")
            if pair:
                extra = [set(re.split(r"\s+", p)) for p in pair]
                self.assertEqual(extra[0] ^ extra[1], {"go", "goes"})


class Gleu(unittest.TestCase):
    def test_perfect_and_copied(self):
        s, ref = "She go to school .", "She goes to school every day ."
        self.assertAlmostEqual(gleu([s], [ref], [[ref]], draws=3), 100.0)
        self.assertLess(gleu([s + " " + s], [s + " " + s], [[ref + " " + ref]], draws=3), 60)

    def test_guard(self):
        s = "She go to school every day."
        self.assertEqual(guarded(s, "She goes to school every day."), "She goes to school every day.")
        for bad in ("She goes.", s + " She go to school every day.", "Something else entirely stands here now.", "She go to go to go to school."):
            self.assertEqual(guarded(s, bad), s)

    def test_wrong_source_words_are_penalised(self):
        s, h, ref = "a b c d x".split(), "a b c d x".split(), "a b c d e".split()
        kept = gleu_counts(s, h, ref)  # x stands in source and hypothesis but not in the reference
        self.assertEqual(kept, [5, 5, 3, 5, 2, 4, 1, 3, 0, 2])
        other = gleu_counts(s, "a b c d y".split(), ref)
        self.assertEqual(other, [5, 5, 4, 5, 3, 4, 2, 3, 1, 2])
        self.assertGreater(gleu_score(other), gleu_score(kept))


if __name__ == "__main__":
    unittest.main()
