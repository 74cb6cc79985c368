"""Tests of the synthetic errors: python -m unittest (from this folder; nothing to download)."""

import random
import unittest

from noise import PROTECTED, Noiser, errors, forms
from noise.draft import Draft

VOCABULARY = set("walk walks walked walking try tries tried trying stop stops stopped stopping bake bakes baked baking cat cats the a success successful".split())
PHRASES = {"sought after": ["sort after"], "their": ["there"]}


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

    def test_content_words_are_not_dropped(self):
        noise = Noiser(VOCABULARY)
        for i in range(300):
            out = noise(random.Random(i), "Engine overheats.", rate=0.3, writer="learner")
            self.assertGreaterEqual(len(out.replace(" ", "")), len("engineoverheats") - 3, out)

    def test_every_family_finds_its_place(self):
        noise = Noiser(VOCABULARY, {"walked": ["wallked"]}, VOCABULARY | {"their"}, PHRASES)
        text = "I've walked a lot to the well-known shop because there's a sought after successful cat, and their cats tried to stop before it went home. Then you have to go."
        for families in errors.WRITERS.values():
            for family, _ in families:
                texts = set()
                for i in range(60):
                    draft = Draft(text)
                    if family(random.Random(i), draft, noise):
                        texts.add(draft.text())
                self.assertTrue(texts - {text}, family.__name__)

    def test_known_phrase(self):
        noise = Noiser(VOCABULARY, phrases=PHRASES)
        draft = Draft("A sought after cat.")
        self.assertTrue(any(errors.known_phrase(random.Random(i), draft, noise) for i in range(9)))
        self.assertEqual(draft.text(), "A sort after cat.")

    def test_run_on(self):
        draft = Draft("He came. The cat left.")
        self.assertTrue(errors.run_on(random.Random(1), draft, Noiser(VOCABULARY)))
        self.assertNotEqual(draft.text(), "He came. The cat left.")

    def test_protected_pattern(self):
        self.assertIsNone(PROTECTED.search("Plain words, nothing more."))
        self.assertIsNotNone(PROTECTED.search("see the README"))


if __name__ == "__main__":
    unittest.main()
