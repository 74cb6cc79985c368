"""Give a Unigram tokenizer byte fallback, so that every text survives encode -> decode.

Old ids keep their meaning. New pieces come after them: 256 byte pieces, then single characters the old
vocabulary lacked. Run as a program: python tokenizer.py OLD.json NEW.json
"""

import json
import sys

BYTE_SCORE = -200.0  # so low that the literal text "<0x0A>" never becomes a byte piece
CHARACTERS = [chr(c) for c in range(33, 127)] + list("“”‘…")


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


def padded(size, multiple=32):
    """The embedding's number of rows for a vocabulary of this size."""
    return -(-size // multiple) * multiple


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as f:
        new = add_byte_fallback(json.load(f))
    with open(sys.argv[2], "w", encoding="utf-8") as f:
        json.dump(new, f, ensure_ascii=False)
    print(len(new["model"]["vocab"]), "pieces")
