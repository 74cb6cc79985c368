"""Draw training logs: python plot.py OUT/log.jsonl [NEXT/log.jsonl ...] FIGURE.svg; runs that went on from one another stand in a row"""

import argparse
import json

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def in_a_row(logs):
    """The lines of all logs; the steps of each are counted on from the one before."""
    rows = []
    for log in logs:
        done = rows[-1]["step"] if rows else 0
        with open(log, encoding="utf-8") as f:
            rows += [{**row, "step": done + row["step"]} for row in map(json.loads, f)]
    return rows


def main():
    p = argparse.ArgumentParser()
    p.add_argument("logs", nargs="+", metavar="log")
    p.add_argument("figure")
    a = p.parse_args()
    rows = in_a_row(a.logs)
    shapes = [k for k, v in rows[-1].items() if isinstance(v, dict)]
    figure, axes = plt.subplots(1, 3, figsize=(12, 3.6), constrained_layout=True)
    for axis, (train, dev, title) in zip(axes, [("loss", "dev_loss", "loss (nats a target token)"), ("edit_loss", None, "loss on edited positions"),
                                               ("edit_accuracy", "dev_edit_accuracy", "edited positions right (teacher-forced)")]):
        for i, shape in enumerate(shapes):
            axis.plot([r["step"] for r in rows], [r[shape][train] for r in rows], color=f"C{i}", alpha=0.5, linewidth=1, label=f"{shape}, training")
            marks = [r for r in rows if dev and dev in r[shape]]
            if marks:
                axis.plot([r["step"] for r in marks], [r[shape][dev] for r in marks], color=f"C{i}", marker="o", markersize=3, label=f"{shape}, held out")
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("step")
        axis.grid(alpha=0.3)
        if train != "edit_accuracy":
            axis.set_yscale("log")
    axes[0].legend(fontsize=8)
    figure.savefig(a.figure)


if __name__ == "__main__":
    main()
