"""Write the critic's training and development arrays.

python prepare.py --data DIR --corpus CORPUS.json.xz --tokenizer tokenizer.json --out critic.xz [--clean 45000]

CORPUS is what ../rewriter/prepare.py writes. Deterministic. Every file is read under the licence gate of ../sources.toml.
"""

import argparse
import difflib
import hashlib
import os

import numpy as np
from tokenizers import Tokenizer

import arrays
import collect
from model import SENTENCE_HEADS

LONGEST = 96  # tokens of a text, the end token among them
END = 1


def encode(tokenizer, texts):
    """Ids with the end token; long texts lose their tail."""
    found = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [[i for i in e.ids if i != END][:LONGEST - 1] + [END] for e in found]


def wrong_tokens(source, target):
    """One bool by source token: it does not survive, or tokens are missing before it."""
    out = [False] * len(source)
    if source == target:
        return out
    for tag, i1, i2, _, _ in difflib.SequenceMatcher(None, source, target, autojunk=False).get_opcodes():
        if tag in ("replace", "delete"):
            out[i1:i2] = [True] * (i2 - i1)
        elif tag == "insert":
            out[min(i1, len(source) - 1)] = True
    return out


def label_row(labels, heads):
    return [arrays.NONE if labels.get(h) is None else round(labels[h] * arrays.UNIT) for h in heads]


def build(e, tokenizer, heads):
    kinds = sorted({t[0] for t in e.texts} | {p[0] for p in e.pairs})
    ids = encode(tokenizer, [t[2] for t in e.texts])
    targets = iter(encode(tokenizer, [t[3] for t in e.texts if t[3] is not None]))
    marked = np.array([t[3] is not None for t in e.texts])
    wrong = [w for own, m in zip(ids, marked) if m for w in wrong_tokens(own, next(targets))]
    return kinds, {
        "ids": np.concatenate([np.array(i, np.uint16) for i in ids]), "length": np.array([len(i) for i in ids], np.uint8),
        "label": np.array([label_row(t[4], heads) for t in e.texts], np.uint8), "kind": np.array([kinds.index(t[0]) for t in e.texts], np.uint8),
        "split": np.array([t[1] for t in e.texts], np.uint8), "marked": marked, "wrong": np.packbits(np.array(wrong, bool)),
        "pairs": np.array([p[2:5] for p in e.pairs], np.int32).reshape(-1, 3),
        "score": np.array([arrays.NONE if p[5] < 0 else round(p[5] * arrays.UNIT) for p in e.pairs], np.uint8),
        "pair_kind": np.array([kinds.index(p[0]) for p in e.pairs], np.uint8), "pair_split": np.array([p[1] for p in e.pairs], np.uint8),
    }


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--corpus", required=True)
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--clean", type=int, default=45000, help="clean sentences for the error tasks")
    p.add_argument("--megabytes", type=float, default=6)
    p.add_argument("--research", action="store_true", help="add the appropriateness head; never ship what trains on it")
    a = p.parse_args()
    heads = SENTENCE_HEADS + (["appropriateness"] if a.research else [])
    e = collect.collect(a.data, collect.corpus.load(a.corpus), a.clean, a.research)
    tokenizer = Tokenizer.from_file(a.tokenizer)
    with open(a.tokenizer, "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    kinds, found = build(e, tokenizer, heads)
    arrays.save(a.out, {"kinds": kinds, "heads": heads, "tokenizer_sha256": digest, "vocabulary": tokenizer.get_vocab_size(), "research": a.research}, **found)
    for i, kind in enumerate(kinds):
        print(f"{kind:20}", *(f"{name} {int((found['split'][found['kind'] == i] == s).sum()):7,}" for s, name in enumerate(("train", "calibrate", "develop"))),
              f"pairs {int((found['pair_kind'] == i).sum()):6,}  tokens {int(found['length'][found['kind'] == i].sum(dtype=int)):9,}")
    size = os.path.getsize(a.out) / 2**20
    print(f"{len(e.texts):,} texts, {len(found['ids']):,} tokens, {size:.2f} MiB")
    if size > a.megabytes:
        raise SystemExit(f"larger than {a.megabytes} MiB: lower --clean")


if __name__ == "__main__":
    main()
