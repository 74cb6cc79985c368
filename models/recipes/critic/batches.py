"""Which texts a training step sees: a function of seed and step alone."""

import numpy as np

from arrays import TRAIN

# Kinds drawn together, and how many texts of them a step takes.
TEXTS = {
    ("paradetox", "davidson", "cannot_rewrite", "appropriate"): 72,
    ("stanford",): 40,
    ("polite",): 14,
    ("formal", "contractions"): 24,
    ("clean", "noise"): 112,
    ("rules",): 28,
    ("appropriateness",): 24,
}
PAIRS = {("stsb",): 28, ("tatoeba_paraphrase",): 16, ("wikisplit", "onestop", "disfl_qa"): 10, ("paradetox", "contractions"): 10, ("noise",): 12, ("formal", "paraphrase"): 10, ("polite", "friendly"): 10}


class Pool:
    """Numbers drawn without repetition, shuffled anew for each pass."""

    def __init__(self, numbers, size, seed):
        self.numbers, self.size, self.seed, self.orders = numbers, min(size, len(numbers)), seed, {}

    def order(self, epoch):
        if epoch not in self.orders:
            self.orders = {k: v for k, v in self.orders.items() if k == epoch - 1}
            self.orders[epoch] = np.random.default_rng([self.seed, epoch]).permutation(self.numbers)
        return self.orders[epoch]

    def draw(self, step):
        n = len(self.numbers)
        at = range(step * self.size, (step + 1) * self.size)
        return [int(self.order(i // n)[i % n]) for i in at]


class Batches:
    def __init__(self, prepared, seed, scale=1.0):
        self.prepared, self.seed, self.pools = prepared, seed, []
        size = lambda n: max(1, round(n * scale))  # noqa: E731
        for i, (kinds, n) in enumerate(TEXTS.items()):
            found = prepared.texts(TRAIN, kinds)
            if len(found):
                self.pools.append(("texts", Pool(found, size(n), seed + 100 + i)))
        for i, (kinds, n) in enumerate(PAIRS.items()):
            found = np.flatnonzero((prepared.pair_split == TRAIN) & np.isin(prepared.pair_kind, prepared.kinds(*kinds)))
            if len(found):
                self.pools.append(("pairs", Pool(found, size(n), seed + 200 + i)))

    def step(self, step):
        """(texts, pairs): numbers of the texts, and rows [a, b, hard or -1, score] that point into them."""
        texts, place, rows = [], {}, []

        def number(text):
            if text < 0:
                return -1
            if text not in place:
                place[text] = len(texts)
                texts.append(text)
            return place[text]

        for what, pool in self.pools:
            for i in pool.draw(step):
                if what == "texts":
                    number(i)
                else:
                    rows.append([*(number(int(t)) for t in self.prepared.pairs[i]), int(self.prepared.score[i])])
        return np.array(texts), np.array(rows, np.int64).reshape(-1, 4)
