"""The training data: the licence gate, sentence splitting, and the prepared corpus that `prepare.py` writes.

`load(path)` needs the standard library only, so the machine that trains needs no data folder.
"""

import json
import lzma
import os
import re
import tomllib
import zlib

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sources.toml")
DEVELOPMENT = re.compile(r"\.(dev|valid|validation|val|test)$")
NO_DEVELOPMENT_SPLIT = ("rewrite/wnc_sample.train",)  # one pair in ten is development, chosen by its letters
# How often a clean text is drawn from each style; about half of what an editor sees are messages and business prose.
STYLES = {"message": 36, "encyclopedic": 17, "news": 14, "business": 16, "technical": 9, "essay": 2, "literary": 6}
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
    import zstandard

    with open(os.path.join(data, file + ".jsonl.zst"), "rb") as f:
        for line in zstandard.ZstdDecompressor().stream_reader(f).read().decode().split("\n"):
            if line:
                yield json.loads(line)


def pairs(data, file, research=False, evaluation=False, longest=500):
    """(task, source, reference, record) of a parallel file; of a file without a development split the part that is asked for."""
    for x in read(data, file, research, evaluation):
        if file in NO_DEVELOPMENT_SPLIT and bucket(x["src"], 10) != (0 if evaluation else bucket(x["src"], 10) or -1):
            continue
        for ref in x["refs"][:4]:
            if max(len(x["src"]), len(ref)) <= longest and ref.strip() and "�" not in ref:
                yield x["task"], x["src"], ref, x


def sentences(paragraph):
    """Split at sentence ends, but not after a common abbreviation."""
    out, start = [], 0
    for m in BOUNDARY.finditer(paragraph):
        if not ABBREVIATION.search(paragraph[start:m.start()]):
            out.append(paragraph[start:m.end(1)])
            start = m.end()
    out.append(paragraph[start:])
    return [s.strip() for s in out if s.strip()]


def bucket(text, of):
    """A number that depends on the letters of the text only."""
    return zlib.crc32(re.sub(r"\W+", " ", text.lower()).strip().encode()) % of


def held_out(sentence):
    """One sentence in a hundred never trains, chosen by its letters."""
    return bucket(sentence, 100) == 7


def save(data, path):
    with lzma.open(path, "wt", encoding="utf-8", preset=6) as f:
        json.dump(data, f, ensure_ascii=False, separators=(",", ":"))


def load(path):
    """What prepare.py wrote: a dict of plain lists and dicts of str.

    styles       style -> runs of clean sentences that follow each other, joined by newlines
    heldout      clean sentences that never train
    words        known lower-case words; common: the most frequent of them
    misspellings word -> its known misspellings
    parallel     file -> [task, source, reference]
    phrases      right phrase -> wrong phrases; carriers: right phrase -> clean sentences in which it stands
    simple       easy word -> harder words; short: short phrase -> wordy phrases
    """
    with lzma.open(path, "rt", encoding="utf-8") as f:
        return json.load(f)
