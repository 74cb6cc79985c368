"""Tests of the makers and of the mix on own sentences: python -m unittest (from this folder; nothing to download)."""

import random
import re
import unittest

import text as words
from makers import MAKERS, appropriate, clearer, coherent, contractions, formal, friendly, infill, inflect, neutral, paraphrase, polite, shorter, simpler, special
from mix import KEEP, SHARES, WORDINGS, Mix
from text import Swap

OWN = ["We met to discuss the plan because it is important.", "I left my coat in the office.", "The team met in May.", "Many people use the old bridge every day, and it is very busy.",
       "When the rain stopped, the children went out to play.", "Could you please send me the list?", "She wrote a long letter to her brother last week.", "However, the shop was closed.",
       "It opened again on Monday.", "The man said that the government was large.", "Do you know what time the train leaves?", "They took the bus and arrived at noon."]


def data():
    """A prepared corpus of own sentences."""
    styles = {s: OWN + ["\n".join(OWN[7:9]), "\n".join(OWN[2:5])] for s in ("message", "news", "encyclopedic", "business", "technical", "essay")}
    known = sorted({w for s in OWN for w in re.findall(r"[a-z]+", s.lower())} | {"walk", "walks", "walked", "walking"})
    pairs = [["gec", "He go home.", "He goes home."]]
    files = {f: pairs for f in __import__("mix").FILES}
    return {"styles": styles, "heldout": ["It is late."], "words": known, "common": known, "misspellings": {"people": ["poeple"]}, "parallel": files,
            "phrases": {"every day": ["everyday"]}, "carriers": {"every day": [OWN[3]]}, "simple": {"people": ["persons"]}, "short": {"because": ["for the reason that"]}}


MIX = Mix(data())


def run(maker, *args, seeds=200):
    return [pair for pair in (maker(random.Random(i), *args) for i in range(seeds)) if pair]


class Words(unittest.TestCase):
    def test_articles_follow_the_word(self):
        self.assertEqual(Swap({"excellent": "great"})("It was an excellent day."), "It was a great day.")
        self.assertEqual(Swap({"difficult": "easy"})("A difficult hour."), "An easy hour.")
        self.assertEqual(Swap({"big": "large"})("A user has a big house."), "A user has a large house.")

    def test_longest_phrase_wins_and_case_stays(self):
        swap = Swap({"a lot": "much", "a lot of": "many"})
        self.assertEqual(swap("A lot of cats sleep a lot."), "Many cats sleep much.")
        self.assertEqual(Swap({"cat": "dog"})("cats and CAT and Cat"), "cats and DOG and Dog")

    def test_names_keep_their_capital(self):
        self.assertEqual([words.lower_first(s) for s in ("The cat", "Berlin is", "I am", "NASA is", "A cat")], ["the cat", "Berlin is", "I am", "NASA is", "a cat"])

    def test_conjugate(self):
        self.assertEqual(inflect.conjugate("try"), ("try", "tries", "tried", "trying"))
        self.assertEqual(inflect.conjugate("stop"), ("stop", "stops", "stopped", "stopping"))
        self.assertEqual(inflect.conjugate("find"), ("find", "finds", "found", "finding"))
        self.assertEqual(inflect.verbs("look into: investigate")["looked into"], ["investigated"])


class Contractions(unittest.TestCase):
    def test_expand_and_contract(self):
        self.assertEqual(contractions.expand("It's late and I don't know if she's been here."), "It is late and I do not know if she has been here.")
        self.assertEqual(contractions.expand("We'd better go, they'd like it."), "We had better go, they would like it.")
        self.assertEqual(contractions.expand("Don't you see? Can't we go? Won't it rain? Let’s go."), "Do you not see? Can we not go? Will it not rain? Let us go.")
        self.assertEqual(contractions.contract("I am sure that it is not here."), "I'm sure that it isn't here.")

    def test_no_contraction_at_the_end_of_a_clause(self):
        self.assertEqual(contractions.contract("I know who he is."), "I know who he is.")


class Makers(unittest.TestCase):
    def test_every_maker_works_on_own_sentences(self):
        self.assertEqual(set(MAKERS) | {"fix"}, set(WORDINGS))
        for intent, make in MAKERS.items():
            pairs = [p for s in OWN + ["\n".join(OWN[7:9])] for p in run(make, s, MIX, seeds=30)]
            self.assertTrue(pairs, intent)
            for source, target in pairs:
                self.assertNotEqual(source, target)
                self.assertNotRegex(source + target, r"  |\{|\}")

    def test_formal(self):
        for source, target in run(formal.make, "Hey, I don't think the kids can't come!", MIX):
            self.assertNotIn("'", target)
            self.assertNotIn("!", target)
            self.assertIn("children", target)
        self.assertEqual(formal.formalise("But we're gonna look into it."), "However, we are going to investigate it.")
        self.assertEqual(formal.formalise("The U.S. team is late."), "The U.S. team is late.")

    def test_friendly(self):
        self.assertIn(("We will not inform you.", "We won't tell you."), run(friendly.make, "We will not inform you.", MIX))
        for _, target in run(friendly.make, "Tom died last night.", MIX):
            self.assertNotIn("!", target)

    def test_polite(self):
        for i in range(50):
            self.assertRegex(polite.found(random.Random(i), "Open the window.")[1], "please|mind|grateful")
        self.assertIn("Could you please help me?", [t for _, t in run(polite.make, "Can you help me?", MIX)])
        self.assertEqual(polite.found(random.Random(0), "I want a coffee.")[1], "I would like a coffee, please.")
        self.assertEqual(polite.bluntly(random.Random(0), "Could you please close the door?")[0][:14], "Close the door")
        self.assertIsNone(polite.found(random.Random(0), "The sky is blue."))
        for i in range(300):
            _, target = polite.invented(random.Random(i))
            self.assertNotRegex(target, r" now\?|\{")

    def test_shorter_and_clearer_keep_the_clean_text_as_target(self):
        text = "We met to discuss the plan because it is important."
        for source, target in run(shorter.make, text, MIX):
            self.assertEqual(target, text)
            self.assertGreater(len(source), len(text))
        self.assertTrue(all(t == text for _, t in run(clearer.disfluent, text)))
        self.assertEqual(shorter.cut(random.Random(1), "In fact, the results (see below) are really good."), ("In fact, the results (see below) are really good.", "The results are good."))

    def test_passive_and_negated(self):
        self.assertEqual(clearer.passive(random.Random(0), "They took the bus yesterday."), ("The bus was taken by them yesterday.", "They took the bus yesterday."))
        self.assertEqual(clearer.negated(random.Random(0), "It is common here.")[0], "It is not uncommon here.")

    def test_simpler_splits(self):
        split = lambda s: simpler.split(random.Random(1), s)[1]
        self.assertEqual(split("The old bridge was closed to traffic for years, and it was opened again in spring."), "The old bridge was closed to traffic for years. It was opened again in spring.")
        self.assertEqual(split("The old bridge was closed to traffic for years, but it was opened again in spring."), "The old bridge was closed to traffic for years. However, it was opened again in spring.")
        self.assertIsNone(simpler.split(random.Random(1), "Dogs bark."))

    def test_appropriate_and_neutral_keep_the_clean_text_as_target(self):
        text = "I left my coat in the office."
        for maker in (appropriate.make, neutral.make):
            pairs = run(maker, text, MIX)
            self.assertTrue(pairs)
            for source, target in pairs:
                self.assertEqual(target.lower().replace("'", ""), text.lower())

    def test_coherent(self):
        self.assertEqual(coherent.make(random.Random(3), "The shop was closed.\nHowever, we found another.", MIX), ("The shop was closed. We found another.", "The shop was closed. However, we found another."))
        self.assertIsNone(coherent.make(random.Random(0), "Dogs bark.\nCats do not.", MIX))
        self.assertEqual(coherent.disjoin(random.Random(0), "She opened the old door and walked into the garden."), "She opened the old door. She walked into the garden.")

    def test_paraphrase_moves_time_and_clauses(self):
        self.assertEqual(paraphrase.moved("The team met in May."), "In May, the team met.")
        self.assertEqual(paraphrase.moved("When the rain stopped, the children went out."), "The children went out when the rain stopped.")

    def test_special_tokens_stand_in_both_sides(self):
        for i in range(300):
            pair = special.with_special(random.Random(i), "He go to the office today.", "He goes to the office today.") or special.labelled(random.Random(i), "He go.", "He goes.")
            if pair:
                extra = [set(re.split(r"\s+", p.rstrip("”\".").lstrip("“\""))) for p in pair]
                self.assertLessEqual(len(extra[0] ^ extra[1]), 2)

    def test_curly(self):
        self.assertEqual(special.curly('He said "it\'s \'late\'".'), "He said “it’s ‘late’”.")

    def test_infill_can_be_put_together(self):
        text = "The cat sat on the mat because it was tired and then it went home to sleep again."
        for i in range(100):
            source, target = infill.make(random.Random(i), text)
            for k, span in enumerate(re.split(r" ?<extra_id_\d+> ?", target)[1:-1]):
                source = source.replace(f"<extra_id_{k}>", span, 1)
            self.assertEqual(source, text)


class TheMix(unittest.TestCase):
    def test_shares(self):
        self.assertEqual(set(WORDINGS), set(SHARES))
        self.assertEqual(set(WORDINGS), set(KEEP))
        self.assertTrue(0.4 < SHARES["fix"] / sum(SHARES.values()) < 0.5)

    def test_examples(self):
        r, intents = random.Random(0), set()
        for _ in range(3000):
            intent, prompt, target = MIX.example(r, infill=0.2)
            intents.add(intent)
            self.assertTrue(target.strip())
            self.assertEqual("<extra_id_0>" in target, intent == "infill")
        self.assertEqual(intents, set(WORDINGS) | {"infill"})

    def test_same_seed_same_example(self):
        self.assertEqual(MIX.example(random.Random(5)), MIX.example(random.Random(5)))

    def test_wrong_phrases_stand_in_carriers(self):
        self.assertEqual(MIX.noise.carried(random.Random(0)), (OWN[3].replace("every day", "everyday"), OWN[3]))


if __name__ == "__main__":
    unittest.main()
