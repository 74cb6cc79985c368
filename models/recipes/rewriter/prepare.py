"""Write the prepared corpus: python prepare.py --data DIR --out corpus.json.xz [--megabytes 40]

Reads every file of the recipe under the licence gate (../sources.toml) and writes one compact file that corpus.load
reads. Deterministic: the same data give the same file.
"""

import argparse
import collections
import os
import random
import re

import corpus
import phrases

# At most this many thousand words of each prose file; None takes all of it.
PROSE = {
    "prose/self_dialogue.paragraphs": 2200,  # messages
    "prose/sgd.paragraphs": 900,
    "prose/topical_chat.paragraphs": None,
    "prose/synthetic_persona_chat.paragraphs": None,
    "prose/common_voice_sentences.paragraphs": 350,
    "prose/star.paragraphs": None,
    "prose/taskmaster.paragraphs": None,
    "prose/casino.paragraphs": 100,
    "prose/stackexchange_beer.paragraphs": None,
    "prose/banking77.paragraphs": None,
    "prose/ud_english_ewt.paragraphs": None,
    "prose/fiction_utterances.paragraphs": 150,
    "text/tatoeba_en.all": None,
    "prose/wikipedia_2014.paragraphs": 4400,  # encyclopedic
    "prose/openstax_cc_by.paragraphs": 1850,
    "prose/openstax_philschatz.paragraphs": 1450,
    "prose/wikinews.paragraphs": None,  # news
    "prose/digitalgov.paragraphs": None,  # business
    "prose/us_gov_18f_plainlanguage.paragraphs": None,
    "prose/sourcegraph_handbook.paragraphs": None,
    "prose/openstax_marketing.paragraphs": None,
    "prose/ms_style_guide.paragraphs": None,
    "prose/open_org_guide.paragraphs": None,
    "prose/dynamics365_business_central.paragraphs": 500,
    "prose/dynamics_ax_docs.paragraphs": 500,
    "prose/python_peps.paragraphs": 600,  # technical
    "prose/rust_book_rfcs.paragraphs": 500,
    "prose/swift_evolution.paragraphs": 400,
    "prose/powershell_docs.paragraphs": 200,
    "prose/aosabook.paragraphs": None,
    "prose/go_website.paragraphs": None,
    "prose/owasp_cheatsheets.paragraphs": None,
    "prose/react_docs.paragraphs": None,
    "prose/ms_engineering_playbook.paragraphs": None,
    "prose/masc.paragraphs": None,  # letters, essays
    "prose/classic_books.paragraphs": 900,  # literary
    "prose/standardebooks.paragraphs": None,
    "prose/eltec_eng.paragraphs": 150,
}
PARALLEL = [
    "rewrite/harper.train", "rewrite/languagetool.train", "rewrite/languagetool_nochange.train", "rewrite/onestop.train", "rewrite/onestop_paragraphs.train",
    "rewrite/wikisplit.tune", "rewrite/paradetox.train", "rewrite/plainlanguage.train", "rewrite/disfl_qa.train",
    "rewrite/tatoeba_contractions.train", "rewrite/tatoeba_paraphrase.train", "rewrite/wnc_sample.train",
]
WORD_LISTS = ["lexicons/typos_words.all", "lexicons/codespell_words.all"]
LONGEST_RUN = 6  # sentences
QUESTION = re.compile(r"(?:Do|Does|Did|Are|Is|Was|Were|Has|Can|Could|Would|Will|Should|Why|Where|When did|How (?:do|did|are|is|about)|What (?:do|does|did|is|are)|Who (?:is|was)) (?:you|it|he|she|they|there|we|I|the|that|your|this|is|are|about)\b.*\.$")
# Slips of casual writers: such sentences are no targets.
SLIPS = re.compile(r"\b(?:i|im|dont|didnt|cant|wont|thats|ive|alot|ok so|u|ur|gonna|wanna|gotta|should of|could of|would of|a [aeio]\w+ing|more better|me and|I seen|he don't|she don't|it don't|youre|isnt|doesnt|havent|wasnt|whats|theres)\b"
                   r"|\b(?:[Tt]heir (?:is|are|was|were|really)|[Tt]here (?:own|favorite|first|new|music|songs|best)|[Yy]our (?:going|doing|being|trying|saying)|to (?:much|many|bad)|loose (?:the|to|my)|I (?:has|is|does|seen)|(?:[Hh]e|[Ss]he) (?:have|do|are|don't)|(?:[Tt]hey|[Ww]e) (?:is|was|has|does)|more then|[Aa]llirght)\b|\b(?:[Ii]ts (?:a|an|the|not|so|just|really|very|been|going|my|hard|good|great)|[Yy]our (?:a|an|the|welcome|right|not|so))\b| ,|,[A-Za-z]|  |\b(\w+) \1\b|\b[a-z]+'[A-Z]|\.\.|[!?]{2}")


def clean(s, casual):
    """Is the sentence fit to be the target of a correction?"""
    if not (12 <= len(s) <= 260 and s[-1] in ".?!\"" and (s[0].isupper() or s[0] in "\"'0123456789") and s.count('"') % 2 == 0 and s.count("(") == s.count(")")):
        return False
    if s[-1] == '"' and s[-2] not in ".?!":
        return False
    return not (casual and (SLIPS.search(s) or QUESTION.match(s)))


def runs(found, casual):
    """Unbroken runs of clean sentences that may train, none longer than LONGEST_RUN; and the held-out ones."""
    out, now, held = [], [], []
    for s in found:
        good = clean(s, casual)
        if good and corpus.held_out(s):
            held.append(s)
            good = False
        if good:
            now.append(s)
        if not good or len(now) == LONGEST_RUN:
            out.append(now)
            now = []
    return [run for run in out + [now] if run], held


def prose(data, research, r):
    """style -> runs, held-out sentences, words per file."""
    styles, heldout, counts, seen = collections.defaultdict(list), [], {}, set()
    for file, most in PROSE.items():
        records = list(corpus.read(data, file, research))
        r.shuffle(records)
        words = 0
        for x in records:
            style = x.get("style", "message")
            found, held = runs(corpus.sentences(x["text"]), style == "message")
            heldout += held
            for run in found:
                text = "\n".join(run)
                if text not in seen:
                    seen.add(text)
                    styles[style].append(text)
                    words += text.count(" ") + len(run)
            if most and words > most * 1000:
                break
        counts[file] = words
    return styles, heldout, counts


def misspellings(data, research, words, common):
    table = collections.defaultdict(list)
    for file in WORD_LISTS:
        for x in corpus.read(data, file, research):
            if x["task"] == "spell" and x["src"] not in words:
                for right in x["refs"]:
                    if right.lower() in common and len(right) > 2:
                        table[right.lower()].append(x["src"])
    return table


def prepare(data, research=False):
    r = random.Random(0)
    styles, heldout, counts = prose(data, research, r)
    tally = collections.Counter()
    for texts in styles.values():
        for text in texts:
            tally.update(re.findall(r"[a-z]+", text.lower()))
    words = {w for w, n in tally.items() if n >= 6}
    common = {w for w, n in tally.most_common(12000)}
    parallel = {file: [[task, a, b] for task, a, b, _ in corpus.pairs(data, file, research)] for file in PARALLEL}
    table, carriers = phrases.carriers(phrases.table(data, research, parallel, tally), styles, r)
    return {
        "styles": styles, "heldout": r.sample(heldout, min(12000, len(heldout))), "words": sorted(words), "common": sorted(common),
        "misspellings": misspellings(data, research, words, common), "parallel": parallel, "phrases": table,
        "carriers": carriers, **phrases.simplifications(data, research),
    }, counts


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--megabytes", type=float, default=40)
    p.add_argument("--research", action="store_true", help="also files marked research; never ship what trains on them")
    a = p.parse_args()
    data, counts = prepare(a.data, a.research)
    for file, n in counts.items():
        print(f"{file:50} {n:10,} words")
    for style, texts in data["styles"].items():
        print(f"{style:50} {sum(t.count(' ') + t.count(chr(10)) + 1 for t in texts):10,} words {len(texts):8,} runs")
    print({k: len(v) for k, v in data.items()}, {k: len(v) for k, v in data["parallel"].items()})
    corpus.save(data, a.out)
    size = os.path.getsize(a.out) / 2**20
    print(f"{size:.1f} MiB")
    if size > a.megabytes:
        raise SystemExit(f"larger than {a.megabytes} MiB: lower the caps in PROSE")


if __name__ == "__main__":
    main()
