"""Calibrate and measure: python evaluate.py --prepared FILE --model DIR [--json FILE].

Calibration uses the CALIBRATE part of the training data, figures the development part. Also called by train.py.
"""

import argparse
import json

import numpy as np
import torch

import arrays
import metrics
from arrays import CALIBRATE, DEVELOP, NONE, UNIT

# The kinds that calibrate each head: those that its development set is like.
CALIBRATED_ON = {"toxicity": ("paradetox", "clean"), "politeness": ("stanford",), "formality": ("formal", "contractions"), "acceptability": ("clean", "noise"),
                 "needs_edit": ("clean", "noise"), "appropriateness": ("appropriateness",)}


def to_device(batch, device):
    return {k: torch.from_numpy(np.ascontiguousarray(v)).to(device, non_blocking=True) for k, v in batch.items()}


@torch.no_grad()
def outputs(critic, prepared, texts, device, cast, size=400):
    """Logits [n, heads], unit vectors [n, size], and the token logits of each text, in the order of `texts`."""
    critic.eval()
    texts = np.asarray(texts)
    order = np.argsort(-prepared.length[texts].astype(int), kind="stable")
    logits, vectors, tokens = [None] * len(texts), [None] * len(texts), [None] * len(texts)
    for at in range(0, len(order), size):
        part = order[at:at + size]
        batch, place, _ = prepared.pack(texts[part])
        with cast():
            s, v, t = critic(to_device(batch, device))
        s, v, flat = s.cpu().numpy(), v.cpu().numpy(), t.flatten().cpu().numpy()[place]
        for i, l, m, n in zip(part, s, v, np.split(flat, np.cumsum(prepared.length[texts[part]].astype(int))[:-1])):
            logits[i], vectors[i], tokens[i] = l, m, n
    return np.array(logits), np.array(vectors), tokens


class Scored:
    """Everything that the critic says about the texts of one split."""

    def __init__(self, critic, prepared, split, device, cast):
        self.p, self.split = prepared, split
        self.numbers = np.flatnonzero(prepared.split == split)
        self.logits, self.vectors, self.tokens = outputs(critic, prepared, self.numbers, device, cast)
        self.place = np.full(len(prepared.length), -1)
        self.place[self.numbers] = np.arange(len(self.numbers))

    def head(self, name, kinds=None):
        """(logits, targets) of the labelled texts."""
        texts, h = self.p.texts(self.split, kinds, name), self.p.meta["heads"].index(name)
        return self.logits[self.place[texts], h], self.p.label[texts, h] / UNIT

    def token(self, kinds):
        texts = [t for t in self.p.texts(self.split, kinds) if self.p.marked[t]]
        if not texts:
            return np.zeros(0), np.zeros(0)
        return (np.concatenate([self.tokens[self.place[t]] for t in texts]),
                np.concatenate([self.p.wrong[self.p.start[t]:self.p.start[t + 1]] for t in texts]).astype(float))

    def meaning(self, kinds=("stsb",)):
        rows = np.flatnonzero((self.p.pair_split == self.split) & np.isin(self.p.pair_kind, self.p.kinds(*kinds)) & (self.p.score != NONE))
        a, b = (self.vectors[self.place[self.p.pairs[rows, k]]] for k in (0, 1))
        return (a * b).sum(-1), self.p.score[rows] / UNIT


def calibrate(scored):
    """{head: {scale, offset}}: score = sigmoid(scale * logit + offset); for meaning the cosine takes the logit's place."""
    found = {name: scored.head(name, CALIBRATED_ON[name]) for name in scored.p.meta["heads"]}
    found["token"], found["meaning"] = scored.token(("clean", "noise")), scored.meaning()
    return {name: dict(zip(("scale", "offset"), metrics.platt(z, y) if len(z) else (1.0, 0.0))) for name, (z, y) in found.items()}


def squash(z, calibration):
    return 1 / (1 + np.exp(-(calibration["scale"] * z + calibration["offset"])))


def figures(z, y, calibration, threshold=0.5, rank=False):
    p = squash(z, calibration)
    out = {"n": len(z), "ece": round(metrics.ece(p, y), 4)}
    binary = (y >= threshold).astype(float)
    if 0 < binary.sum() < len(binary):
        out |= {"auroc": round(metrics.auroc(z, binary), 4), "auroc_interval": metrics.interval(metrics.auroc, z, binary)}
    if rank:
        out |= {"spearman": round(metrics.spearman(z, y), 4), "spearman_interval": metrics.interval(metrics.spearman, z, y)}
    return out


def quartiles(z, y):
    low, high = np.quantile(y, [0.25, 0.75])
    keep = (y <= low) | (y >= high)
    return z[keep], (y[keep] >= high).astype(float)


def measure(s, c):
    """s: Scored on development texts; c: calibration."""
    out = {"toxicity: paradetox.dev sources against references": figures(*s.head("toxicity", ("paradetox",)), c["toxicity"]),
           "toxicity: inserted insults": figures(*s.head("toxicity", ("appropriate",)), c["toxicity"])}
    z, y = s.head("politeness", ("stanford",))
    out["politeness: stanford.dev"] = figures(z, y, c["politeness"], rank=True)
    if len(z):
        out["politeness: stanford.dev, top against bottom quartile"] = figures(*quartiles(z, y), c["politeness"])
    out["politeness: polite maker, held out"] = figures(*s.head("politeness", ("polite",)), c["politeness"])
    out["formality: formal maker, held out"] = figures(*s.head("formality", ("formal",)), c["formality"])
    z, y = s.head("acceptability", ("clean", "noise"))
    out["acceptability: synthetic errors, held out (clean or not)"] = figures(z, y, c["acceptability"], threshold=0.95)
    out["acceptability: words missing, held out (clean or not)"] = figures(*s.head("acceptability", ("clean", "hole")), c["acceptability"], threshold=0.95)
    out["acceptability: gug (threshold 3.5)"] = figures(*s.head("acceptability", ("gug",)), c["acceptability"], threshold=2.5 / 3, rank=True)
    out["acceptability: grammar checkers' examples"] = figures(*s.head("acceptability", ("rules",)), c["acceptability"], threshold=0.95)
    out["needs_edit: synthetic errors, held out"] = figures(*s.head("needs_edit", ("clean", "noise")), c["needs_edit"])
    out["needs_edit: grammar checkers' examples"] = figures(*s.head("needs_edit", ("rules",)), c["needs_edit"])
    out["token: synthetic errors, held out"] = figures(*s.token(("clean", "noise")), c["token"])
    out["token: grammar checkers' examples"] = figures(*s.token(("rules",)), c["token"])
    out["meaning: stsb.dev"] = figures(*s.meaning(), c["meaning"], rank=True)
    for name in ("polite", "formal", "paraphrase", "friendly"):
        out[f"meaning: {name} maker, held out (said again or something else)"] = figures(*s.meaning((name,)), c["meaning"])
    if "appropriateness" in s.p.meta["heads"]:
        out["appropriateness"] = figures(*s.head("appropriateness"), c["appropriateness"])
    return {k: v for k, v in out.items() if v["n"]}


def report(critic, prepared, device, cast):
    calibration = calibrate(Scored(critic, prepared, CALIBRATE, device, cast))
    return calibration, measure(Scored(critic, prepared, DEVELOP, device, cast), calibration)


def main():
    from contextlib import nullcontext

    from weights import load

    p = argparse.ArgumentParser()
    p.add_argument("--prepared", required=True)
    p.add_argument("--model", required=True)
    p.add_argument("--json")
    a = p.parse_args()
    critic, meta = load(a.model)
    prepared = arrays.Prepared(a.prepared)
    found = measure(Scored(critic, prepared, DEVELOP, "cpu", nullcontext), meta["calibration"])
    for name, row in found.items():
        print(f"{name:60}", row)
    if a.json:
        with open(a.json, "w") as f:
            json.dump(found, f, indent=1)


if __name__ == "__main__":
    main()
