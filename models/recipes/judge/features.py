"""The judge's features. README.md states them exactly; the program computes the same numbers."""

import math
import re

import numpy as np

BUCKETS = 1 << 17
WORD_BUCKETS = 1 << 15
LONGEST = 5
OFFSET, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
# The characters with the Unicode property White_Space, as Rust's char::is_whitespace. Python's \s differs.
SPACES = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# Letters and digits by fixed ranges, because two Unicode libraries rarely agree on what a letter is.
WORD = re.compile("[a-z0-9\u00c0-\u1fff\u2c00-\u2dff\u3040-\U0010ffff]+")
NEGATIONS = frozenset(
    "no not never none nobody nothing neither nor nowhere without cannot cant dont doesnt didnt isnt arent wasnt werent wont "
    "wouldnt couldnt shouldnt havent hasnt hadnt aint mustnt neednt".split()
)
PAIR_FEATURES = ["ngram_cosine", "word_overlap", "word_least", "prefix_overlap", "length_ratio", "numbers", "negation", "cosine_squared", "first_word"]


def normalised(text):
    """Lower case, runs of white space to one space, one space at each end."""
    return " " + SPACES.sub(" ", text.lower()).strip(" ") + " "


def fnv1a(data):
    h = int(OFFSET)
    for byte in data:
        h = (h ^ byte) * int(PRIME) & 0xFFFFFFFFFFFFFFFF
    return h


def hashes(padded):
    """FNV-1a of the UTF-8 bytes of every run of 2 to 5 code points, all starts at once."""
    points = [c.encode() for c in padded]
    length = np.array([len(p) for p in points])
    bytes_ = np.frombuffer(b"".join(p.ljust(4, b"\0") for p in points), np.uint8).reshape(-1, 4).astype(np.uint64)
    h, out = np.full(len(points), OFFSET), []
    for n in range(1, LONGEST + 1):
        starts = len(points) - n + 1
        if starts <= 0:
            break
        h = h[:starts]
        for k in range(length.max()):
            h = np.where(k < length[n - 1:], (h ^ bytes_[n - 1:, k]) * PRIME, h)
        if n >= 2:
            out.append(h)
    return np.concatenate(out)


def vector(text):
    """(buckets in rising order, values): 1 + ln(count) by bucket, scaled to length 1. The empty text has none."""
    padded = normalised(text)
    if len(padded) < 3:  # only the two added spaces
        return np.zeros(0, np.int64), np.zeros(0)
    buckets, counts = np.unique((hashes(padded) % np.uint64(BUCKETS)).astype(np.int64), return_counts=True)
    values = 1 + np.log(counts)
    return buckets, values / math.sqrt(float(values @ values))


def words(text):
    """Runs of WORD characters in the normalised text, apostrophes left out first."""
    return WORD.findall(re.sub("['’]", "", normalised(text)))


def overlap(a, b, weight):
    """(weighted Jaccard, the smaller weighted containment) of two sets; both 1 if both sets are empty."""
    common, left, right = (sum(weight(w) for w in sorted(s)) for s in (a & b, a, b))
    if left == 0 or right == 0:
        return (1.0, 1.0) if left == right else (0.0, 0.0)
    return common / (left + right - common), common / max(left, right)


def word_bucket(word):
    return fnv1a(word.encode()) % WORD_BUCKETS


def pair(a, b, idf):
    """The features of a pair, in the order of PAIR_FEATURES. idf: array by word bucket."""
    (i, x), (j, y) = vector(a), vector(b)
    common, at, bt = np.intersect1d(i, j, assume_unique=True, return_indices=True)
    cosine = float(x[at] @ y[bt])
    u, v = words(a), words(b)
    first, second = set(u), set(v)
    jaccard, least = overlap(first, second, lambda w: float(idf[word_bucket(w)]))
    stems, _ = overlap({w[:4] for w in first}, {w[:4] for w in second}, lambda w: 1.0)
    ratio = (1 + min(len(u), len(v))) / (1 + max(len(u), len(v)))
    digits = [{w for w in s if any(c in "0123456789" for c in w)} for s in (first, second)]
    numbers, _ = overlap(*digits, lambda w: 1.0)
    negation = float(sum(w in NEGATIONS for w in u) % 2 == sum(w in NEGATIONS for w in v) % 2)
    return [cosine, jaccard, least, stems, ratio, numbers, negation, cosine * cosine, float(u[:1] == v[:1])]
