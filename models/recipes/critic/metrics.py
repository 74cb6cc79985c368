"""AUROC, expected calibration error, rank correlation, bootstrap intervals: NumPy and SciPy."""

import numpy as np
from scipy.stats import rankdata, spearmanr


def auroc(score, target):
    """target: 0 or 1. Ties count half."""
    target = np.asarray(target) > 0.5
    n, m = target.sum(), (~target).sum()
    return float((rankdata(score)[target].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")


def ece(score, target, bins=15):
    """Bins of equal mass by score; target may be soft."""
    order = np.argsort(score, kind="stable")
    parts = [p for p in np.array_split(order, bins) if len(p)]
    return float(sum(len(p) * abs(score[p].mean() - target[p].mean()) for p in parts) / len(order))


def spearman(score, target):
    return float(spearmanr(score, target)[0])


def interval(measure, score, target, draws=500, seed=0):
    draws = max(40, min(draws, 1_500_000 // max(1, len(score))))  # large sets have narrow intervals
    r = np.random.default_rng(seed)
    found = [measure(score[at], target[at]) for at in (r.integers(0, len(score), len(score)) for _ in range(draws))]
    return [round(float(x), 4) for x in np.nanpercentile(found, [2.5, 97.5])]


def platt(z, target, weight=None, steps=100):
    """(scale, offset) of sigmoid(scale z + offset) that best explain soft targets: Newton's method, lightly damped."""
    z, target = np.asarray(z, float), np.asarray(target, float)
    weight = np.ones_like(z) if weight is None else weight
    x, theta = np.stack([z, np.ones_like(z)], 1), np.array([1.0, 0.0])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(x @ theta, -30, 30)))
        step = np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + 1e-4 * np.eye(2), x.T @ (weight * (p - target)))
        theta = theta - np.clip(step, -1, 1)
        if abs(step).max() < 1e-8:
            break
    return float(theta[0]), float(theta[1])
