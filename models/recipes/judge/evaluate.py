"""Measure a judge on development data: python evaluate.py --data DIR --judge DIR [--json FILE].

auroc       of the positive against the negative texts of a development file
pairs       share of pairs in which the wanted side scores higher (same content, so the topic cannot help)
ece         expected calibration error, 15 bins of equal mass
interval    95 % bootstrap interval over texts or pairs, 1,000 draws, seed 0
"transfer" rows use the rewriter's makers: the judge has never seen them, they show whether it understands the direction.
"""

import argparse
import json
import random

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

import data as source
from halves import JUDGE
from score import Judge

from makers import MAKERS


def ece(score, target, bins=15):
    order = np.argsort(score, kind="stable")
    return float(sum(len(p) * abs(score[p].mean() - target[p].mean()) for p in np.array_split(order, bins)) / len(order))


def interval(measure, *arrays, draws=1000):
    r, found = np.random.default_rng(0), []
    for _ in range(draws):
        at = r.integers(0, len(arrays[0]), len(arrays[0]))
        if len(set(arrays[-1][at].tolist())) > 1:
            found.append(measure(*(a[at] for a in arrays)))
    return [round(float(x), 4) for x in np.percentile(found, [2.5, 97.5])]


def auroc(score, target):
    return float(roc_auc_score(target, score))


def texts(judge, head, rows):
    """rows: (text, 0 or 1)."""
    score, target = np.array([judge(t)[head] for t, _ in rows]), np.array([y for _, y in rows])
    return {"n": len(rows), "auroc": round(auroc(score, target), 4), "interval": interval(auroc, score, target), "ece": round(ece(score, target), 4)}


def paired(judge, head, rows):
    """rows: (less, more) of the quality."""
    less, more = (np.array([judge(t)[head] for t in side]) for side in zip(*rows))
    wins = (more > less) + 0.5 * (more == less)
    target = np.r_[np.zeros(len(less)), np.ones(len(more))]
    score = np.r_[less, more]
    return {"n": len(rows), "pairs": round(float(wins.mean()), 4), "interval": interval(lambda w: w.mean(), wins + 0.0) if len(set(wins)) > 1 else [float(wins[0])] * 2,
            "auroc": round(auroc(score, target), 4), "ece": round(ece(score, target), 4)}


def made(name, clean, wanted=400):
    """Pairs of one of the rewriter's makers."""
    r, out = random.Random(11), []
    for s in clean:
        pair = MAKERS[name](r, s, {})
        if pair and pair[0] != pair[1]:
            out.append(pair)
        if len(out) == wanted:
            break
    return out


def politeness_rows(data):
    rows = list(source.corpus.read(data, "labels/stanford_politeness.dev", evaluation=True))
    z = np.array([x["labels"]["politeness"] for x in rows])
    low, high = np.quantile(z, [0.25, 0.75])
    return [(x["text"], int(v >= high)) for x, v in zip(rows, z) if v <= low or v >= high], rows, z


def held_out_sentences(data, files, each):
    """Sentences of the critic's half: the judge has not trained on them."""
    return list(source.sentences(data, files, each, wanted="critic"))


def report(data, judge):
    dev = lambda file: [(s, t) for _, s, t, _ in source.corpus.pairs(data, file, evaluation=True) if s != t]  # noqa: E731
    clean = held_out_sentences(data, source.CASUAL + source.FORMAL, 700)
    random.Random(3).shuffle(clean)
    out = {}
    swapped = lambda pairs: [(b, a) for a, b in pairs]  # noqa: E731
    out["toxicity paradetox.dev"] = paired(judge, "toxicity", swapped(dev("rewrite/paradetox.dev")))
    out["toxicity transfer: inserted insults"] = paired(judge, "toxicity", swapped(made("appropriate", clean)))
    quarters, rows, z = politeness_rows(data)
    out["politeness stanford.dev quartiles"] = texts(judge, "politeness", quarters)
    score = np.array([judge(x["text"])["politeness"] for x in rows])
    soft = np.array([source.politeness_target(v) for v in z])
    out["politeness stanford.dev all"] = {"n": len(z), "spearman": round(float(spearmanr(score, z)[0]), 4), "ece": round(ece(score, soft), 4)}
    out["politeness transfer: requests"] = paired(judge, "politeness", made("polite", clean))
    styles = [(s, 0) for s in held_out_sentences(data, source.CASUAL, 250)] + [(s, 1) for s in held_out_sentences(data, source.FORMAL, 200)]
    out["formality styles"] = texts(judge, "formality", styles)
    contractions = [(s, t) for _, s, t, _ in source.corpus.pairs(data, "rewrite/tatoeba_contractions.train") if source.half(s) != JUDGE]
    out["formality contractions"] = paired(judge, "formality", contractions)
    out["formality transfer: formal maker"] = paired(judge, "formality", made("formal", clean))
    out["simplicity onestop.dev"] = paired(judge, "simplicity", dev("rewrite/onestop.dev"))
    out["simplicity asset.valid"] = paired(judge, "simplicity", dev("rewrite/asset.valid")[::8])
    out["neutrality wnc development part"] = paired(judge, "neutrality", dev("rewrite/wnc_sample.train"))
    r = random.Random(12)
    encyclopedic = [(b, s) for s in held_out_sentences(data, source.ENCYCLOPEDIC, 300) for b in [source.loaded(r, s)] if b]
    out["neutrality own loaded words"] = paired(judge, "neutrality", encyclopedic)
    out["neutrality transfer: loaded words of the maker"] = paired(judge, "neutrality", made("neutral", clean))
    out["friendliness positive_frames.dev"] = paired(judge, "friendliness", dev("rewrite/positive_frames.dev"))
    out["friendliness transfer: friendly maker"] = paired(judge, "friendliness", made("friendly", clean))
    sts = list(source.corpus.read(data, "labels/stsb.dev", evaluation=True))
    score = np.array([judge.meaning(x["text"], x["text2"]) for x in sts])
    gold = np.array([x["labels"]["similarity_0_5"] / 5 for x in sts])
    rank = lambda s, g: spearmanr(s, g)[0]  # noqa: E731
    out["meaning stsb.dev"] = {"n": len(sts), "spearman": round(float(rank(score, gold)), 4), "interval": interval(rank, score, gold), "ece": round(ece(score, gold), 4)}
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--judge", required=True)
    p.add_argument("--json")
    a = p.parse_args()
    out = report(a.data, Judge(a.judge))
    for name, numbers in out.items():
        print(f"{name:52}", "  ".join(f"{k} {v}" for k, v in numbers.items()), flush=True)
    if a.json:
        with open(a.json, "w") as f:
            json.dump(out, f, indent=1)


if __name__ == "__main__":
    main()
