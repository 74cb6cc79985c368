"""Train the rewriters: python train.py --prepared FILE --tokenizer FILE --out DIR --shapes starter-plus,starter --steps N

Runs the same on CPU and GPU. All models of a run see the same batches; the first learns from the text, each further
one from the text and from the first one's distribution. Every batch is a function of the seed, so an interrupted run
goes on where its last checkpoint stood: start the same command again (SIGTERM saves and stops).

The learning rate warms up, stays, and descends in the last part (--cooldown). With --minutes instead of --steps the
number of steps follows from the speed measured; it is logged, and a rerun with that --steps is the same training.
"""

import argparse
import json
import os
import random
import signal
import time

import torch
from tokenizers import Tokenizer
from transformers import T5Config, T5ForConditionalGeneration

import corpus
from batches import EDITED, chunk as make_chunk, stream
from export import export
from losses import Step, accuracy, fate_loss, forward, teacher_loss, text_loss
from mix import Mix
from shapes import begun, fresh


class Learner:
    """A model with its optimizer, its running average and a head that guesses which source tokens will be changed."""

    def __init__(self, shape, model, a, device):
        self.shape = shape
        self.model = model.to(device).train()
        torch.manual_seed(a.seed)
        self.detector = torch.nn.Linear(model.config.d_model, 1).to(device)
        self.params = [*self.model.parameters(), *self.detector.parameters()]
        self.average = [p.detach().clone() for p in self.params]
        embedding = self.model.shared.weight
        matrices = [p for p in self.params if p.ndim == 2 and p is not embedding]
        vectors = [p for p in self.params if p.ndim == 1]
        groups = [{"params": matrices, "scale": 1.0, "weight_decay": 0.01}, {"params": vectors, "scale": 1.0, "weight_decay": 0.0},
                  {"params": [embedding], "scale": a.embedding_lr, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=a.lr, betas=(0.9, 0.98), fused=True)

    def update(self, lr, decay):
        """One step; none, and False, where a gradient is not finite: one bad batch must not end a run."""
        norm = torch.nn.utils.clip_grad_norm_(self.params, 1.0)
        if not torch.isfinite(norm):
            self.optimizer.zero_grad(set_to_none=True)
            return False
        for group in self.optimizer.param_groups:
            group["lr"] = lr * group["scale"]
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        torch._foreach_lerp_(self.average, [p.detach() for p in self.params], 1 - decay)
        return True

    def state(self):
        return {"shape": self.shape, "config": self.model.config.to_dict(), "model": self.model.state_dict(), "detector": self.detector.state_dict(),
                "average": self.average, "optimizer": self.optimizer.state_dict()}

    def load(self, state, device):
        self.detector.load_state_dict(state["detector"])
        self.average = [t.to(device) for t in state["average"]]
        self.optimizer.load_state_dict(state["optimizer"])


class Schedule:
    """Warm-up, plateau, straight descent. With a time limit the length is fixed when the descent must begin."""

    def __init__(self, a):
        self.warmup, self.cooldown = a.warmup, a.cooldown
        self.edit_weights = (a.edit_weight, a.edit_weight_end)
        self.steps = a.steps
        self.minutes = None if a.steps else a.minutes
        self.began = time.time()

    def watch(self, step, first):
        """Fix the number of steps once the descent takes all the time that is left."""
        if self.steps or not self.minutes:
            return
        spent = time.time() - self.began
        descent = step * self.cooldown / (1 - self.cooldown)  # steps
        if descent * spent / (step - first) >= self.minutes * 60 - spent:
            self.steps = step + round(descent)

    def left(self, step):
        """1 on the plateau, falling to 0 at the last step."""
        return 1.0 if not self.steps else min(1.0, (self.steps - step) / max(1, self.cooldown * self.steps))

    def rate(self, step):
        return min(1.0, (step + 1) / self.warmup) * max(0.02, self.left(step))

    def edit_weight(self, step):
        high, low = self.edit_weights
        return low + (high - low) * self.left(step)

    def done(self, step):
        return self.steps is not None and step >= self.steps


def learn(learners, step_data, dtype, detector_weight):
    """Gradients of all learners on one batch; a row of sums for the log, on the device."""
    teacher, row = None, []
    for learner in learners:
        logits, memory = forward(learner.model, step_data, dtype)
        loss, each = text_loss(logits, step_data)
        total = loss + detector_weight * fate_loss(learner.detector, memory, step_data)
        if teacher is not None:
            total = total + teacher_loss(logits, teacher, step_data)
        total.backward()
        row += [each.sum(), each[step_data.relation == EDITED].sum(), *accuracy(logits.detach(), step_data)]
        teacher = logits.detach() if teacher is None else teacher
    return torch.stack([v.float() for v in row])


@torch.no_grad()
def development(learners, batches, device, dtype):
    """{shape: (loss, accuracy at edited positions)} of the averaged weights on held-out examples."""
    out = {}
    for learner in learners:
        live = [p.detach().clone() for p in learner.params]
        torch._foreach_copy_(learner.params, learner.average)
        sums = torch.zeros(4, device=device)
        for arrays in batches:
            step = Step(arrays, device, 1.0)
            logits, _ = forward(learner.model, step, dtype)
            _, each = text_loss(logits, step)
            _, right, edited = accuracy(logits, step)
            sums += torch.stack([each.sum(), torch.ones_like(each).sum(), right.float(), edited.float()])
        torch._foreach_copy_(learner.params, live)
        loss, n, right, edited = sums.tolist()
        out[learner.shape] = {"dev_loss": loss / n, "dev_edit_accuracy": right / max(1, edited)}
    return out


def save(path, **state):
    torch.save(state, path + ".tmp")
    os.replace(path + ".tmp", path)


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--prepared", required=True, help="what prepare.py wrote")
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--shapes", default="starter-plus,starter", help="see shapes.py; the first teaches the others")
    p.add_argument("--from", dest="begin", help="Hugging Face folder to begin with, for a run of one shape; grown where the shape is deeper")
    p.add_argument("--init", choices=["copy", "random"], default="copy", help="random is there to compare with")
    length = p.add_mutually_exclusive_group(required=True)
    length.add_argument("--steps", type=int)
    length.add_argument("--minutes", type=float)
    p.add_argument("--tokens", type=int, default=60_000, help="padded source + target tokens in a batch; 4000 on a CPU")
    p.add_argument("--lr", type=float, default=1.2e-3)
    p.add_argument("--embedding-lr", type=float, default=3.0, help="the embedding's share of the learning rate: its entries are of size 1")
    p.add_argument("--warmup", type=int, default=200)
    p.add_argument("--cooldown", type=float, default=0.3, help="share of the steps in which the rate falls to nearly 0")
    p.add_argument("--edit-weight", type=float, default=2.5, help="loss weight of edited positions; falls in the cooldown")
    p.add_argument("--copied", type=float, default=1.0, help="share of the copied positions that go through the output layer; 0.4 saves time on a CPU")
    p.add_argument("--edit-weight-end", type=float, default=1.3)
    p.add_argument("--detector-weight", type=float, default=0.2, help="weight of the loss of guessing which source tokens will be changed")
    p.add_argument("--infill", type=float, default=0.4, help="share of span-corruption examples at the start")
    p.add_argument("--infill-chunks", type=int, default=200, help="chunks over which that share falls to nothing")
    p.add_argument("--average", type=float, default=0.995, help="decay of the running average of the weights")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--save-every", type=float, default=180, help="seconds between checkpoints")
    p.add_argument("--log-every", type=int, default=50, help="steps between lines of the log")
    p.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 2), help="processes that make batches")
    return p.parse_args()


def main():
    a = arguments()
    os.makedirs(a.out, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dtype = torch.bfloat16  # of the products; weights, residuals, norms and losses are 32 bits
    tokenizer = Tokenizer.from_file(a.tokenizer)
    data = corpus.load(a.prepared)
    mix = Mix(data)
    shapes = a.shapes.split(",")
    checkpoint = os.path.join(a.out, "checkpoint.pt")
    state = torch.load(checkpoint, map_location="cpu", weights_only=False) if os.path.exists(checkpoint) else None

    schedule = Schedule(a)
    step, chunk, position = 0, 0, 0
    if state:
        learners = []
        for saved in state["learners"]:
            model = T5ForConditionalGeneration(T5Config(**saved["config"]))
            model.load_state_dict(saved["model"])
            learners.append(Learner(saved["shape"], model, a, device))
            learners[-1].load(saved, device)
        step, chunk, position = state["step"], state["chunk"], state["position"]
        schedule.steps = a.steps or state["steps"]
    elif a.begin:
        learners = [Learner(shapes[0], begun(shapes[0], a.begin), a, device)]
    else:
        learners = [Learner(shape, fresh(shape, tokenizer, a.seed, copies=a.init == "copy"), a, device) for shape in shapes]
    del state
    first, resumed_at = step, position

    held = make_chunk(Mix({**data, "styles": {style: data["heldout"] for style in data["styles"]}}), tokenizer, random.Random("development"), min(a.tokens, 20_000), 0.0, 1500)
    log = open(os.path.join(a.out, "log.jsonl"), "a", encoding="utf-8")
    sizes = ", ".join(f"{x.shape} {sum(p.numel() for p in x.model.parameters()) / 1e6:.1f} M" for x in learners)
    print(f"{sizes}; {sum(map(len, data['styles'].values()))} passages; step {step}", flush=True)

    def keep():
        save(checkpoint, learners=[x.state() for x in learners], step=step, chunk=chunk, position=position, steps=schedule.steps, arguments=vars(a))

    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    saved = began = time.time()
    sums, tokens, examples, skipped = None, 0, 0, 0
    for chunk, position, arrays in stream(mix, tokenizer, a.seed, a.tokens, a.workers, chunk, a.infill, a.infill_chunks):
        if resumed_at:
            resumed_at -= 1
            continue
        position += 1
        batch = Step(arrays, device, schedule.edit_weight(step), a.copied, step)
        row = learn(learners, batch, dtype, a.detector_weight)
        decay = min(a.average, step / (step + 10))
        for learner in learners:
            skipped += not learner.update(a.lr * schedule.rate(step), decay)
        if skipped > 20 + step // 50:
            raise FloatingPointError(f"{skipped} updates were skipped by step {step}, because their gradients were not finite; lower --lr")
        step += 1
        sums = row if sums is None else sums + row
        tokens, examples = tokens + batch.positions, examples + len(arrays[0])
        schedule.watch(step, first)
        last = schedule.done(step) or bool(stop)
        if last:
            keep()  # before anything that takes time: who asked to stop may not wait
        if step % a.log_every == 0 or last:
            seconds, n = time.time() - began, tokens
            line = {"step": step, "steps": schedule.steps, "lr": a.lr * schedule.rate(step), "examples_per_s": examples / seconds, "target_tokens_per_s": n / seconds, "skipped": skipped, "time": time.time()}
            for learner, (loss, on_edits, right, right_edited, edited) in zip(learners, sums.view(-1, 5).tolist()):
                line[learner.shape] = {"loss": loss / n, "edit_loss": on_edits / max(1, edited), "accuracy": right / n, "edit_accuracy": right_edited / max(1, edited)}
            if step % (a.log_every * 8) == 0 or schedule.done(step):
                for shape, values in development(learners, held, device, dtype).items():
                    line[shape] |= values
            log.write(json.dumps(line) + "\n")
            log.flush()
            print(" ".join([f"step {step}/{schedule.steps} {line['examples_per_s']:.0f} ex/s"] + [f"| {x.shape} " + " ".join(f"{k} {v:.4f}" for k, v in line[x.shape].items()) for x in learners]), flush=True)
            sums, tokens, examples, began = None, 0, 0, time.time()
        if last:
            break
        if time.time() - saved > a.save_every:
            keep()
            saved = time.time()
    if schedule.done(step):
        for i, learner in enumerate(learners):
            export(checkpoint, a.tokenizer, os.path.join(a.out, learner.shape), i)
            print("exported", learner.shape, flush=True)


if __name__ == "__main__":
    main()
