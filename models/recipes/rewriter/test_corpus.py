"""The licence gate, the sentence splitter and the filters of the prepared corpus; no data needed."""

import os
import tempfile
import unittest

import corpus
import mix
import phrases
import prepare


class Gate(unittest.TestCase):
    def test_every_file_of_the_recipe_may_train(self):
        lists = prepare.WORD_LISTS + phrases.PHRASE_LISTS + phrases.SIMPLE_LISTS + [phrases.CONFUSION]
        for file in list(prepare.PROSE) + prepare.PARALLEL + lists + list(mix.FILES):
            self.assertTrue(corpus.allowed(file), file)
        self.assertEqual(set(mix.FILES), set(prepare.PARALLEL))

    def test_noncommercial_unlisted_and_development_files_may_not(self):
        for file in ("rewrite/jfleg.dev", "rewrite/harper.dev", "rewrite/harper_nochange.train", "rewrite/wikisplit.validation", "rewrite/unknown.train"):
            self.assertFalse(corpus.allowed(file), file)
            self.assertFalse(corpus.allowed(file, research=True) and file.endswith(("dev", "validation")), file)
        with self.assertRaises(PermissionError):
            next(corpus.read("nowhere", "rewrite/asset.valid"))

    def test_first_wordings_are_those_of_the_app(self):
        folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "crates", "emend-text", "src", "intents")
        for intent, wordings in mix.WORDINGS.items():
            with open(os.path.join(folder, intent + ".rs"), encoding="utf-8") as f:
                source = f.read()
            self.assertEqual(source.split("instructions: &[", 1)[1].split('"')[1], wordings[0])


class Sentences(unittest.TestCase):
    def test_split(self):
        self.assertEqual(corpus.sentences('He met Mr. Brown at 5 p.m. in May. "Good," he said. They left.'),
                         ['He met Mr. Brown at 5 p.m. in May.', '"Good," he said.', "They left."])

    def test_held_out_ignores_case_and_punctuation(self):
        found = [f"Sentence number {i} is here." for i in range(2000) if corpus.held_out(f"Sentence number {i} is here.")]
        self.assertTrue(5 < len(found) < 60)
        self.assertTrue(all(corpus.held_out(s.lower().rstrip(".")) for s in found))

    def test_casual_slips_are_no_targets(self):
        for s in ("I dont know what to say.", "Its a good day today.", "What is your name.", "I like it ,but not now.", "They was late again."):
            self.assertFalse(prepare.clean(s, casual=True), s)
        self.assertTrue(prepare.clean("What is your name?", casual=True))

    def test_runs_end_at_what_is_not_clean(self):
        self.assertEqual(prepare.runs(["This one is good.", "this is not", "Another good one.", "One more good one."], False)[0],
                         [["This one is good."], ["Another good one.", "One more good one."]])


class Phrases(unittest.TestCase):
    def test_edits_with_their_neighbours(self):
        self.assertEqual(set(phrases.edits("It was sort after by all.", "It was sought after by all.")), {("was sort", "was sought"), ("sort after", "sought after"), ("was sort after", "was sought after")})

    def test_a_good_phrase_is_no_wrong_one(self):
        styles = {"message": ["It is sought after.", "We sort after lunch."] * 3}
        import random

        kept, found = phrases.carriers({"sought after": ["sort after", "sot after"], "absent one": ["x y"]}, styles, random.Random(0))
        self.assertEqual(kept, {"sought after": ["sot after"]})
        self.assertEqual(found, {"sought after": ["It is sought after."]})


class Prepared(unittest.TestCase):
    def test_saved_and_loaded(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "corpus.json.xz")
            corpus.save({"styles": {"message": ["Grüß dich."]}}, path)
            self.assertEqual(corpus.load(path), {"styles": {"message": ["Grüß dich."]}})


if __name__ == "__main__":
    unittest.main()
