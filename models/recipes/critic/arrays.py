"""The prepared examples as arrays: one small file to carry to the machine that trains; NumPy and the standard library only."""

import io
import json
import lzma

import numpy as np

NONE = 255  # no label
UNIT = 250  # a label is stored as round(250 p)
TRAIN, CALIBRATE, DEVELOP = 0, 1, 2
ROW = 128  # tokens of a packed row
SLOTS = 40  # texts of a packed row


def save(path, meta, **arrays):
    buffer = io.BytesIO()
    np.savez(buffer, meta=np.frombuffer(json.dumps(meta, sort_keys=True).encode(), np.uint8), **arrays)
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 1 << 26, "lp": 1, "lc": 3, "pb": 1}]
    with open(path, "wb") as f:
        f.write(lzma.compress(buffer.getvalue(), lzma.FORMAT_XZ, filters=filters))


class Prepared:
    """ids: all token ids; length, label [texts, heads], kind, split by text; wrong: a bit by token of the texts with `marked`;
    pairs [n, 3]: text, text, hard negative or -1, with score (NONE: the two mean the same), pair_kind, pair_split."""

    def __init__(self, path):
        with lzma.open(path) as f:
            z = np.load(io.BytesIO(f.read()))
        self.meta = json.loads(z["meta"].tobytes())
        self.ids, self.length, self.label, self.kind, self.split, self.marked = (z[k] for k in ("ids", "length", "label", "kind", "split", "marked"))
        self.pairs, self.score, self.pair_kind, self.pair_split = (z[k] for k in ("pairs", "score", "pair_kind", "pair_split"))
        self.start = np.concatenate([[0], np.cumsum(self.length, dtype=np.int64)])
        tokens = int(self.length[self.marked].sum(dtype=np.int64))
        self.wrong = np.zeros(len(self.ids), bool)
        self.wrong[np.repeat(self.marked, self.length)] = np.unpackbits(z["wrong"], count=tokens).astype(bool)

    def kinds(self, *names):
        return [self.meta["kinds"].index(n) for n in names if n in self.meta["kinds"]]

    def texts(self, split, names=None, head=None):
        """Numbers of the texts of a split, of some kinds, with a label for a head."""
        keep = self.split == split
        if names is not None:
            keep &= np.isin(self.kind, self.kinds(*names))
        if head is not None:
            keep &= self.label[:, self.meta["heads"].index(head)] != NONE
        return np.flatnonzero(keep)

    def pack(self, texts):
        """Texts into rows of ROW tokens, in order. Arrays that Critic.forward takes, and where each token came from."""
        length = self.length[texts].astype(np.int64)
        row, slot, offset = np.zeros((3, len(texts)), np.int64)
        at = used = n = 0
        for i, l in enumerate(length.tolist()):
            if used + l > ROW or n == SLOTS:
                at, used, n = at + 1, 0, 0
            row[i], slot[i], offset[i] = at, n, used
            used, n = used + l, n + 1
        rows = at + 1
        within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        place = np.repeat(row * ROW + offset, length) + within
        origin = np.repeat(self.start[texts], length) + within
        ids, segments, mean = np.zeros(rows * ROW, np.int64), np.zeros(rows * ROW, np.int64), np.zeros((rows, SLOTS, ROW), np.float32)
        ids[place] = self.ids[origin]
        segments[place] = np.repeat(slot + 1, length)
        mean.reshape(rows, -1)[np.repeat(row, length), np.repeat(slot, length) * ROW + place % ROW] = np.repeat(1 / length, length)
        return {"ids": ids.reshape(rows, ROW), "segments": segments.reshape(rows, ROW), "mean": mean, "row": row, "slot": slot, "last": offset + length - 1}, place, origin


def labels(prepared, texts):
    """Targets in [0, 1] and where there is one."""
    raw = prepared.label[texts]
    return raw.astype(np.float32) / UNIT, raw != NONE
