"""The shipped weights, turned back into floats, still rewrite. Needs torch, transformers, gguf; no data."""

import os
import unittest

try:
    import gguf  # noqa: F401
    import torch
    from tokenizers import Tokenizer
except ImportError:
    torch = None

STARTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "starter")


@unittest.skipIf(torch is None, "torch, transformers or gguf not installed")
class Unpack(unittest.TestCase):
    def test_the_starter_rewrites_as_in_the_program(self):
        from unpack import unpack

        model = unpack(os.path.join(STARTER, "model.gguf")).eval()
        tokenizer = Tokenizer.from_file(os.path.join(STARTER, "tokenizer.json"))
        ids = tokenizer.encode("Fix the grammar: I has been thinking about the meeting.").ids + [1]
        with torch.no_grad():
            out = model.generate(input_ids=torch.tensor([ids]), max_new_tokens=40, do_sample=False, num_beams=1)[0].tolist()[1:]
        self.assertEqual(tokenizer.decode(out[:out.index(1)]), "I have been thinking about the meeting.")


if __name__ == "__main__":
    unittest.main()
