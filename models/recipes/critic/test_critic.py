"""python -m unittest (from this folder; nothing to download)."""

import os
import random
import tempfile
import unittest
import unittest.mock

import numpy as np
import torch

import arrays
import changes
import collect
import losses
import metrics
import model
import prepare
import weights
from batches import Batches, Pool

SMALL = {"d_model": 32, "num_layers": 2, "num_heads": 2, "d_kv": 16, "d_ff": 64}


class Words:
    """A tokenizer of whole words, enough for the tests."""

    def __init__(self):
        self.known = {}

    def encode_batch(self, texts, add_special_tokens):
        class Found:
            def __init__(self, ids):
                self.ids = ids

        return [Found([self.known.setdefault(w, len(self.known) + 3) for w in t.split()]) for t in texts]


def examples():
    e = collect.Examples()
    for i in range(8):
        clean = f"the small cat number {i} sleeps on the warm mat"
        a = e.add("clean", arrays.TRAIN if i < 6 else arrays.DEVELOP, clean, clean, acceptability=1.0, needs_edit=0.0, toxicity=0.0)
        b = collect.wrong(e, "noise", arrays.TRAIN, clean.replace("sleeps", "sleep"), clean)
        e.pair("noise", arrays.TRAIN, b, a, e.add("other", arrays.TRAIN, "a dog barks") if i % 2 else -1)
        e.pair("stsb", arrays.TRAIN, a, b, score=i / 8)
    return e


def written(folder):
    kinds, found = prepare.build(examples(), Words(), model.SENTENCE_HEADS)
    path = os.path.join(folder, "prepared.xz")
    arrays.save(path, {"kinds": kinds, "heads": model.SENTENCE_HEADS, "vocabulary": 64, "tokenizer_sha256": "", "research": False}, **found)
    return arrays.Prepared(path)


class Encoder(unittest.TestCase):
    def test_packed_rows_equal_the_reference_encoder(self):
        from transformers import T5Config, T5EncoderModel

        torch.manual_seed(0)
        critic = model.fresh(100, **SMALL).eval()
        with torch.no_grad():
            for p in critic.parameters():
                p.add_(0.1 * torch.randn_like(p))
        reference = T5EncoderModel(T5Config(vocab_size=100, feed_forward_proj="relu", **SMALL)).eval()
        self.assertFalse(reference.load_state_dict({k: v for k, v in critic.state_dict().items() if not k.startswith("heads.")}, strict=False).unexpected_keys)
        row, segments = torch.randint(3, 100, (1, 128)), torch.zeros(1, 128, dtype=torch.long)
        segments[0, :30], segments[0, 30:75] = 1, 2
        with torch.no_grad():
            wanted = reference(input_ids=row[:, 30:75]).last_hidden_state
            found = critic.encode(row, segments)[:, 30:75]
        self.assertGreater(wanted.std().item(), 0.5)
        torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-5)


    def test_starts_from_a_hugging_face_folder(self):
        from transformers import T5Config, T5ForConditionalGeneration

        with tempfile.TemporaryDirectory() as folder:
            starter = T5ForConditionalGeneration(T5Config(vocab_size=100, feed_forward_proj="relu", num_decoder_layers=1, **SMALL)).half()
            starter.save_pretrained(folder)
            critic = model.from_starter(folder)
        torch.testing.assert_close(critic.encoder.block[1].layer[1].DenseReluDense.wo.weight, starter.encoder.block[1].layer[1].DenseReluDense.wo.weight.float())
        torch.testing.assert_close(critic.shared.weight, starter.shared.weight.float())


class Arrays(unittest.TestCase):
    def test_round_trip_and_packing(self):
        with tempfile.TemporaryDirectory() as folder:
            p = written(folder)
        first = p.texts(arrays.TRAIN, ("noise",))[0]
        self.assertTrue(p.marked[first])
        bits = p.wrong[p.start[first]:p.start[first + 1]]
        self.assertEqual(bits.tolist(), [i == 5 for i in range(len(bits))])  # "sleep"
        texts = np.arange(len(p.length))
        batch, place, origin = p.pack(texts)
        self.assertTrue((batch["ids"].flatten()[place] == p.ids[origin]).all())
        self.assertEqual(int((batch["segments"] > 0).sum()), len(p.ids))
        for t in texts:
            row, slot, last = batch["row"][t], batch["slot"][t], batch["last"][t]
            here = batch["segments"][row] == slot + 1
            self.assertEqual(int(here.sum()), p.length[t])
            self.assertEqual(batch["ids"][row, last], prepare.END)
            np.testing.assert_allclose(batch["mean"][row, slot], here / p.length[t], atol=1e-7)

    def test_labels(self):
        self.assertEqual(prepare.label_row({"toxicity": 0.5}, ["toxicity", "formality"]), [125, arrays.NONE])


class Tokens(unittest.TestCase):
    def test_wrong_tokens(self):
        self.assertEqual(prepare.wrong_tokens([5, 6, 7, 1], [5, 6, 7, 1]), [False] * 4)
        self.assertEqual(prepare.wrong_tokens([5, 9, 7, 1], [5, 6, 7, 1]), [False, True, False, False])
        self.assertEqual(prepare.wrong_tokens([5, 7, 1], [5, 6, 7, 1]), [False, True, False], "a gap marks the token behind it")
        self.assertEqual(prepare.wrong_tokens([5, 6, 1], [5, 6, 8, 1]), [False, False, True], "a missing full stop marks the end")

    def test_acceptability_falls_with_errors(self):
        clean = "one two three four five six seven eight nine ten"
        found = [collect.acceptability(s, clean) for s in (clean, clean.replace("six", "sicks"), clean.replace("six", "sicks").replace("two", "too"))]
        self.assertEqual(found, sorted(found, reverse=True))
        self.assertTrue(0.4 < found[1] < 0.6)


class Changes(unittest.TestCase):
    def test_negated(self):
        r = random.Random(0)
        self.assertEqual(changes.negated(r, "I can't come."), "I can come.")
        self.assertEqual(changes.negated(r, "They do not know."), "They do know.")
        self.assertEqual(changes.negated(r, "She is late."), "She is not late.")
        self.assertIsNone(changes.negated(r, "Trees grow."))

    def test_other_number(self):
        for i in range(20):
            out = changes.other_number(random.Random(i), "It costs 12 euros.")
            self.assertNotEqual(out, "It costs 12 euros.")
        self.assertIsNone(changes.other_number(random.Random(0), "It is free."))

    def test_holed(self):
        self.assertEqual(changes.holed(random.Random(0), "They lost their keys and left"), "They lost their and left")
        self.assertEqual(changes.holed(random.Random(0), "This plan is silly."), "This plan is.")
        self.assertIsNone(changes.holed(random.Random(0), "Trees grow."))

    def test_shortened(self):
        text = "one two three four five six seven eight nine"
        for i in range(20):
            out = changes.shortened(random.Random(i), text)
            self.assertIn(out, text)
            self.assertIn(len(out.split()), (5, 6))
        self.assertIsNone(changes.shortened(random.Random(0), "one two three"))


class Training(unittest.TestCase):
    def test_pool_covers_everything_before_it_repeats(self):
        pool = Pool(np.arange(10), 4, 0)
        drawn = [i for step in range(5) for i in pool.draw(step)]
        self.assertEqual(sorted(drawn[:10]), list(range(10)))
        self.assertEqual(drawn, [i for step in range(5) for i in Pool(np.arange(10), 4, 0).draw(step)])

    def test_equal_texts_are_no_negatives(self):
        v = torch.nn.functional.normalize(torch.tensor([[1.0, 0], [1, 0.1], [1, 0], [0, 1]]), dim=-1)
        alone = losses.same(v, torch.tensor([[0, 1, -1, 255], [2, 1, -1, 255]]), torch.zeros(0, dtype=torch.long))
        self.assertLess(alone.item(), 0.8)  # the second text 1 is not counted against the first

    def test_only_texts_without_error_labels_are_hidden_from(self):
        import train

        with tempfile.TemporaryDirectory() as folder:
            p = written(folder)
        batches, hidden = Batches(p, 1, 1.0), 0
        for step in range(30):
            texts, _ = batches.step(step)
            batch, place, origin = p.pack(texts)
            train.hide(p, batch["ids"], texts, place, origin, [1, step])
            new = batch["ids"].reshape(-1)[place] == train.UNKNOWN
            hidden += new.sum()
            self.assertFalse((new & np.repeat(p.marked[texts], p.length[texts])).any())
            self.assertFalse((new & (p.ids[origin] == train.END)).any())
        self.assertGreater(hidden, 0)

    def test_interrupted_run_equals_a_straight_one(self):
        import train

        def run(folder, path, *steps):
            for n in steps:
                with unittest.mock.patch("sys.argv", ["train.py", "--prepared", path, "--tiny", "--out", folder, "--steps", "6", "--scale", "0.05", "--device", "cpu"]):
                    r = train.Run(train.arguments())
                r.log = lambda **_: None
                r.total = 6
                while r.step < n:
                    batch = train.evaluate.to_device(train.tensors(r.prepared, Batches(r.prepared, 1, 0.05), r.step), "cpu")
                    r.one(batch)
                r.checkpoint()
            return r.critic.state_dict()

        with tempfile.TemporaryDirectory() as f:
            written(f)
            path = os.path.join(f, "prepared.xz")
            straight, broken = run(os.path.join(f, "a"), path, 6), run(os.path.join(f, "b"), path, 3, 6)
        for name, w in straight.items():
            self.assertTrue(torch.equal(w, broken[name]), name)


class Weights(unittest.TestCase):
    def test_written_weights_come_back(self):
        critic = model.fresh(200, **SMALL)
        meta = {"config": critic.config, "sentence_heads": critic.sentence_heads}
        for kind, near in (("f32", 0), ("f16", 2e-3), ("q8", 2e-2)):
            with tempfile.TemporaryDirectory() as folder:
                weights.save(folder, critic.state_dict(), meta, kind, megabytes=0.01)
                self.assertGreater(len(os.listdir(folder)), 2)
                back, _ = weights.load(folder)
            for name, w in critic.state_dict().items():
                torch.testing.assert_close(back.state_dict()[name], w, atol=near * max(1e-6, w.abs().max().item()), rtol=0)


class Metrics(unittest.TestCase):
    def test_known_values(self):
        self.assertEqual(metrics.auroc(np.array([1, 2, 3, 4]), np.array([0, 1, 0, 1])), 0.75)
        self.assertEqual(metrics.auroc(np.array([1, 1]), np.array([0, 1])), 0.5)
        self.assertAlmostEqual(metrics.ece(np.array([0.2] * 10), np.array([0.0] * 5 + [1.0] * 5), bins=1), 0.3)

    def test_platt_recovers_a_scale(self):
        r = np.random.default_rng(0)
        z = r.normal(size=4000)
        scale, offset = metrics.platt(z, 1 / (1 + np.exp(-(2 * z - 1))))
        self.assertAlmostEqual(scale, 2, places=2)
        self.assertAlmostEqual(offset, -1, places=2)


if __name__ == "__main__":
    unittest.main()
