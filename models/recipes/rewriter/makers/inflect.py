"""Inflect the first word of each side of a table of verb phrases: look into -> investigate, looked into -> investigated."""

from noise.forms import IRREGULAR

DOUBLING = set("stop plan drop chat ship trip skip grab sum trim cut put let set get sit run begin win tap pop rob stir refer occur permit submit commit regret admit nag rip wrap scrap slip".split())
SAME = set("put cut set let hit cost hurt shut read".split())


def conjugate(verb):
    """(base, third, past, ing)"""
    if verb in IRREGULAR:
        family = IRREGULAR[verb]
        past = verb if verb in SAME else next(w for w in family[2:] if not w.endswith("ing") or w == family[2])
        return verb, family[1], past, family[-1]
    y = verb.endswith("y") and verb[-2] not in "aeiou"
    stem = verb[:-1] if verb.endswith("e") else verb + verb[-1] if verb in DOUBLING else verb
    third = verb[:-1] + "ies" if y else verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    past = verb if verb in SAME else (verb[:-1] + "ied" if y else stem + "ed")
    ing = (verb if verb.endswith(("ee", "ye", "oe")) else stem) + "ing"
    return verb, third, past, ing


def verbs(spec):
    """'look into: investigate, examine; ..' -> table with all four forms."""
    table = {}
    for entry in spec.replace("\n", " ").split(";"):
        if ":" not in entry:
            continue
        old, new = (x.strip() for x in entry.split(":"))
        first, *rest = old.split(" ")
        targets = [x.strip().split(" ") for x in new.split(",")]
        for k, form in enumerate(conjugate(first)):
            key = " ".join([form] + rest)
            table.setdefault(key, [" ".join([conjugate(t[0])[k]] + t[1:]) for t in targets])
    return table


def words(spec):
    """'maybe: perhaps; kids: children' -> table."""
    table = {}
    for entry in spec.replace("\n", " ").split(";"):
        if ":" in entry:
            old, new = (x.strip() for x in entry.split(":"))
            table[old] = [x.strip() for x in new.split(",")]
    return table
