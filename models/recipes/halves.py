"""One cut through all labelled data: the judge trains on one half, the critic on the other.

The judge measures models that the critic has rewarded, so the two must not learn from the same examples.
The half of an example is a function of its letters alone (of the source's letters for a pair), so that case,
punctuation and spacing variants of one text stay together.
"""

import hashlib

JUDGE, CRITIC = "judge", "critic"


def letters(text):
    return "".join(c for c in text.lower() if c.isalpha())


def half(text):
    digest = hashlib.sha256(letters(text).encode()).digest()
    return JUDGE if digest[0] & 1 else CRITIC


def fold(text, folds):
    """A number below `folds`, independent of `half`: for cross-validation and held-out parts within a half."""
    return int.from_bytes(hashlib.sha256(letters(text).encode()).digest()[1:5], "big") % folds
