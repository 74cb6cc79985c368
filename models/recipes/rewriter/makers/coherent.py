"""coherent: connectives, conjunctions and pronouns taken out of a run of sentences, which is the target."""

import re

from makers import simpler
from text import lower_first, upper_first

CONNECTIVE = re.compile(r"^(However|Therefore|For example|For instance|In addition|As a result|Also|Then|Instead|Finally|Meanwhile|Moreover|Furthermore|Nevertheless|Consequently|Thus|Similarly|In fact|Still|Hence|Afterwards|Eventually|Additionally|In contrast|On the other hand|Unfortunately|Later|Otherwise|Indeed|Of course), (?=[a-zA-Z])")
CONJUNCTION = re.compile(r"^(But|So|And|Yet|Or) (?=[a-zI])")
PRONOUN = re.compile(r"^(It|They|He|She) (?=[a-z])")
SUBJECT = re.compile(r"^((?:[A-Z][\w'-]+ ){1,3}|The (?:[a-z]+ ){1,2})(?:is|was|has|had|are|were|can|will|became|won|made|said|lived|worked|played|wrote|began|took|went)\b")
JOINED = [
    (re.compile(r"^(.{15,}?\w), (and|but|so|yet) ((?:I|he|she|it|they|we|you|this|that|there|the \w+) .{8,}\.)$"), True),
    (re.compile(r"^(.{15,}?\w) (because) ((?:I|he|she|it|they|we|you|this|there|the \w+) .{8,}\.)$"), False),
    (re.compile(r"^(.{15,}?\w), (although|while|whereas|since) ((?:I|he|she|it|they|we|you|this|there|the \w+) .{8,}\.)$"), True),
]
PAST = r"(?:\w+ed|was|were|had|went|came|took|made|said|got|gave|saw|found|left|began|became|sat|ran|fell|told|kept|held|wrote|won|lost|sent|brought|bought|put|felt|met|led|built|spent|received|is|has|can|will|would|could)"
# One subject, two verbs.
TWO_VERBS = re.compile(rf"^((?:I|He|She|They|We|It|You|[A-Z][a-z]+(?: [A-Z][a-z]+)?|The [a-z]+)) ({PAST} [^,;:]{{8,70}}?),? (and|but) ((?:then |also |later |never |soon |finally )?{PAST} [^;]{{8,90}}\.)$")
SINCE = re.compile(r"^(Although|Because|While|Since|If|When|After|Before) ((?:I|he|she|it|they|we|you|the \w+) [^,]{6,70}), ((?:I|he|she|it|they|we|you|there|this|the \w+) .{8,}\.)$")


def disjoin(r, sentence):
    """One joined sentence -> two that only stand beside each other."""
    for pattern, _ in r.sample(JOINED, len(JOINED)):
        m = pattern.match(sentence)
        if m:
            return f"{m[1]}. {upper_first(m[3])}"
    m = TWO_VERBS.match(sentence)
    if m and m[1] not in ("There", "This", "That", "What", "When", "Where", "Who", "But", "So", "And", "These", "Those", "Here", "Both", "One", "If"):
        return f"{m[1]} {m[2]}. {m[1]} {m[4]}"
    m = SINCE.match(sentence)
    if m and m[1] not in ("If", "When", "Before"):
        return f"{upper_first(m[2])}. {upper_first(m[3])}"
    pair = simpler.split(r, sentence, semicolon=False)
    return re.sub(r"\. (?:However, |So )(\w)", lambda m: ". " + m[1].upper(), pair[1]) if pair else None


def loosen(r, run):
    """Take out of the run what ties it together."""
    out, changes = list(run), 0
    order = list(range(len(run)))
    r.shuffle(order)
    for i in order:
        s = out[i]
        if i and r.random() < 0.85:
            m = CONNECTIVE.match(s) or CONJUNCTION.match(s)
            if m:
                out[i] = upper_first(s[m.end():])
                changes += 1
                continue
            m, subject = PRONOUN.match(s), SUBJECT.match(run[i - 1])
            if m and subject and r.random() < 0.8 and (m[1] != "They" or subject[1].strip().endswith("s")) and not (m[1] in ("He", "She") and subject[1].startswith("The ")) and not (m[1] == "It" and " is that" in s):
                out[i] = subject[1] + s[m.end():]
                changes += 1
                continue
        apart = disjoin(r, s) if r.random() < 0.9 else None
        if apart:
            out[i] = apart
            changes += 1
    return out if changes else None


def coordinate(r, run):
    """Two sentences with the same subject -> one with and: the only case in which the run is the source."""
    for i in range(len(run) - 1):
        a, b = run[i], run[i + 1]
        first = a.split(" ", 1)[0]
        if first == b.split(" ", 1)[0] and first in ("I", "He", "She", "It", "They", "We", "You") and a.endswith(".") and len(a) + len(b) < 150 and "," not in a and " and " not in a and len(b.split()) > 2 and b.endswith(".") and b.split(" ")[1].islower():
            return run, run[:i] + [f"{a[:-1]} and {b.split(' ', 1)[1]}"] + run[i + 2:]
    return None


def shuffled(r, run):
    """The order of the sentences lost, where the first one shows where the text begins and the others refer back."""
    if len(run) < 3 or not SUBJECT.match(run[0]):
        return None
    rest = run[1:]
    if not all(CONNECTIVE.match(s) or PRONOUN.match(s) or s.startswith(("This ", "These ", "Then ", "After ", "But ", "So ")) for s in rest):
        return None
    i = r.randrange(len(run) - 1)
    out = list(run)
    out[i], out[i + 1] = out[i + 1], out[i]
    return out


def make(r, text, tables):
    """text: a run of sentences, one a line."""
    run = text.split("\n")
    if len(run) > 1 and r.random() < 0.1:
        pair = coordinate(r, run)
        if pair:
            return " ".join(pair[0]), " ".join(pair[1])
    loose = loosen(r, run) or (shuffled(r, run) if r.random() < 0.3 else None)
    return (" ".join(loose), " ".join(run)) if loose else None
