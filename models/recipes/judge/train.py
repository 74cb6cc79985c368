"""Train the judge: python train.py --data DIR --out DIR. CPU, a few minutes, the same result every time."""

import argparse
import json
import os

import numpy as np
import scipy.sparse as sparse
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression

import data as source
import features

FOLDS = 3
STRENGTH = {"toxicity": 20, "politeness": 3, "formality": 5, "simplicity": 5, "neutrality": 10, "friendliness": 5, "meaning": 10}
PAIR_WEIGHT = 1.0  # of the difference of a pair, beside its two texts


def matrix(texts):
    rows = [features.vector(t) for t in texts]
    starts = np.concatenate([[0], np.cumsum([len(i) for i, _ in rows])])
    return sparse.csr_matrix((np.concatenate([v for _, v in rows]), np.concatenate([i for i, _ in rows]), starts), shape=(len(rows), features.BUCKETS))


def examples(rows, pairs):
    """Feature rows, soft targets, weights, group texts. A pair gives its two texts and their difference.

    The difference teaches what changes between two versions of one text, whatever the text is about.
    """
    texts = [t for t, _, _ in rows] + [t for p in pairs for t in p]
    x = matrix(texts)
    n = len(rows)
    less, more = x[n::2], x[n + 1::2]
    y = [y for _, y, _ in rows] + [0, 1] * len(pairs)
    w = [w for _, _, w in rows] + [1] * (2 * len(pairs))
    groups = [t for t, _, _ in rows] + [p[0] for p in pairs for _ in p]
    if pairs:
        sign = sparse.diags(np.where(np.arange(len(pairs)) % 2, 1.0, -1.0))
        x = sparse.vstack([x, sign @ (more - less) * 2]).tocsr()
        y += [float(i % 2) for i in range(len(pairs))]
        w += [PAIR_WEIGHT] * len(pairs)
        groups += [p[0] for p in pairs]
    return x, np.array(y), np.array(w, float), np.array([source.half_fold(g) for g in groups]), len(texts)


def fit(x, y, w, strength):
    """Logistic regression on soft targets: each row once as positive and once as negative, weighted."""
    xx, yy, ww = sparse.vstack([x, x]) if sparse.issparse(x) else np.vstack([x, x]), np.r_[np.ones(len(y)), np.zeros(len(y))], np.r_[w * y, w * (1 - y)]
    kept = ww > 0
    model = LogisticRegression(C=strength, solver="liblinear", tol=1e-3, intercept_scaling=3, random_state=0)
    model.fit(xx[kept], yy[kept], ww[kept])
    return model.coef_[0].astype(np.float16).astype(np.float64), float(np.float32(model.intercept_[0]))


def platt(z, y, w):
    """score = 1 / (1 + exp(-(scale z + offset))), fitted on folds that the weights have not seen."""
    kept = np.isfinite(z)
    weight, offset = fit(z[kept, None], y[kept], w[kept], 1e4)
    return float(np.float32(weight[0])), offset


def train_head(name, x, y, w, fold, plain):
    """plain: how many leading rows are texts (the rest are differences, which do not calibrate)."""
    z = np.full(plain, np.nan)
    for k in range(FOLDS):
        weight, bias = fit(x[fold != k], y[fold != k], w[fold != k], STRENGTH[name])
        here = fold[:plain] == k
        z[here] = x[:plain][here] @ weight + bias
    scale, offset = platt(z, y[:plain], w[:plain])
    weight, bias = fit(x, y, w, STRENGTH[name])
    return weight, bias, scale, offset


def idf(texts):
    """Inverse document frequency by word bucket, as 16-bit numbers."""
    count = np.zeros(features.WORD_BUCKETS)
    for t in texts:
        count[list({features.word_bucket(w) for w in features.words(t)})] += 1
    return np.log((1 + len(texts)) / (1 + count)).astype(np.float16)


def meaning(data):
    table = idf(list(source.sentences(data, source.CASUAL + source.FORMAL, 4000)))
    rows = list(source.labelled(data, "labels/stsb.train"))
    x = np.array([features.pair(r["text"], r["text2"], table.astype(float)) for r in rows])
    y = np.array([r["labels"]["similarity_0_5"] / 5 for r in rows])
    fold = np.array([source.half_fold(r["text"]) for r in rows])
    return table, train_head("meaning", x, y, np.ones(len(y)), fold, len(y))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--out", required=True)
    a = p.parse_args()
    tensors, heads = {}, {}

    def keep(name, weight, bias, scale, offset):
        tensors[f"{name}.weight"] = weight.astype(np.float16 if len(weight) > 100 else np.float32)
        heads[name] = {"bias": bias, "scale": scale, "offset": offset}

    for name, make in source.HEADS.items():
        rows, pairs = make(a.data)
        print(name, len(rows), "texts", len(pairs), "pairs", flush=True)
        keep(name, *train_head(name, *examples(rows, pairs)))
    table, head = meaning(a.data)
    keep("meaning", *head)
    tensors["meaning.idf"] = table

    os.makedirs(a.out, exist_ok=True)
    save_file(tensors, os.path.join(a.out, "judge.safetensors"))
    with open(os.path.join(a.out, "judge.json"), "w") as f:
        json.dump({"version": 1, "kind": "character n-grams, logistic regression", "buckets": features.BUCKETS, "ngrams": [2, features.LONGEST],
                   "word_buckets": features.WORD_BUCKETS, "negations": sorted(features.NEGATIONS), "pair_features": features.PAIR_FEATURES,
                   "licence": "CC-BY-SA-4.0", "use": "evaluation only", "heads": heads}, f, indent=1)


if __name__ == "__main__":
    main()
