"""Print golden.json: our texts with the numbers of the metrics' reference implementations. See README.md."""

import argparse
import importlib.util
import json
import os
import random
import re
import sys
import tempfile

import numpy as np
import sacrebleu
from rapidfuzz.distance import Levenshtein
from scipy.stats import spearmanr
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, roc_auc_score

from texts import TEXTS, scores

WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
RESAMPLES = 1000


def module(path):
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def columns(rows):
    """sources, rewrites, references by reference"""
    return [s for s, _, _ in rows], [h for _, h, _ in rows], [list(refs) for refs in zip(*(r for _, _, r in rows))]


def gleu(program, rows):
    sources, hyps, refs = columns(rows)
    with tempfile.TemporaryDirectory() as folder:
        def file(name, lines):
            path = os.path.join(folder, name)
            with open(path, "w") as f:
                f.writelines(" ".join(WORD.findall(line)) + "\n" for line in lines)
            return path
        g = program.GLEU(4)
        g.load_sources(file("src", sources))
        g.load_references([file(f"ref{i}", ref) for i, ref in enumerate(refs)])
        return 100 * float(next(iter(g.run_iterations(num_iterations=500, hypothesis=file("hyp", hyps), per_sent=False)))[0])


def bleu(rows):
    _, hyps, refs = columns(rows)
    return sacrebleu.corpus_bleu(hyps, refs).score


def chrf(rows):
    _, hyps, refs = columns(rows)
    return sacrebleu.corpus_chrf(hyps, refs).score


def similarity(rows):
    sources, hyps, _ = columns(rows)
    return sacrebleu.corpus_chrf(hyps, [sources]).score


def exact(rows):
    return 100 * sum(h in r for _, h, r in rows) / len(rows)


def edit_ratio(rows):
    cut = [(WORD.findall(s), WORD.findall(h)) for s, h, _ in rows]
    return sum(Levenshtein.distance(s, h) for s, h in cut) / sum(len(s) for s, _ in cut)


def interval(metric, rows, seed, minus=None):
    r = random.Random(seed)
    found = []
    for _ in range(RESAMPLES):
        drawn = [r.randrange(len(rows)) for _ in rows]
        value = metric([rows[i] for i in drawn])
        found.append(value - (metric([minus[i] for i in drawn]) if minus else 0))
    return [float(x) for x in np.quantile(found, [0.025, 0.975])]


def ece(labels, probabilities):
    true, said = calibration_curve(labels, probabilities, n_bins=15, strategy="quantile")
    assert len(true) == 15 and len(labels) % 15 == 0
    return float(np.mean(np.abs(true - said)))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--easse", required=True)
    a.add_argument("--jfleg", required=True)
    a = a.parse_args()
    sys.path.insert(0, a.easse)
    sari = module(os.path.join(a.easse, "easse", "sari.py")).corpus_sari
    program = module(os.path.join(a.jfleg, "eval", "gleu.py"))
    copy = [(s, s, r) for s, _, r in TEXTS]
    sets = {"all": TEXTS, "long": [row for row in TEXTS if len(row[0]) > 60], "two": TEXTS[:2], "copy": copy,
            "no 4-gram right": [row for row in TEXTS if row[0] == "Go!"]}
    golden = {"texts": [{"src": s, "hyp": h, "refs": r} for s, h, r in TEXTS], "sets": {}}
    for name, rows in sets.items():
        sources, hyps, refs = columns(rows)
        golden["sets"][name] = {
            "rows": [next(i for i, row in enumerate(TEXTS) if row[0] == s) for s in sources],
            "gleu": gleu(program, rows), "sari": sari(sources, hyps, refs), "bleu": bleu(rows), "chrf": chrf(rows),
            "similarity": similarity(rows), "exact_match": exact(rows), "edit_ratio": edit_ratio(rows),
        }
    golden["intervals"] = {
        "seed": 7,
        "exact_match": interval(exact, TEXTS, 7), "chrf": interval(chrf, TEXTS, 7),
        "sari": interval(lambda rows: sari(*columns(rows)), TEXTS, 7),
        "bleu_minus_copy": interval(bleu, TEXTS, 7, copy),
    }
    tokens = ["It's 3.50, or 1,000-odd (maybe).", "a..b ,,c. 5.-6 x.7 7.x", "e-mail@x.org/a?b=1 #tag [1] {x}~ `y` ^ \\ _z", "“quoted” – dash… 10-12",
              "a &amp; b &lt;c&gt; &quot;d&quot;"]
    golden["13a"] = [[t, sacrebleu.tokenizers.tokenizer_13a.Tokenizer13a()(t)] for t in tokens + [t[0] for t in TEXTS]]
    binary, graded = scores()
    labels, said = [c[0] for c in binary], [c[1] for c in binary]
    tied = [(label, round(p, 1)) for label, p in binary]
    golden["heads"] = {
        "binary": binary, "graded": graded, "tied": tied,
        "auroc": float(roc_auc_score(labels, said)), "brier": float(brier_score_loss(labels, said)), "ece": ece(labels, said),
        "spearman": float(spearmanr([c[0] for c in graded], [c[1] for c in graded]).statistic),
        "auroc_of_tied": float(roc_auc_score(labels, [c[1] for c in tied])),
    }
    json.dump(golden, sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main()
