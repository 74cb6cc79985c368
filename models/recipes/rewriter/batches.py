"""Batches made by worker processes beside the training: chunk i is a function of (seed, i), whoever makes it.

A batch is four arrays: source ids (rows, S), target ids (rows, T), how each target token relates to the source
(rows, T: COPIED, FORKED, EDITED) and what becomes of each source token (rows, S: KEPT, CHANGED, UNKNOWN).
"""

import collections
import itertools
import multiprocessing
import os
import random
import signal
from concurrent.futures import ProcessPoolExecutor

import numpy as np

EXAMPLES = 12000  # to a chunk
LONGEST = 192  # tokens on either side; longer examples are left out
STEP = 8  # lengths are padded to a multiple of this
PAD, END = 0, 1
COPIED, FORKED, EDITED = 0, 1, 2
KEPT, CHANGED, UNKNOWN = 0, 1, 2


def relations(source, target):
    """How each target token relates to the source text (without its instruction): EDITED where it does not follow its neighbour there, FORKED where
    it does but the neighbour stands in the source more than once with different successors (a copier may take the
    wrong way there), else COPIED."""
    after = collections.defaultdict(set)
    for a, b in zip([-1] + source, source):
        after[a].add(b)
    return [EDITED if b not in after[a] else FORKED if len(after[a]) > 1 else COPIED for a, b in zip([-1] + target, target)]


def fates(source, target, begin):
    """What becomes of each source token: CHANGED if it stands beside neither of its neighbours in the target, or if
    something is put in before it. UNKNOWN in the instruction, the tokens before `begin`."""
    pairs = set(zip([-1] + target, target)) | {(target[-1], -2)}
    text = source[begin:]
    left = [pair in pairs for pair in zip([-1] + text, text)]
    right = left[1:] + [True]
    fate = [KEPT if a or b else CHANGED for a, b in zip(left, right)]
    for i in range(1, len(text)):
        if not left[i] and fate[i] == KEPT and fate[i - 1] == KEPT:
            fate[i] = CHANGED
    return [UNKNOWN] * begin + fate


def pad(rows, value, dtype):
    width = -(-max(map(len, rows)) // STEP) * STEP
    out = np.full((len(rows), width), value, dtype)
    for i, row in enumerate(rows):
        out[i, :len(row)] = row
    return out


def cut(rows, tokens):
    """Rows (source, target, relations, fates) into batches of like lengths and about `tokens` padded tokens."""
    rows.sort(key=lambda row: (-(-len(row[0]) // STEP), len(row[1])))
    groups, widest = [[]], 0
    for row in rows:
        widest = max(widest, len(row[0]) + len(row[1]))
        if groups[-1] and (len(groups[-1]) + 1) * (widest + STEP) > tokens:
            groups.append([])
            widest = len(row[0]) + len(row[1])
        groups[-1].append(row)
    if len(groups) > 1 and len(groups[-1]) * 3 < len(groups[-2]):
        groups.pop()  # a remainder is too small for a step of its own
    return [(pad([g[0] for g in group], PAD, np.uint16), pad([g[1] for g in group], PAD, np.uint16),
             pad([g[2] for g in group], COPIED, np.uint8), pad([g[3] for g in group], UNKNOWN, np.uint8)) for group in groups]


def chunk(mix, tokenizer, r, tokens, infill, examples=EXAMPLES):
    made = [mix.example(r, infill=infill) for _ in range(examples)]
    sources = tokenizer.encode_batch_fast([m[1] for m in made], add_special_tokens=False)
    targets = tokenizer.encode_batch_fast([m[2] for m in made], add_special_tokens=False)
    colon = tokenizer.token_to_id(":")
    rows = []
    for (intent, _, _), x, y in zip(made, sources, targets):
        x, y = x.ids + [END], y.ids + [END]
        if len(x) > LONGEST or len(y) > LONGEST:
            continue
        begin = len(x) if intent == "infill" or colon not in x else x.index(colon) + 1
        rows.append((x, y, [EDITED] * len(y) if intent == "infill" else relations(x[begin:], y), fates(x, y, begin)))
    batches = cut(rows, tokens)
    r.shuffle(batches)
    return batches


_worker = {}


def _make(i):
    w = _worker
    r = random.Random(f"{w['seed']}-{i}")
    infill = max(0.0, w["infill"] * (1 - i / w["infill_chunks"])) if w["infill_chunks"] else 0.0
    return i, chunk(w["mix"], w["tokenizer"], r, w["tokens"], infill)


def stream(mix, tokenizer, seed, tokens, workers, begin=0, infill=0.0, infill_chunks=0):
    """Yield (chunk, batch in it, arrays) from chunk `begin` on, in order, made ahead by forked workers."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # each worker is one process on one core
    _worker.update(mix=mix, tokenizer=tokenizer, seed=seed, tokens=tokens, infill=infill, infill_chunks=infill_chunks)
    numbers = itertools.count(begin)
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), signal.signal, (signal.SIGTERM, signal.SIG_DFL))
    try:
        ahead = collections.deque(pool.submit(_make, next(numbers)) for _ in range(workers * 3))
        while True:
            i, batches = ahead.popleft().result()
            ahead.append(pool.submit(_make, next(numbers)))
            for j, batch in enumerate(batches):
                yield i, j, batch
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
