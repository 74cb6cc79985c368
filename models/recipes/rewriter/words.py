"""Write the program's list of English words: python words.py --data DIR --prepared corpus.json.xz --out FILE

A word is what stands often enough in the clean prose, or is the right form of a misspelling list, and is no listed
misspelling itself. The program asks the list whether a model made a word up (crates/emend-text/src/words.rs).
"""

import argparse
import re

import corpus

LEAST = 3  # letters; shorter ones are not asked for


def words(data, prepared):
    known, wrong = set(prepared["words"]), set()
    for file in ("lexicons/typos_words.all", "lexicons/codespell_words.all"):
        for x in corpus.read(data, file):
            if x["task"] == "spell":
                known |= {ref.lower() for ref in x["refs"]}
                wrong.add(x["src"].lower())
    wrong -= set(prepared["common"])
    return sorted(w for w in known - wrong if len(w) >= LEAST and re.fullmatch("[a-z]+", w))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--prepared", required=True)
    p.add_argument("--out", required=True)
    a = p.parse_args()
    found = words(a.data, corpus.load(a.prepared))
    with open(a.out, "w", encoding="ascii") as f:
        f.write("\n".join(found) + "\n")
    print(len(found), "words")


if __name__ == "__main__":
    main()
