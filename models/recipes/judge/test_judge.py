"""python -m unittest (from this folder; nothing to download)."""

import json
import math
import os
import random
import unittest

import numpy as np

import data
import features
import train
from halves import CRITIC, JUDGE, fold, half
from score import Judge

HERE = os.path.dirname(os.path.abspath(__file__))
SHIPPED = os.path.join(HERE, "..", "..", "judge")


class Halves(unittest.TestCase):
    def test_only_letters_count(self):
        self.assertEqual(half("It's late, Anna!"), half("its late anna"))

    def test_about_even_and_independent_of_the_fold(self):
        texts = [f"sentence {chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(676)]
        judge = [t for t in texts if half(t) == JUDGE]
        self.assertTrue(280 < len(judge) < 396)
        self.assertTrue(90 < sum(fold(t, 3) == 0 for t in judge) < 135)
        self.assertEqual({half(t) for t in texts}, {JUDGE, CRITIC})


class Features(unittest.TestCase):
    def test_hashes_are_those_of_the_definition(self):
        for text in ["Ärger 🙂 it's", "a", "İstanbul ΟΔΟΣ  x\n y", "plain text"]:
            p = features.normalised(text)
            grams = [p[i:i + n] for n in range(2, 6) for i in range(len(p) - n + 1)]
            self.assertEqual(sorted(map(int, features.hashes(p))), sorted(features.fnv1a(g.encode()) for g in grams))

    def test_fnv1a_known_values(self):
        self.assertEqual(features.fnv1a(b""), 0xCBF29CE484222325)
        self.assertEqual(features.fnv1a(b"a"), 0xAF63DC4C8601EC8C)
        self.assertEqual(features.fnv1a(b"foobar"), 0x85944171F73967E8)

    def test_vector(self):
        at, values = features.vector("aaaa")
        self.assertAlmostEqual(float(values @ values), 1)
        self.assertAlmostEqual(max(values) / min(values), 1 + math.log(3))
        self.assertEqual(len(features.vector(" \n")[0]), 0)

    def test_pairs(self):
        idf = np.ones(features.WORD_BUCKETS)
        same = dict(zip(features.PAIR_FEATURES, features.pair("Take 3 cars.", "take 3 cars", idf)))
        self.assertEqual((same["word_overlap"], same["numbers"], same["negation"], same["first_word"]), (1, 1, 1, 1))
        other = dict(zip(features.PAIR_FEATURES, features.pair("Take 3 cars.", "Don't take 4 cars", idf)))
        self.assertEqual((other["numbers"], other["negation"], other["first_word"]), (0, 0, 0))

    def test_words_join_at_apostrophes(self):
        self.assertEqual(features.words("Don’t stop, it's 3.5 €"), ["dont", "stop", "its", "3", "5"])


class Makers(unittest.TestCase):
    def test_loaded_adds_words_only(self):
        text = "The mayor was elected when the council met in the town hall."
        for i in range(50):
            out = data.loaded(random.Random(i), text)
            rest = iter(out.split())
            self.assertTrue(all(w in rest for w in text.split()))
            self.assertGreater(len(out), len(text))
        self.assertIsNone(data.loaded(random.Random(0), "Nobody came."))

    def test_reworded(self):
        self.assertEqual(data.reworded(random.Random(0), "We don't need lots of food."), ("We don't need lots of food.", "We do not require numerous food."))
        self.assertIsNone(data.reworded(random.Random(0), "Trees grow."))


class Training(unittest.TestCase):
    def test_learns_from_pairs_and_calibrates(self):
        pairs = [(f"we don't like {w}", f"we do not like {w}") for w in "tea milk rain snow soup bread jam rice corn beef".split()] * 3
        weight, bias, scale, offset = train.train_head("formality", *train.examples([], pairs))
        score = {}
        for text in ("you don't like fish", "you do not like fish"):
            at, values = features.vector(text)
            score[text] = scale * (weight[at] @ values + bias) + offset
        self.assertLess(score["you don't like fish"], 0)
        self.assertGreater(score["you do not like fish"], 0)


@unittest.skipUnless(os.path.exists(os.path.join(SHIPPED, "judge.json")), "no trained judge")
class Golden(unittest.TestCase):
    def test_shipped_judge_gives_the_golden_scores(self):
        judge = Judge(SHIPPED)
        with open(os.path.join(HERE, "golden.json")) as f:
            golden = json.load(f)
        for row in golden["texts"]:
            for head, score in judge(row["text"]).items():
                self.assertAlmostEqual(score, row["scores"][head], places=6)
        for row in golden["pairs"]:
            self.assertAlmostEqual(judge.meaning(row["text"], row["text2"]), row["meaning"], places=6)


if __name__ == "__main__":
    unittest.main()
