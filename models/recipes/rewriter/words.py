"""Write the program's lists of English words: python words.py --data DIR --prepared corpus.json.xz --out FILE --common FILE

A word is what stands often enough in the clean prose, or is the right form of a misspelling list, and is no listed
misspelling itself. The program asks the list whether a model made a word up (crates/emend-text/src/words.rs). Common ones
are the most frequent: of them, writers confuse one with another; of the others, models do.
"""

import argparse
import collections
import re

import corpus

LEAST = 3  # letters; shorter ones are not asked for
COMMON = 4000  # words
# Without their apostrophe they are written often enough to pass for words.
CONTRACTIONS = "dont thats ive hes shes cant wont whats wouldve".split()


def words(data, prepared):
    known, wrong = set(prepared["words"]), set()
    for file in ("lexicons/typos_words.all", "lexicons/codespell_words.all"):
        for x in corpus.read(data, file):
            if x["task"] == "spell":
                known |= {ref.lower() for ref in x["refs"]}
                wrong.add(x["src"].lower())
    wrong -= set(prepared["common"])
    wrong.update(CONTRACTIONS)
    return sorted(w for w in known - wrong if len(w) >= LEAST and re.fullmatch("[a-z]+", w))


def common(prepared, known):
    """The most frequent of the words `known` in the prose, sorted."""
    tally = collections.Counter()
    for texts in prepared["styles"].values():
        for text in texts:
            tally.update(re.findall("[a-z]+", text.lower()))
    return sorted([w for w, n in tally.most_common() if w in known][:COMMON])


def write(path, found):
    with open(path, "w", encoding="ascii") as f:
        f.write("\n".join(found) + "\n")
    print(len(found), "words:", path)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--prepared", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--common", required=True)
    a = p.parse_args()
    prepared = corpus.load(a.prepared)
    found = words(a.data, prepared)
    write(a.out, found)
    write(a.common, common(prepared, set(found)))


if __name__ == "__main__":
    main()
