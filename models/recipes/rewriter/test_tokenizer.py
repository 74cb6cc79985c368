"""Byte fallback: encode -> decode gives back any text. Needs the tokenizers package, no data."""

import json
import random
import unittest

from tokenizer import add_byte_fallback, padded

try:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
except ImportError:
    Tokenizer = None


def small():
    """A tiny Unigram tokenizer with a normalizer, as a parsed tokenizer.json."""
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), ("▁the", -3.0), ("▁cat", -5.0)] + [(c, -6.0) for c in "abcdefghijklmnopqrstuvwxyz.,"]
    t = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=False))
    t.pre_tokenizer, t.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    return json.loads(t.to_str())


@unittest.skipIf(Tokenizer is None, "tokenizers not installed")
class ByteFallback(unittest.TestCase):
    def setUp(self):
        self.old = small()
        self.new = Tokenizer.from_str(json.dumps(add_byte_fallback(self.old)))

    def test_old_ids_and_ordinary_text_stay(self):
        old = Tokenizer.from_str(json.dumps(self.old))
        for text in ("the cat sat.", "a  b, c", "thecat"):
            self.assertEqual(old.encode(text).ids, self.new.encode(text).ids)
        for piece, _ in self.old["model"]["vocab"]:
            self.assertEqual(old.token_to_id(piece), self.new.token_to_id(piece))

    def test_round_trip(self):
        r = random.Random(0)
        ranges = [(32, 126), (97, 122), (9, 10), (0xA0, 0x24FF), (0x4E00, 0x9FFF), (0x1F300, 0x1F6FF), (0x300, 0x36F)]
        for _ in range(2000):
            text = "".join(chr(r.randint(*r.choice(ranges))) for _ in range(r.randint(1, 30))).lstrip(" ")
            self.assertEqual(self.new.decode(self.new.encode(text).ids), text)

    def test_literal_byte_names_are_not_bytes(self):
        self.assertNotIn("<0x0A>", self.new.encode("the <0x0A> cat").tokens)
        self.assertIn("<0x0A>", self.new.encode("the\ncat").tokens)

    def test_padding(self):
        self.assertEqual((padded(8276), padded(8320)), (8320, 8320))


if __name__ == "__main__":
    unittest.main()
