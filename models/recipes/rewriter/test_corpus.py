"""The licence gate and the sentence splitter; no data needed."""

import unittest

import corpus
import mix


class Gate(unittest.TestCase):
    def test_every_file_of_the_mix_may_train(self):
        for file in list(corpus.PROSE) + list(mix.FILES):
            self.assertTrue(corpus.allowed(file), file)

    def test_noncommercial_unlisted_and_development_files_may_not(self):
        for file in ("rewrite/jfleg.dev", "rewrite/harper.dev", "rewrite/harper_nochange.train", "rewrite/wikisplit.validation", "rewrite/unknown.train"):
            self.assertFalse(corpus.allowed(file), file)
            self.assertFalse(corpus.allowed(file, research=True) and file.endswith(("dev", "validation")), file)
        with self.assertRaises(PermissionError):
            next(corpus.read("nowhere", "rewrite/asset.valid"))

    def test_first_wording_leads_and_shares_exist(self):
        self.assertEqual(set(mix.WORDINGS), set(mix.SHARES))
        self.assertEqual(mix.WORDINGS["fix"][0], "Fix the grammar")
        kept = sum(mix.SHARES[i] * mix.KEEP[i] for i in mix.SHARES) / sum(mix.SHARES.values())
        self.assertGreaterEqual(kept, 0.25)


class Sentences(unittest.TestCase):
    def test_split(self):
        self.assertEqual(corpus.sentences('He met Mr. Brown at 5 p.m. in May. "Good," he said. They left.'),
                         ['He met Mr. Brown at 5 p.m. in May.', '"Good," he said.', "They left."])

    def test_held_out_ignores_case_and_punctuation(self):
        found = [f"Sentence number {i} is here." for i in range(2000) if corpus.held_out(f"Sentence number {i} is here.")]
        self.assertTrue(5 < len(found) < 60)
        self.assertTrue(all(corpus.held_out(s.lower().rstrip(".")) for s in found))


if __name__ == "__main__":
    unittest.main()
