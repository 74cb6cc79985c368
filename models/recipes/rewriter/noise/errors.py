"""The families of errors. Each takes (r, draft, env), puts one error into the draft and says whether it found a place.

Errors are such that the right form can be worked out from what is left: function words are dropped or swapped, words are
inflected against their context, spelling follows known misspellings and the keyboard. Content words are never dropped.
"""

from noise import tables as t
from text import match_case


def some(r, draft, test, tries=6):
    """A random free word that passes the test, or None."""
    if not draft.words:
        return None
    for _ in range(tries):
        i = draft.words[int(r.random() * len(draft.words))]
        if i in draft.free and test(draft.tokens[i].lower()):
            return i
    return None


def spelling(r, draft, env):
    i = some(r, draft, lambda w: len(w) > 3, 3)
    if i is None:
        return False
    new = misspell(r, draft.tokens[i], env)
    return bool(new) and draft.put(i, new)


def misspell(r, word, env):
    lower = word.lower()
    known = env.misspellings.get(lower)
    if known and r.random() < 0.6:
        return match_case(r.choice(known), word)
    if len(word) < 4 or "'" in word or (lower not in env.words and r.random() < 0.85):  # rare words and names: seldom
        return None
    i = r.randrange(1, len(word) - 1)
    kind = r.random()
    if kind < 0.28:
        return word[:i] + word[i + 1:]
    if kind < 0.5:
        return word[:i] + word[i + 1] + word[i] + word[i + 2:] if word[i] != word[i + 1] else word[:i] + word[i + 1:]
    if kind < 0.66:
        return word[:i] + word[i] + word[i:]
    if kind < 0.88:
        start = r.randrange(len(t.BY_EAR))
        for a, b in t.BY_EAR[start:] + t.BY_EAR[:start]:
            at = lower.find(a, 1)
            if at > 0:
                return word[:at] + b + word[at + len(a):]
    key = r.choice(t.KEYS.get(lower[i], "e"))
    return word[:i] + key + word[i if kind > 0.95 else i + 1:]


def inflection(r, draft, env):
    """A wrong form of a verb or noun, preferring one that the left neighbour shows to be wrong."""
    i = some(r, draft, lambda w: len(w) > 2 and w not in t.COMMON_S, 5)
    if i is None:
        return False
    word, before = draft.tokens[i], draft.before(i)
    lower = word.lower()
    if lower in t.OTHER_FORMS and r.random() < 0.4:
        return draft.put(i, match_case(r.choice(t.OTHER_FORMS[lower]), word))
    found = env.forms(lower)
    if not found:
        return False
    base, third, past, ing = found
    if before in t.BEFORE_BASE and lower == base:
        wrong = [third, past, ing]
    elif before in t.BEFORE_ING and lower == ing:
        wrong = [base, base, past]
    elif before in t.BEFORE_PARTICIPLE and lower not in (base, third, ing):
        wrong = [base, base, ing]
    elif before in t.SINGULAR_SUBJECTS and lower == third:
        wrong = [base, base, base, ing]
    elif before in t.PLURAL_SUBJECTS and lower == base:
        wrong = [third, third, ing]
    elif before in t.BEFORE_SINGULAR and lower == base:
        wrong = [third]
    elif before in t.BEFORE_PLURAL and lower == third:
        wrong = [base]
    elif lower == ing:
        wrong = [base] if r.random() < 0.6 else []
    elif lower == past:
        wrong = [base, base, ing, third] if r.random() < 0.45 else []
    elif lower == third:
        wrong = [base] if r.random() < 0.6 else []
    elif r.random() < 0.3:
        wrong = [third]
    else:
        wrong = []
    wrong = [w for w in wrong if w and w != lower]
    return bool(wrong) and draft.put(i, match_case(r.choice(wrong), word))


def overregular(r, draft, env):
    """goed, childs: the regular form of an irregular word."""
    i = some(r, draft, lambda w: w in env.irregular_past)
    return i is not None and draft.put(i, match_case(r.choice(env.irregular_past[draft.tokens[i].lower()]), draft.tokens[i]))


def word_form(r, draft, env):
    """Noun for adjective, adjective for adverb and so on."""
    i = some(r, draft, lambda w: w in env.derived, 8)
    return i is not None and draft.put(i, match_case(r.choice(env.derived[draft.tokens[i].lower()]), draft.tokens[i]))


def classic(r, draft, env):
    i = some(r, draft, lambda w: w in t.CLASSIC or w == "i", 10)
    if i is None:
        return False
    word = draft.tokens[i]
    if word == "I":
        return draft.put(i, "i")
    return word.lower() in t.CLASSIC and draft.put(i, match_case(r.choice(t.CLASSIC[word.lower()]), word))


def agreement(r, draft, env):
    i = some(r, draft, lambda w: w in AGREEING, 10)
    return i is not None and draft.put(i, match_case(r.choice(t.CLASSIC[draft.tokens[i].lower()]), draft.tokens[i]))


AGREEING = set("is are was were has have does do doesn't don't isn't aren't wasn't weren't hasn't haven't am this these those much many".split())


def confusion(r, draft, env):
    i = some(r, draft, lambda w: w in env.confusions, 8)
    return i is not None and draft.put(i, match_case(r.choice(env.confusions[draft.tokens[i].lower()]), draft.tokens[i]))


def homophone(r, draft, env):
    i = some(r, draft, lambda w: w in t.HOMOPHONE, 8)
    return i is not None and draft.put(i, match_case(r.choice(t.HOMOPHONE[draft.tokens[i].lower()]), draft.tokens[i]))


def phrase(table, r, draft):
    words = draft.words
    start = int(r.random() * len(words)) if words else 0
    for i in words[start:] + words[:start]:
        if i in draft.free:
            found = draft.phrase(i, table)
            if found and r.random() < 0.7:
                return draft.put(i, match_case(r.choice(found[0]), draft.tokens[i]), found[1])
    return False


def learner_phrase(r, draft, env):
    return phrase(env.learner_phrases, r, draft)


def native_phrase(r, draft, env):
    return phrase(env.native_phrases, r, draft)


def known_phrase(r, draft, env):
    """A wrong form from the phrase lists."""
    return phrase(env.phrases, r, draft)


def articles(r, draft, env):
    i = some(r, draft, lambda w: w in ("a", "an", "the"), 10)
    if i is None:
        return False
    lower = draft.tokens[i].lower()
    if r.random() < 0.62:
        return draft.drop(i)
    return draft.put(i, match_case({"a": r.choice(["an", "the", "the"]), "an": r.choice(["a", "a", "the"]), "the": r.choice(["a", "a", "an"])}[lower], draft.tokens[i]))


def extra_article(r, draft, env):
    """the before a plural or a noun that takes none."""
    i = some(r, draft, lambda w: len(w) > 3, 4)
    if i is None or draft.starts(i) or draft.before(i) in NO_ARTICLE or not draft.tokens[i].islower():
        return False
    if not (draft.tokens[i].endswith("s") or draft.before(i) in t.NEAR_PREPOSITIONS):
        return False
    return draft.put(i, r.choice(["the ", "the ", "a "]) + draft.tokens[i])


NO_ARTICLE = set("a an the my your his her its our their this that these those to not very so who i you he she it we they will would can could should may might must".split())


def preposition(r, draft, env):
    i = some(r, draft, lambda w: w in t.NEAR_PREPOSITIONS, 10)
    if i is None:
        return False
    if r.random() < 0.25 and draft.tokens[i].lower() in t.DROPPABLE:
        return draft.drop(i)
    return draft.put(i, match_case(r.choice(t.NEAR_PREPOSITIONS[draft.tokens[i].lower()]), draft.tokens[i]))


def missing_word(r, draft, env):
    i = some(r, draft, lambda w: w in t.DROPPABLE, 10)
    return i is not None and not (draft.starts(i) and draft.tokens[i].lower() not in ("the", "a", "an", "it")) and draft.drop(i)


def extra_word(r, draft, env):
    i = some(r, draft, lambda w: w not in t.INSERTABLE, 3)
    if i is None or draft.starts(i):
        return False
    return draft.put(i, r.choices(list(t.INSERTABLE), list(t.INSERTABLE.values()))[0] + " " + draft.tokens[i])


def doubled_word(r, draft, env):
    i = some(r, draft, lambda w: len(w) < 6, 4)
    return i is not None and not draft.starts(i) and draft.put(i, draft.tokens[i] + " " + draft.tokens[i])


def order(r, draft, env):
    """Two neighbours change places."""
    i = some(r, draft, lambda w: True, 4)
    if i is None or draft.starts(i) or not draft.pair(i) or not draft.tokens[i + 2].islower() or not draft.tokens[i].islower():
        return False
    a, b = draft.tokens[i], draft.tokens[i + 2]
    return a != b and draft.put(i, b) and draft.put(i + 2, a)


def joined(r, draft, env):
    i = some(r, draft, lambda w: len(w) < 7, 4)
    if i is None or not draft.pair(i) or draft.tokens[i].lower() in ("a", "i"):
        return False
    return draft.put(i, draft.tokens[i] + draft.tokens[i + 2], 3)


def cut(r, draft, env):
    i = some(r, draft, lambda w: len(w) > 6 and w.isalpha(), 4)
    if i is None:
        return False
    word = draft.tokens[i]
    at = r.randrange(3, len(word) - 2)
    return draft.put(i, word[:at] + " " + word[at:])


def hyphen(r, draft, env):
    i = some(r, draft, lambda w: "-" in w, 12)
    return i is not None and draft.put(i, draft.tokens[i].replace("-", r.choice([" ", " ", ""])))


def apostrophe(r, draft, env):
    """dont, Toms; or one where none belongs: it's house, the dog's bark."""
    i = some(r, draft, lambda w: "'" in w or "’" in w, 12)
    if i is not None and r.random() < 0.8:
        word = draft.tokens[i]
        return draft.put(i, word.replace("'", "").replace("’", "") if r.random() < 0.9 or not word.endswith("'s") else word[:-2] + "s'")
    i = some(r, draft, lambda w: len(w) > 3 and w.endswith("s") and not w.endswith(("ss", "us", "is")) and w.isalpha() and w not in t.COMMON_S, 4)
    return i is not None and draft.tokens[i].islower() and draft.before(i) in PLURAL_SIGN and draft.put(i, draft.tokens[i][:-1] + "'s")


PLURAL_SIGN = t.BEFORE_PLURAL | set("the of and with for new good old".split())


def capital(r, draft, env):
    """A capital too few, seldom one too many."""
    for _ in range(6):
        i = some(r, draft, lambda w: True, 1)
        if i is None:
            continue
        word = draft.tokens[i]
        if word[0].isupper():
            return draft.put(i, word.lower())
    return i is not None and r.random() < 0.3 and len(word) > 3 and draft.put(i, word.capitalize())


def comma(r, draft, env):
    """A comma too few or, seldom, too many."""
    commas = [i for i in draft.signs if draft.tokens[i] == ","]
    if commas and r.random() < 0.75:
        draft.tokens[r.choice(commas)] = ""
        return True
    i = some(r, draft, lambda w: w in ("that", "because", "if", "is", "are", "when", "to", "who", "and"), 8)
    if i is not None and i > 2 and draft.tokens[i - 1] == " " and draft.tokens[i - 2][-1:].isalpha() and r.random() < 0.6:
        draft.tokens[i - 1] = ", "
        draft.free.discard(i)
        return True
    return False


def final_sign(r, draft, env):
    i = draft.signs[-1] if draft.signs and draft.signs[-1] == len(draft.tokens) - 1 else None
    if i is None or draft.tokens[i] not in ".?!":
        return False
    draft.tokens[i] = "." if draft.tokens[i] == "?" and r.random() < 0.5 else ""
    return True


def run_on(r, draft, env):
    """Two sentences joined by a comma or nothing."""
    ends = [i for i in draft.signs[:-1] if draft.tokens[i] == "." and i + 2 in draft.free and draft.tokens[i + 1] == " " and draft.tokens[i + 2][0].isupper()]
    if not ends:
        return False
    i = r.choice(ends)
    word = draft.tokens[i + 2]
    draft.tokens[i] = r.choice([",", ",", "", " and", "."])
    return draft.put(i + 2, word if word == "I" or word.startswith("I'") or word.lower() not in env.common else word.lower())


def spacing(r, draft, env):
    """A space before a comma or period, or none after it."""
    places = [i for i in draft.signs if draft.tokens[i] in ",.?!"]
    if not places:
        return False
    i = r.choice(places)
    if i + 1 < len(draft.tokens) and draft.tokens[i] == "," and draft.tokens[i + 1] == " " and r.random() < 0.5:
        draft.tokens[i + 1] = ""
    else:
        draft.tokens[i] = " " + draft.tokens[i]
    return True


def chat(r, draft, env):
    return phrase(env.chat, r, draft)


# How often each writer makes each error.
WRITERS = {
    "learner": [(spelling, 17), (inflection, 18), (classic, 9), (agreement, 7), (word_form, 5), (articles, 11), (extra_article, 5), (preposition, 8), (missing_word, 6), (extra_word, 3),
                (learner_phrase, 13), (homophone, 3), (confusion, 2), (order, 2), (overregular, 1.5), (comma, 9), (final_sign, 1), (run_on, 5), (capital, 4), (apostrophe, 3), (spacing, 2), (joined, 1), (cut, 1), (doubled_word, 1)],
    "native": [(spelling, 22), (homophone, 13), (confusion, 7), (known_phrase, 14), (native_phrase, 12), (apostrophe, 9), (comma, 6), (agreement, 5), (inflection, 5), (capital, 4), (doubled_word, 4), (missing_word, 4),
               (joined, 2), (cut, 2), (hyphen, 3), (run_on, 4), (preposition, 3), (articles, 3), (final_sign, 1), (spacing, 1), (classic, 2), (extra_word, 1)],
    "mobile": [(spelling, 40), (chat, 16), (apostrophe, 12), (capital, 6), (joined, 5), (homophone, 8), (comma, 4), (missing_word, 3), (doubled_word, 2), (final_sign, 3), (run_on, 4), (agreement, 2)],
}
