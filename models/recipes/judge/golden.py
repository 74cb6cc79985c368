"""Write golden.json, with which the program's scoring is checked: python golden.py JUDGE_DIR."""

import json
import os
import sys

import features
from score import Judge

TEXTS = [
    "Could you please send me the report by Friday?",
    "Send me the report now, you idiot!",
    "I don't know what you're talking about.",
    "The committee has decided to postpone its decision until further information becomes available.",
    "hey, wanna grab a coffee later?",
    "Thanks so much for your help, it really made my day!",
    "The brilliant author was obviously the greatest writer of his time.",
    "The author wrote four novels between 1901 and 1920.",
    "This is the dumbest thing I have ever seen.",
    "Water boils at a lower temperature in the mountains.",
    "",
    "   \t\n ",
    "a",
    "Ok",
    "Ärzte in Köln essen gern Crème brûlée für 3,50 €.",
    "ΟΔΥΣΣΕΥΣ and İstanbul test the lower case.",
    "Family emoji: 👨‍👩‍👧 and 🙂🙂🙂",
    "東京 is the capital of 日本.",
    "no-break\u00a0space, thin\u2009space,\r\nnew line\tand tab",
    "Don't, don’t, DON'T: the word comes three times, and the word \"word\" comes four times: word.",
]
PAIRS = [
    ("The cat sat on the mat.", "The cat sat on the mat."),
    ("The cat sat on the mat.", "A cat was sitting on the mat."),
    ("We will meet at 5 pm.", "We won't meet at 6 pm."),
    ("", ""),
    ("", "Something"),
    ("I have not seen it.", "I haven’t seen it, never."),
    ("He sold 3,500 cars in 2019.", "In 2019, 3500 cars were sold by him."),
    ("Completely different text", "nothing in common here"),
]


def golden(folder):
    judge = Judge(folder)
    idf = judge.tensors["meaning.idf"]
    one = lambda t: {"text": t, "scores": judge(t)}  # noqa: E731
    two = lambda a, b: {"text": a, "text2": b, "features": features.pair(a, b, idf), "meaning": judge.meaning(a, b)}  # noqa: E731
    grams = [" s", "end", "é ", "🙂🙂", "東京 is"]
    return {
        "fnv1a": {g: f"{features.fnv1a(g.encode()):016x}" for g in grams},
        "normalised": {t: features.normalised(t) for t in TEXTS[12:]},
        "words": {t: features.words(t) for t in TEXTS[12:]},
        "buckets": {t: len(features.vector(t)[0]) for t in TEXTS},
        "texts": [one(t) for t in TEXTS],
        "pairs": [two(*p) for p in PAIRS],
    }


if __name__ == "__main__":
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as f:
        json.dump(golden(sys.argv[1]), f, indent=1, ensure_ascii=False)
