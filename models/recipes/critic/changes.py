"""Small changes of clean text: other meanings that keep nearly all words, holes, and word salad."""

import re

AUXILIARY = re.compile(r"\b(is|are|was|were|will|would|can|could|should|must|has|had|may|might)\b(?! not\b)(?=[ ][a-z])")
NOT = re.compile(r"\b(do|does|did|is|are|was|were|will|would|can|could|should|must|has|had|have|may|might)( not|n't|n’t)\b", re.I)
# A word that announces another, and the word behind it where something follows that cannot take its place.
ANNOUNCED = re.compile(r"\b(?:a|an|the|my|your|his|her|its|our|their|of|to|for|with|from|such a|is|are|was|were|be|very|so|will|can|must|would|have|has)( [\w'’-]+)(?=[.,;:!?]|$| (?:and|or|but|that|which|who|is|are|was|were|of|in|on|at|to|for|with|by|from)\b)", re.I)
IRREGULAR = [(re.compile(r"\b([Cc])an(?:'t|’t|not)\b"), r"\1an"), (re.compile(r"\b([Ww])on['’]t\b"), r"\1ill")]


def negated(r, text):
    """The opposite: a negation taken away or put in; None if there is no place for one."""
    for pattern, new in IRREGULAR:
        if pattern.search(text):
            return pattern.sub(new, text, count=1)
    if NOT.search(text):
        return NOT.sub(r"\1", text, count=1)
    spots = list(AUXILIARY.finditer(text))
    if not spots or text.endswith("?"):
        return None
    at = r.choice(spots).end()
    return text[:at] + " not" + text[at:]


def other_number(r, text):
    """One number changed; None if there is none."""
    spots = list(re.finditer(r"\d+", text))
    if not spots:
        return None
    m = r.choice(spots)
    n = int(m[0][:9])
    return text[:m.start()] + str(r.choice([x for x in (n + 1, n + 3, n * 2 + 1, max(0, n - 2), n + 17) if x != n])) + text[m.end():]


def holed(r, text):
    """A word gone that the word before it announces: "They lost their with the bag."; None if there is no place for it."""
    spots = list(ANNOUNCED.finditer(text))
    if not spots:
        return None
    m = r.choice(spots)
    return text[:m.start(1)] + text[m.end(1):]


def shortened(r, text):
    """A third to a half of the words gone from one end: no longer the same thing said; None if there are too few."""
    words = text.split(" ")
    if len(words) < 8:
        return None
    keep = len(words) - r.randint(len(words) // 3, len(words) // 2)
    return " ".join(words[:keep] if r.random() < 0.7 else words[-keep:])


def scrambled(r, text):
    """A few words moved, dropped or doubled without regard to grammar."""
    words = text.split(" ")
    for _ in range(max(1, len(words) // 6)):
        i, kind = r.randrange(len(words)), r.random()
        if kind < 0.5 and len(words) > 3:
            words.insert(r.randrange(len(words)), words.pop(i))
        elif kind < 0.75 and len(words) > 3:
            words.pop(i)
        else:
            words.insert(i, words[i])
    return " ".join(words)
