"""The tokenizer: Unigram with byte fallback and no normalizer, so that every text survives encode -> decode.

python tokenizer.py --prepared FILE --out tokenizer.json [--pieces 12000]

Layout of the ids, as T5 has them: <pad>, </s>, <unk>, <extra_id_0..99>, then pieces by score, 256 byte pieces, and
the printable characters that no piece was learnt for. Digits stay single: a number is then copied figure by figure.
"""

import argparse
import json
import random
import re

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SENTINELS = 100
SPECIAL = ["<pad>", "</s>", "<unk>"] + [f"<extra_id_{i}>" for i in range(SENTINELS)]
BYTE_SCORE = -200.0  # so low that the literal text "<0x0A>" never becomes a byte piece
# A word or part of one, or punctuation; never both, so that a mended comma is one token; never several digits.
PIECE = re.compile(r"▁?(?:[^\W\d_]+(?:['’][^\W\d_]*)?|['’][^\W\d_]+|[^\w\s]+|\d)|▁+")
CHARACTERS = [chr(c) for c in range(33, 127)] + list("“”‘’…–—")


def learn(texts, pieces):
    """Train the Unigram pieces; returns the parsed tokenizer.json, without byte fallback yet."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    trainer = trainers.UnigramTrainer(vocab_size=pieces * 5 // 4, special_tokens=SPECIAL, unk_token="<unk>", initial_alphabet=CHARACTERS,
                                      max_piece_length=14, shrinking_factor=0.75, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    spec = json.loads(tokenizer.to_str())
    vocab = spec["model"]["vocab"]
    kept = [p for p in vocab if len(p[0]) == 1 or PIECE.fullmatch(p[0])]
    spec["model"]["vocab"] = vocab[:len(SPECIAL)] + [p for p in kept if p[0] not in SPECIAL][:pieces - len(SPECIAL)]
    return spec


def add_byte_fallback(spec):
    """Take the parsed tokenizer.json of a Unigram tokenizer; return a new one with byte fallback."""
    spec = json.loads(json.dumps(spec))
    model = spec["model"]
    pieces = model["vocab"]
    known = {piece for piece, _ in pieces}
    lowest = min(score for _, score in pieces)
    pieces += [[f"<0x{b:02X}>", BYTE_SCORE] for b in range(256)]
    pieces += [[c, lowest] for c in CHARACTERS if c not in known]
    model["byte_fallback"] = True
    spec["normalizer"] = None
    spec["decoder"] = {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, spec["decoder"]]}
    return spec


def padded(size, multiple=64):
    """The embedding's number of rows for a vocabulary of this size."""
    return -(-size // multiple) * multiple


def main():
    from corpus import load

    p = argparse.ArgumentParser()
    p.add_argument("--prepared", required=True, help="what prepare.py wrote")
    p.add_argument("--out", required=True)
    p.add_argument("--pieces", type=int, default=12000)
    p.add_argument("--runs", type=int, default=12_000, help="of each style")
    a = p.parse_args()
    data = load(a.prepared)
    r = random.Random(0)
    texts = [line for runs in data["styles"].values() for run in r.sample(runs, min(a.runs, len(runs))) for line in run.split("\n")]
    texts += [side for rows in data["parallel"].values() for row in rows for side in row[1:]]
    spec = add_byte_fallback(learn(texts, a.pieces))
    with open(a.out, "w", encoding="utf-8") as f:
        json.dump(spec, f, ensure_ascii=False)
    print(len(spec["model"]["vocab"]), "pieces")


if __name__ == "__main__":
    main()
