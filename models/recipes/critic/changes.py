"""Small changes of clean text: other meanings that keep nearly all words, and word salad."""

import re

AUXILIARY = re.compile(r"\b(is|are|was|were|will|would|can|could|should|must|has|had|may|might)\b(?! not\b)(?=[ ][a-z])")
NOT = re.compile(r"\b(do|does|did|is|are|was|were|will|would|can|could|should|must|has|had|have|may|might)( not|n't|n’t)\b", re.I)
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
