"""clearer: spoken repairs, wordiness, hard words, nouns instead of verbs, double negatives, passives -> plain sentences."""

import re

from makers import shorter, simpler
from makers.inflect import conjugate
from text import changed, lower_first, upper_first

FILLERS = ["um,", "uh,", "you know,", "I mean,", "like,", "er,", "well,", "sort of", "kind of"]
REPAIRS = ["no wait,", "I mean", "sorry,", "uh,", "er, I mean", "no, sorry,"]
DOUBLE_NEGATIVE = [("possible", "not impossible"), ("common", "not uncommon"), ("likely", "not unlikely"), ("usual", "not unusual"), ("important", "not unimportant"), ("happy", "not unhappy"), ("reasonable", "not unreasonable"), ("known", "not unknown"), ("aware", "not unaware"), ("familiar", "not unfamiliar"), ("difficult", "not easy"), ("often", "not infrequently"), ("similar to", "not unlike"), ("clear", "not unclear"), ("interesting", "not uninteresting"), ("fair", "not unfair")]
PASSIVE = re.compile(r"^(I|We|They|He|She|You) (wrote|made|found|sent|used|built|took|chose|saw|bought|gave up|told|moved|opened|closed|finished|changed|created|developed|received|checked|tested|reviewed|discussed|cancelled|fixed|needed|started|completed|added|removed|helped|invited|signed|published|paid|sold|cleaned|designed|explained|approved|rejected|noticed|discovered) ((?:the|a|an|my|our|their|his|her|your|this|that|these|those|some|two|three) (?:[a-z]+ ){0,2}?[a-z]+)((?: (?:in|on|at|for|with|to|from|yesterday|last|this|before|after|because|during|by|today|and then)\b[^,;]*)?)\.$")
BY = {"I": "me", "We": "us", "They": "them", "He": "him", "She": "her", "You": "you"}
PARTICIPLES = {"wrote": "written", "took": "taken", "chose": "chosen", "saw": "seen", "gave up": "given up"}
PLURAL = re.compile(r"(?:these|those|some|two|three)\b|.*[^su]s$")
NOMINAL = {"decided to": "made the decision to", "decided": "came to a decision", "agreed to": "reached an agreement to", "agreed": "were in agreement", "analyzed": "performed an analysis of", "considered": "gave consideration to", "investigated": "carried out an investigation of", "reviewed": "conducted a review of", "explained": "provided an explanation of", "improved": "made improvements to",
           "discussed": "had a discussion of", "compared": "made a comparison of", "measured": "took a measurement of", "assessed": "undertook an assessment of", "described": "gave a description of", "applied for": "submitted an application for", "helped": "gave assistance to", "tested": "carried out the testing of", "developed": "undertook the development of", "described": "provided a description of", "evaluated": "performed an evaluation of", "implemented": "carried out the implementation of"}
EMPTY = [("There {be} ", re.compile(r"^((?:Many|Some|Several|Few|Most) [a-z]+) ((?:[a-z]+(?:ed|ve)|think|believe|say|want|need|use|like|work|live|know|see|make|try|go|come|find) .*)$"), "There are {0} who {1}")]
VAGUE = ["It is the case that ", "What is meant by this is that ", "The thing is that ", "What happened was that ", "The reason for this being the way it is, is that ", "As regards the matter at hand, ", "In terms of what was done, ", "It is to be noted that ", "The point that needs to be made here is that ", "With respect to this issue, "]
INSIDE = re.compile(r" (is|are|was|were) (?=[a-z])")


def disfluent(r, text):
    """Spoken repairs and fillers in an otherwise clean sentence."""
    words = text.split(" ")
    if len(words) < 4:
        return None
    for _ in range(r.choice([1, 1, 2, 3])):
        i = r.randrange(1, len(words))
        kind, word = r.random(), words[i].strip(".,!?\"")
        if kind < 0.4:
            words.insert(i, r.choice(FILLERS))
        elif kind < 0.6 and word.isalpha() and len(word) < 8:
            words[i:i] = [word, word] if r.random() < 0.2 else [word]
        elif kind < 0.85 and word.isalpha() and len(words) > 6:
            wrong = words[r.randrange(len(words))].strip(".,!?\"()")
            words[i:i] = [wrong, r.choice(REPAIRS)] if wrong.islower() and wrong.isalpha() and wrong != word else [word, r.choice(REPAIRS)]
        else:
            words.insert(i, "uh,")
    return changed(" ".join(words), text)


def passive(r, text):
    """A passive sentence and its active form."""
    m = PASSIVE.match(text)
    if not m:
        return None
    verb = PARTICIPLES.get(m[2], m[2])
    be = "were" if PLURAL.match(m[3]) else "was"
    return upper_first(f"{m[3]} {be} {verb} by {BY[m[1]]}{m[4]}."), text


def negated(r, text):
    for plain, double in DOUBLE_NEGATIVE:
        at = text.find(f" {plain} ")
        if at > 0 and re.search(r"\b(?:is|are|was|were|be|been)$", text[:at]):
            return text[:at + 1] + double + text[at + 1 + len(plain):], text
    return None


def vague(r, text, tables):
    """Nouns for verbs, empty openings, relative clauses where an adjective does."""
    out = tables.nominal(text, r, 0.9, most=2)
    if out == text or r.random() < 0.5:
        out = INSIDE.sub(lambda m: f" {m[1]} " + r.choice(["something that is ", "in a position of being ", "what could be described as "]), out, count=1) if r.random() < 0.15 and re.search(r" (?:is|was) (?:a|an|the) ", out) else out
        if not out.endswith("?") and not out.startswith('"') and (out == text or r.random() < 0.5):
            out = r.choice(VAGUE) + lower_first(out)
    return changed(out, text)


def make(r, text, tables):
    special = passive(r, text) or negated(r, text)
    if special and r.random() < 0.7:
        return special
    kind = r.random()
    if kind < 0.25:
        return disfluent(r, text)
    if kind < 0.5:
        source = shorter.wordy(r, text, tables.wordy)
        return (source, text) if source else None
    if kind < 0.65:
        return simpler.split(r, text) or vague(r, text, tables)
    if kind < 0.8:
        return vague(r, text, tables)
    return changed(tables.hard(text, r, 0.75, most=3), text)
