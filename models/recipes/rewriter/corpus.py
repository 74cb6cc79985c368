"""Read the data folder: only files that sources.toml allows, held-out sentences kept apart."""

import collections
import glob
import io
import json
import os
import random
import re
import tomllib
import zlib

import zstandard

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sources.toml")
DEVELOPMENT = re.compile(r"\.(dev|valid|validation|val|test)$")
# At most this many records of each prose file (the file's style in the comment).
PROSE = {
    "prose/taskmaster.paragraphs": 16000,  # message
    "prose/sgd.paragraphs": 25000,
    "prose/common_voice_sentences.paragraphs": 30000,
    "prose/stackexchange_beer.paragraphs": 4700,
    "prose/ud_english_ewt.paragraphs": 2000,
    "prose/masc.paragraphs": 3000,  # essay, letters
    "prose/wikinews.paragraphs": 14000,  # news
    "prose/wikipedia_2014.paragraphs": 9000,  # encyclopedic
    "prose/openstax_philschatz.paragraphs": 6000,
    "prose/openstax_cc_by.paragraphs": 8000,
    "prose/digitalgov.paragraphs": 9000,  # business
    "prose/us_gov_18f_plainlanguage.paragraphs": 9000,
    "prose/sourcegraph_handbook.paragraphs": 9000,
    "prose/openstax_marketing.paragraphs": 2600,
    "prose/ms_style_guide.paragraphs": 1800,
    "prose/dynamics365_business_central.paragraphs": 3000,
    "prose/python_peps.paragraphs": 3000,  # technical
    "prose/rust_book_rfcs.paragraphs": 3000,
    "prose/go_website.paragraphs": 3000,
    "prose/aosabook.paragraphs": 3000,
    "prose/react_docs.paragraphs": 3000,
    "prose/ms_engineering_playbook.paragraphs": 3000,
    "text/tatoeba_en.all": 97000,  # message
}
BOUNDARY = re.compile(r"(?<=[.!?])([\"')\]]*)\s+(?=[A-Z\"'(])")
ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|No|Inc|Co|Ltd|e\.g|i\.e|etc|Gen|Gov|Sen|Rep|Fig|Vol)|\b[A-Z])\.$")


def licences():
    with open(SOURCES, "rb") as f:
        return {s["file"]: s for s in tomllib.load(f)["source"]}


def allowed(file, research=False):
    """May this file train the model? Files not listed and development splits never do."""
    if DEVELOPMENT.search(file):
        return False
    use = licences().get(file, {}).get("use")
    return use == "train" or (research and use == "research")


def read(data, file, research=False, evaluation=False):
    """Records of one file, or an error if its licence does not allow this use."""
    if not (file in licences() if evaluation else allowed(file, research)):
        raise PermissionError(f"{file} may not be used here; see sources.toml")
    with open(os.path.join(data, file + ".jsonl.zst"), "rb") as f:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(f), encoding="utf-8"):
            yield json.loads(line)


def sentences(paragraph):
    """Split at sentence ends, but not after a common abbreviation."""
    out, start = [], 0
    for m in BOUNDARY.finditer(paragraph):
        if not ABBREVIATION.search(paragraph[start:m.start()]):
            out.append(paragraph[start:m.end(1)])
            start = m.end()
    out.append(paragraph[start:])
    return [s.strip() for s in out if s.strip()]


def held_out(sentence):
    """One sentence in a hundred never trains, chosen by its letters."""
    return zlib.crc32(re.sub(r"\W+", " ", sentence.lower()).strip().encode()) % 100 == 7


def looks_clean(s):
    return 12 <= len(s) <= 200 and s[-1] in ".?!" and (s[0].isupper() or s[0] in "\"'0123456789") and not s.endswith("..") and s.count('"') % 2 == 0


class Corpus:
    """clean: sentences; passages: runs of 2-4 sentences; heldout: clean sentences never trained on."""

    def __init__(self, data, research=False, seed=0):
        r = random.Random(seed)
        self.clean, self.passages, self.heldout = [], [], []
        self.vocabulary = collections.Counter()
        for file, most in PROSE.items():
            records = [x["text"] for x in read(data, file, research)]
            if len(records) > most:
                records = r.sample(records, most)
            for text in records:
                found = sentences(text)
                good = [s for s in found if looks_clean(s)]
                for s in good:
                    (self.heldout if held_out(s) else self.clean).append(s)
                if len(found) > 1 and len(good) == len(found) and not any(map(held_out, found)):
                    at = r.randrange(len(found) - 1)
                    run = found[at:at + r.choice([2, 2, 3, 4])]
                    if sum(map(len, run)) < 420:
                        self.passages.append(run)
        for s in self.clean:
            self.vocabulary.update(re.findall(r"[a-z]+", s.lower()))
        self.words = {w for w, n in self.vocabulary.items() if n >= 4}
        self.common = {w for w, n in self.vocabulary.most_common(8000) if n >= 4}
        self.misspellings = collections.defaultdict(list)
        for file in ("lexicons/typos_words.all", "lexicons/codespell_words.all"):
            for x in read(data, file, research):
                if x["task"] == "spell" and x["src"] not in self.words:
                    for right in x["refs"]:
                        if right.lower() in self.common and len(right) > 2:
                            self.misspellings[right.lower()].append(x["src"])


def pairs(data, file, research=False, evaluation=False, longest=300):
    """(task, source, reference) of a parallel file, references that lose most of the source left out."""
    for x in read(data, file, research, evaluation):
        for ref in x["refs"][:4]:
            if max(len(x["src"]), len(ref)) <= longest and ref.strip() and "�" not in ref:
                yield x["task"], x["src"], ref, x
