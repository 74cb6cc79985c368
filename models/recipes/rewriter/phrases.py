"""Tables of wrong and right phrases for prepare.py: from the phrase lists, and from the edits of correction pairs.

A phrase that is seldom in clean text is seldom corrupted, so each gets some carriers: clean sentences in which the right
form stands, to put the wrong one into.
"""

import collections
import difflib
import re

import corpus

PHRASE_LISTS = ["lexicons/harper_phrases.all", "lexicons/proselint_phrases.all", "lexicons/codespell_words.all"]
SIMPLE_LISTS = ["lexicons/plainlanguage_phrases.all", "lexicons/retext_simplify_phrases.all", "lexicons/proselint_phrases.all", "lexicons/vale_microsoft_phrases.all"]
CONFUSION = "lexicons/languagetool_confusion.all"
CARRIERS = 10  # sentences for each right phrase
MOST, MOST_SINGLE = 4000, 1500  # phrases more frequent than this need no carriers
WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
PLAIN = re.compile(r"[a-z][a-z' -]*[a-z]")
# Right forms too general to be recognised as such: the pair would teach a wrong edit.
TOO_GENERAL = set("the a an and or of to in on at is it he she they this that be for with as by from not no so but are was were have has had do does did you we i".split())
NOT_EASY = set("the and for this that some very their say size has have all like with because since hold".split())


def edits(source, target):
    """(wrong, right) of a pair, each with a neighbour word on both sides where there is one."""
    a, b = source.split(), target.split()
    blocks = [x for x in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes() if x[0] != "equal"]
    if len(blocks) != 1:
        return
    _, i, j, k, l = blocks[0]
    if max(j - i, l - k) > 3:
        return
    for left, right in ((1, 0), (0, 1), (1, 1)):
        wrong = " ".join(a[max(0, i - left): j + right])
        good = " ".join(b[max(0, k - left): l + right])
        strip = ".,;:!?\"()…"
        yield wrong.strip(strip), good.strip(strip)


def table(data, research, parallel, tally):
    """right -> [wrong, ..], lower case."""
    out = collections.defaultdict(list)

    def add(wrong, right):
        wrong, right = wrong.lower().replace("’", "'"), right.lower().replace("’", "'")
        if wrong != right and PLAIN.fullmatch(wrong) and PLAIN.fullmatch(right) and right not in TOO_GENERAL and wrong not in out[right]:
            out[right].append(wrong)

    for file in PHRASE_LISTS:
        for x in corpus.read(data, file, research):
            if x["task"] in ("phrase_fix", "usage", "spell_name") and not x.get("regex") and x.get("label") not in ("needless-variants",):
                for right in x["refs"][:2]:
                    add(x["src"], right)
    for x in corpus.read(data, CONFUSION, research):
        for right in x["refs"]:
            if min(tally[x["src"]], tally[right]) >= 3:
                add(x["src"], right)
                add(right, x["src"])
    for file in ("rewrite/harper.train", "rewrite/languagetool.train"):
        for task, source, target in parallel[file]:
            if task == "gec" and " not " not in f" {source} ".lower().replace(" not only ", " "):
                for wrong, right in edits(source, target):
                    if len(right.split()) >= 2 and len(set(right.split()) - TOO_GENERAL) >= 1:
                        add(wrong, right)
    return {k: v for k, v in out.items() if v}


def carriers(phrases, styles, r):
    """(phrases, carriers): the phrases whose wrong form is indeed no good English, and clean sentences with the right one.

    A wrong form of several words that also stands often in clean text cannot be told from a right one: it is dropped. So is
    a common word in the place of a rare one (minutes for minuets): correcting it would be over-editing nearly always.
    """
    wanted = set(phrases) | {w for wrong in phrases.values() for w in wrong}
    lengths = collections.defaultdict(set)
    for phrase in wanted:
        lengths[phrase.split()[0]].add(len(phrase.split()))
    counts, found = collections.Counter(), collections.defaultdict(list)
    for style in sorted(styles):
        for text in styles[style]:
            for sentence in text.split("\n"):
                words = WORD.findall(sentence.lower())
                for i, w in enumerate(words):
                    for n in lengths.get(w, ()):
                        phrase = w if n == 1 else " ".join(words[i:i + n])
                        if phrase in wanted:
                            counts[phrase] += 1
                            if phrase in phrases and (len(found[phrase]) < CARRIERS or r.random() < CARRIERS / counts[phrase]):
                                found[phrase].append(sentence)
    kept = {}
    for right in sorted(phrases):
        wrong = [w for w in phrases[right] if (counts[w] <= 20 * counts[right] if " " not in w + right else counts[w] <= 0.1 * counts[right] + 1)]
        if wrong and counts[right]:
            kept[right] = wrong
    return kept, {p: sorted(set(found[p][-CARRIERS:])) for p in kept if counts[p] < (MOST_SINGLE if " " not in p else MOST)}


def simplifications(data, research):
    """simple: easy word -> harder words; short: phrase -> longer phrases that say the same."""
    simple, short = collections.defaultdict(list), collections.defaultdict(list)
    for file in SIMPLE_LISTS:
        for x in corpus.read(data, file, research):
            if x["task"] != "simplify_phrase" or not PLAIN.fullmatch(x["src"]):
                continue
            for easy in x["refs"][:2]:
                if not PLAIN.fullmatch(easy) or easy in NOT_EASY or x["src"] in simple[easy] + short[easy]:
                    continue
                longer = len(x["src"].split()) > len(easy.split())
                (short if longer else simple)[easy].append(x["src"])
    return {"simple": {k: v for k, v in simple.items() if v}, "short": {k: v for k, v in short.items() if v}}
