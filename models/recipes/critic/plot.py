"""Draw a training log of the critic: python plot.py OUT/log.jsonl FIGURE.svg"""

import argparse
import json

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

LOSSES = [("sentence", "heads of a sentence (soft cross-entropy)"), ("token", "head of a token"), ("same", "same meaning (InfoNCE)"), ("similar", "how similar (CoSENT)")]

SPAN = 12  # lines of the log in a mean


def main():
    p = argparse.ArgumentParser()
    p.add_argument("log")
    p.add_argument("figure")
    a = p.parse_args()
    with open(a.log, encoding="utf-8") as f:
        rows = [row for row in map(json.loads, f) if "step" in row and "sentence" in row]
    figure, axes = plt.subplots(1, len(LOSSES), figsize=(12, 3.2), constrained_layout=True)
    for axis, (key, title) in zip(axes, LOSSES):
        steps, values = [row["step"] for row in rows], [row[key] for row in rows]
        axis.plot(steps, values, color="C0", alpha=0.35, linewidth=1)
        # A line of the log is one batch: what changes shows in the mean of several.
        axis.plot(steps[SPAN - 1:], [sum(values[i:i + SPAN]) / SPAN for i in range(len(values) - SPAN + 1)], color="C0", linewidth=2)
        axis.set_title(title, fontsize=9)
        axis.set_xlabel("step")
        axis.grid(alpha=0.3)
    figure.savefig(a.figure)


if __name__ == "__main__":
    main()
