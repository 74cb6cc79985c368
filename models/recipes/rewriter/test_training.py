"""The parts of the training that can be checked by hand. Needs torch, transformers and tokenizers; no data."""

import json
import random
import unittest
from argparse import Namespace

try:
    import numpy as np
    import torch
    from tokenizers import Tokenizer
except ImportError:
    torch = None

if torch:
    from transformers import T5ForConditionalGeneration

    from batches import CHANGED, COPIED, EDITED, FORKED, KEPT, PAD, UNKNOWN, chunk, cut, fates, relations
    from grow import grow
    from losses import Step, fate_loss, forward, teacher_loss, text_loss
    from shapes import config, fresh
    from tokenizer import add_byte_fallback, learn
    from train import Learner

OWN = ["The cat sat on the mat and looked at the dog.", "Please send the report to Anna by Friday.", "We met near the old bridge, but it rained all day.",
       "Nobody knew why the lights went out at noon.", "I would like two tickets for the late show."]


class Toy:
    """A mix with one task: put the first letter back."""

    def example(self, r, infill=0.0):
        text = r.choice(OWN)
        return "fix", "Fix the grammar: " + text[1:], text


def small_tokenizer():
    return Tokenizer.from_str(json.dumps(add_byte_fallback(learn(OWN * 20, 260))))


@unittest.skipIf(torch is None, "torch, transformers or tokenizers not installed")
class Batches(unittest.TestCase):
    def test_relations(self):
        self.assertEqual(relations([5, 6, 7, 1], [5, 9, 7, 1]), [COPIED, EDITED, EDITED, COPIED])
        self.assertEqual(relations([5, 6, 5, 7, 1], [5, 6, 5, 7, 1]), [COPIED, FORKED, COPIED, FORKED, COPIED])

    def test_fates(self):
        instruction = [90, 91]
        self.assertEqual(fates(instruction + [5, 6, 7, 1], [5, 9, 7, 1], 2), [UNKNOWN, UNKNOWN, KEPT, CHANGED, KEPT, KEPT])  # replaced
        self.assertEqual(fates([5, 6, 7, 1], [5, 7, 1], 0), [KEPT, CHANGED, KEPT, KEPT])  # left out
        self.assertEqual(fates([5, 7, 1], [5, 6, 7, 1], 0), [KEPT, CHANGED, KEPT])  # something is put in before
        self.assertEqual(fates([5, 7, 1], [5, 7, 1], 0), [KEPT] * 3)

    def test_cut_keeps_every_row_of_a_full_batch_and_the_limit(self):
        r = random.Random(0)
        rows = [([7] * (n := r.randint(2, 60)), [7] * n, [0] * n, [0] * n) for _ in range(800)]
        batches = cut(list(rows), 2000)
        self.assertGreater(sum(len(b[0]) for b in batches), 780)
        for x, y, _, _ in batches:
            self.assertLessEqual(x.size + y.size, 2000 + 16 * 120)

    def test_a_chunk_is_a_function_of_its_seed(self):
        tokenizer = small_tokenizer()
        a, b = (chunk(Toy(), tokenizer, random.Random("0-3"), 500, 0.0, 60) for _ in range(2))
        self.assertTrue(all((x == y).all() for p, q in zip(a, b) for x, y in zip(p, q)))


@unittest.skipIf(torch is None, "torch, transformers or tokenizers not installed")
class Models(unittest.TestCase):
    def test_a_fresh_model_copies(self):
        tokenizer = small_tokenizer()
        model = fresh("tiny", tokenizer).eval()
        right = total = 0
        for text in OWN:
            x, y = tokenizer.encode("Fix the grammar: " + text).ids + [1], tokenizer.encode(text).ids + [1]
            with torch.no_grad():
                guess = model(input_ids=torch.tensor([x]), labels=torch.tensor([y])).logits[0].argmax(-1)
            right, total = right + (guess == torch.tensor(y)).sum().item(), total + len(y)
        self.assertGreater(right / total, 0.9)

    def test_forward_is_the_one_of_transformers(self):
        tokenizer = small_tokenizer()
        torch.manual_seed(1)
        model = T5ForConditionalGeneration(config("tiny", tokenizer.get_vocab_size())).eval()
        arrays = chunk(Toy(), tokenizer, random.Random(0), 300, 0.0, 12)[0]
        step = Step(arrays, torch.device("cpu"), 1.0)
        with torch.no_grad():
            logits, memory = forward(model, step, torch.float32)
            y = torch.from_numpy(arrays[1].astype("int64"))
            theirs = model(input_ids=step.source, attention_mask=step.mask, labels=y.masked_fill(y == PAD, -100))
            loss, _ = text_loss(logits, step)
            torch.testing.assert_close(logits, theirs.logits.flatten(0, 1)[step.kept], rtol=1e-4, atol=1e-4)
            plain = torch.nn.functional.cross_entropy(logits, step.target)
            torch.testing.assert_close(plain, theirs.loss)
            weights = torch.where(step.relation == FORKED, 2.0, 1.0)
            self.assertAlmostEqual(loss.item(), ((torch.nn.functional.cross_entropy(logits, step.target, reduction="none") * weights).sum() / weights.sum()).item(), 4)
            detector = torch.nn.Linear(256, 1)
            torch.nn.init.zeros_(detector.weight), torch.nn.init.zeros_(detector.bias)
            self.assertAlmostEqual(fate_loss(detector, memory, step).item(), 0.6931, 3)

    def test_a_grown_model_begins_as_the_shallower_one_and_its_new_layers_learn(self):
        tokenizer = small_tokenizer()
        model = fresh("tiny", tokenizer).eval()
        grown = grow(model, 5, 3).eval()
        x, y = (torch.tensor([tokenizer.encode(t).ids + [1]]) for t in ("Fix the grammar: " + OWN[0], OWN[0]))
        a, b = (m(input_ids=x, labels=y) for m in (model, grown))
        torch.testing.assert_close(a.logits, b.logits)
        b.loss.backward()
        gradients = [p.grad for name, p in grown.named_parameters() if name.endswith(("o.weight", "wo.weight"))]
        self.assertEqual(len(gradients), 5 * 2 + 3 * 3)
        self.assertTrue(all(g.abs().sum() > 0 for g in gradients))
        with self.assertRaises(ValueError):
            grow(grown, 2, 1)

    def test_the_teachers_loss_is_least_at_the_teacher(self):
        tokenizer = small_tokenizer()
        step = Step(chunk(Toy(), tokenizer, random.Random(0), 300, 0.0, 12)[0], torch.device("cpu"), 1.0)
        torch.manual_seed(0)
        teacher = torch.randn(len(step.target), 30)
        p = teacher.softmax(-1)
        entropy = -(p * p.log()).sum(-1)
        least = (entropy * step.weights).sum() / step.total
        torch.testing.assert_close(teacher_loss(teacher, teacher, step), least)
        self.assertGreater(teacher_loss(teacher + torch.randn_like(teacher), teacher, step), least)

    def test_a_bad_gradient_changes_nothing(self):
        learner = Learner("tiny", T5ForConditionalGeneration(config("tiny", 300)), Namespace(lr=0.1, embedding_lr=1.0, seed=0), torch.device("cpu"))
        before = [p.detach().clone() for p in learner.params]
        for p in learner.params:
            p.grad = torch.ones_like(p)
        learner.params[3].grad[0, 0] = float("nan")
        self.assertFalse(learner.update(0.1, 0.5))
        self.assertTrue(all(torch.equal(a, b) for a, b in zip(before, learner.params)))
        for p in learner.params:
            p.grad = torch.ones_like(p)
        self.assertTrue(learner.update(0.1, 0.5))
        self.assertFalse(torch.equal(before[3], learner.params[3]))

    def test_padding_changes_nothing(self):
        tokenizer = small_tokenizer()
        model = fresh("tiny", tokenizer)
        arrays = chunk(Toy(), tokenizer, random.Random(0), 300, 0.0, 12)[0]
        wider = tuple(np.pad(a, ((0, 0), (0, 8)), constant_values=fill) for a, fill in zip(arrays, (PAD, PAD, COPIED, UNKNOWN)))
        with torch.no_grad():
            narrow, wide = (forward(model, Step(a, torch.device("cpu"), 1.0), torch.float32)[0] for a in (arrays, wider))
        torch.testing.assert_close(narrow, wide, rtol=1e-4, atol=1e-4)


if __name__ == "__main__":
    unittest.main()
