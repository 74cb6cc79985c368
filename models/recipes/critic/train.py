"""Train the critic: python train.py --prepared FILE --from HF_FOLDER --out DIR [--seconds 45 | --steps N] [--scale 1].

The same command on a CPU or a GPU; start it again to resume. Needs torch, numpy, scipy, safetensors.
"""

import argparse
import contextlib
import json
import os
import queue
import signal
import threading
import time

import numpy as np
import torch

import arrays
import evaluate
import losses
import model
import weights
from batches import Batches

WARM = 60  # steps
MEASURED = (25, 120, 400)  # steps at which --seconds is turned into a number of steps
END, UNKNOWN, HIDDEN = 1, 2, 0.08
BETAS, DECAY, CLIP, HEAD_RATE = (0.9, 0.98), 0.01, 1.0, 3.0


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--prepared", required=True)
    p.add_argument("--from", dest="start", help="Hugging Face folder of a T5; without it a fresh encoder of the final size")
    p.add_argument("--tiny", action="store_true", help="a fresh encoder of toy size, to try the program")
    p.add_argument("--out", required=True)
    p.add_argument("--seconds", type=float)
    p.add_argument("--steps", type=int)
    p.add_argument("--scale", type=float, default=1.0, help="size of a step; 0.15 suits a CPU")
    p.add_argument("--rate", type=float, default=6e-4)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--save", default="f16", choices=["f32", "f16", "q8"])
    p.add_argument("--part", type=float, default=1e9, help="MiB of a weight file")
    p.add_argument("--checkpoint", type=int, default=500, help="steps between checkpoints; 0: none")
    a = p.parse_args()
    if not a.seconds and not a.steps:
        p.error("--seconds or --steps")
    return a


def start(a, prepared):
    heads = prepared.meta["heads"]
    torch.manual_seed(a.seed)
    if a.tiny:
        return model.fresh(prepared.meta["vocabulary"], heads, d_model=64, num_layers=2, num_heads=2, d_kv=32, d_ff=128)
    critic = model.from_starter(a.start, heads) if a.start else model.fresh(prepared.meta["vocabulary"], heads)
    if critic.config["vocab_size"] < prepared.meta["vocabulary"]:
        raise SystemExit("the tokenizer of the prepared file knows more pieces than the model")
    return critic


def optimizer(critic, rate):
    head = [p for n, p in critic.named_parameters() if n.startswith("heads.")]
    plain = [p for n, p in critic.named_parameters() if not n.startswith("heads.") and p.ndim < 2]
    rest = [p for n, p in critic.named_parameters() if not n.startswith("heads.") and p.ndim >= 2]
    groups = [{"params": rest, "weight_decay": DECAY, "times": 1.0}, {"params": plain, "weight_decay": 0.0, "times": 1.0},
              {"params": head, "weight_decay": DECAY, "times": HEAD_RATE}]
    return torch.optim.AdamW(groups, lr=rate, betas=BETAS, fused=next(critic.parameters()).is_cuda)


def rate_at(step, total):
    """Warm up, then straight down to zero; while the number of steps is not known, only warm up."""
    up = min(1.0, (step + 1) / WARM)
    return up if total is None else up * max(0.0, min(1.0, (total - step) / max(1, total - WARM)))


def hide(prepared, ids, texts, place, origin, seed):
    """Some tokens become <unk>, against learning small sets by heart; not in texts whose errors are the task."""
    free = np.repeat(~prepared.marked[texts], prepared.length[texts]) & (prepared.ids[origin] != END)
    free &= np.random.default_rng(seed).random(len(free)) < HIDDEN
    ids.reshape(-1)[place[free]] = UNKNOWN


def tensors(prepared, batches, step):
    """The batch of one step as arrays."""
    texts, rows = batches.step(step)
    batch, place, origin = prepared.pack(texts)
    hide(prepared, batch["ids"], texts, place, origin, [batches.seed, step])
    batch["target"], known = arrays.labels(prepared, texts)
    batch["known"] = known.astype(np.float32)
    alike = rows[:, 3] == arrays.NONE  # parted here: counting on the GPU would make the program wait for it
    batch["alike"], batch["graded"], batch["hard"] = rows[alike], rows[~alike], rows[alike & (rows[:, 2] >= 0), 2]
    size = batch["ids"].shape
    wrong, marked = np.zeros(size[0] * size[1], np.float32), np.zeros(size[0] * size[1], np.float32)
    wrong[place], marked[place] = prepared.wrong[origin], np.repeat(prepared.marked[texts], prepared.length[texts])
    batch["wrong"], batch["marked"] = wrong.reshape(size), marked.reshape(size)
    return batch


def ahead(prepared, batches, first, stop, depth=8):
    """Batches made by a thread while the device works."""
    line = queue.Queue(depth)

    def work():
        step = first
        while not stop.is_set():
            made = tensors(prepared, batches, step)
            while not stop.is_set():
                try:
                    line.put(made, timeout=0.2)
                    break
                except queue.Full:
                    pass
            step += 1

    threading.Thread(target=work, daemon=True).start()
    return line


class Run:
    def __init__(self, a):
        os.makedirs(a.out, exist_ok=True)
        self.a, self.prepared = a, arrays.Prepared(a.prepared)
        self.critic = start(a, self.prepared).to(a.device)
        self.optimizer = optimizer(self.critic, a.rate)
        self.step, self.total, self.used = 0, a.steps, 0.0
        self.file, self.stopped = os.path.join(a.out, "checkpoint.pt"), False
        if os.path.exists(self.file):
            self.resume()

    def cast(self):
        return torch.autocast("cuda", torch.bfloat16) if self.a.device == "cuda" else contextlib.nullcontext()

    def resume(self):
        found = torch.load(self.file, map_location=self.a.device, weights_only=True)
        self.critic.load_state_dict(found["critic"])
        self.optimizer.load_state_dict(found["optimizer"])
        self.step, self.used = found["step"], found["used"]
        self.total = self.a.steps or found["total"]

    def checkpoint(self):
        state = {"critic": self.critic.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step, "total": self.total, "used": self.used}
        torch.save(state, self.file + ".new")
        os.replace(self.file + ".new", self.file)

    def log(self, **row):
        with open(os.path.join(self.a.out, "log.jsonl"), "a") as f:
            f.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)

    def one(self, batch):
        self.critic.train()
        torch.manual_seed(self.a.seed * 1_000_003 + self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = self.a.rate * group["times"] * rate_at(self.step, self.total)
        with self.cast():
            out = self.critic(batch)
        loss, parts = losses.total(out, batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.critic.parameters(), CLIP)
        self.optimizer.step()
        self.step += 1
        return parts

    def plan(self, begin):
        """--seconds: how many steps fit, from the speed so far (the first steps are slow and do not count)."""
        now = time.time() - begin
        if self.step == MEASURED[0] - 15:
            self.marked = now
        if self.step in MEASURED:
            each = (now - self.marked) / (self.step - (MEASURED[0] - 15))
            self.total = self.step + max(1, int((self.a.seconds - now) / each))

    def train(self):
        a, stop, begin = self.a, threading.Event(), time.time() - self.used
        line = ahead(self.prepared, Batches(self.prepared, a.seed, a.scale), self.step, stop)
        self.marked = 0.0
        while not self.stopped and (self.total is None or self.step < self.total):
            batch = evaluate.to_device(line.get(), a.device)
            parts = self.one(batch)
            if a.seconds and not a.steps:
                self.plan(begin)
            self.used = time.time() - begin
            if self.step % 50 == 0 or self.step == 1:
                self.log(step=self.step, of=self.total, seconds=round(self.used, 1), tokens=(batch["segments"] > 0).sum().item(), **{k: round(v.item(), 4) for k, v in parts.items()})
            if a.checkpoint and self.step % a.checkpoint == 0:
                self.checkpoint()
        stop.set()

    def finish(self):
        a, p = self.a, self.prepared
        calibration, found = evaluate.report(self.critic, p, a.device, contextlib.nullcontext)  # in full precision
        meta = {"kind": "T5 encoder with heads", "config": self.critic.config, "sentence_heads": self.critic.sentence_heads, "meaning_size": model.MEANING,
                "pooling": {"sentence": "mean of the final states of all tokens, end token included, followed by the final state of the end token",
                            "token": "final state", "meaning": "mean, heads.meaning.weight, unit length; the cosine takes the logit's place"},
                "end_token": 1, "longest": 96, "tokenizer_sha256": p.meta["tokenizer_sha256"], "calibration": calibration,
                "research": p.meta["research"], "steps": self.step, "seed": a.seed, "scale": a.scale, "rate": a.rate, "development": found}
        weights.save(a.out, self.critic.state_dict(), meta, a.save, a.part)
        for name, row in found.items():
            self.log(measured=name, **row)


def main():
    a = arguments()
    run = Run(a)
    signal.signal(signal.SIGTERM, lambda *_: setattr(run, "stopped", True))
    run.train()
    if a.checkpoint or run.stopped:
        run.checkpoint()
    if not run.stopped:
        run.finish()


if __name__ == "__main__":
    main()
