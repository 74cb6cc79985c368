"""Small tools on words that noise and makers share: case, articles, word and phrase tables."""

import re

TOKEN = re.compile(r"[\w'’-]+|[^\w'’-]+")


def match_case(word, like):
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() and like != "I" else word


# Words that are written small inside a sentence; Mix adds those of its corpus.
SMALL = set("""the a an he she it they we you this that these those there my his her their our your its some many most all several in on at for with by from when if as after
before people one two three no each every both what who why how where which is are was were do does did can could would will should have has had not and but or so to of""".split())


def lower_first(s):
    """Lower the first letter if the first word is one that is written small: no name, no acronym, not I."""
    word = re.match(r"[\w]*", s)[0]
    return s[:1].lower() + s[1:] if word.lower() in SMALL and word[1:].islower() or word == "A" else s


def upper_first(s):
    return s[:1].upper() + s[1:]


def article(word):
    """The indefinite article before a word, by its letters."""
    w = word.lower()
    if w.startswith(("hour", "honest", "honor", "honour", "heir")):
        return "an"
    if w.startswith(("uni", "use", "usual", "eu", "one", "once", "util")) and not w.startswith(("unin", "unim", "unid")):
        return "a"
    return "an" if w[:1] in "aeiou" else "a"


class Swap:
    """Replace whole words and phrases by a table of lower-case keys, keeping capitals and putting a/an right.

    Values are a string or a list of strings, one of which is drawn.
    """

    def __init__(self, table):
        self.by_first = {}
        for phrase, new in table.items():
            words = phrase.split(" ")
            self.by_first.setdefault(words[0], []).append((words, [new] if isinstance(new, str) else list(new)))
        for found in self.by_first.values():
            found.sort(key=lambda entry: -len(entry[0]))

    def match(self, tokens, i):
        """The longest phrase that stands at token i: (words, replacements) or None."""
        for words, new in self.by_first.get(tokens[i].lower(), ()):
            n = len(words)
            if n == 1:
                return words, new
            end = i + 2 * n - 1
            if end <= len(tokens) and all(tokens[i + 2 * k - 1] == " " and tokens[i + 2 * k].lower() == words[k] for k in range(1, n)):
                return words, new
        return None

    def __call__(self, text, r=None, chance=1.0, most=99):
        tokens = TOKEN.findall(text)
        done, i = 0, 0
        while i < len(tokens) and done < most:
            found = self.match(tokens, i) if tokens[i].lower() in self.by_first else None
            if found and (r is None or chance >= 1 or r.random() < chance):
                words, new = found
                end = i + 2 * len(words) - 1
                choice = new[0] if r is None or len(new) == 1 else r.choice(new)
                choice = match_case(choice, tokens[i]) if i == 0 or len(tokens[i]) > 1 else choice
                if i > 1 and tokens[i - 1] == " " and tokens[i - 2].lower() in ("a", "an"):
                    tokens[i - 2] = match_case(article(choice), tokens[i - 2])
                tokens[i:end] = [choice]
                done += 1
                if choice == "" and i + 1 < len(tokens) and tokens[i + 1][0] == " ":
                    tokens[i + 1] = tokens[i + 1][1:]
            i += 1
        return "".join(tokens) if done else text

    def finds(self, text):
        tokens = TOKEN.findall(text)
        return any(self.match(tokens, i) for i in range(len(tokens)) if tokens[i].lower() in self.by_first)


def reverse(table):
    """new -> [old, ..] of a table old -> new."""
    out = {}
    for old, new in table.items():
        for n in [new] if isinstance(new, str) else new:
            out.setdefault(n.lower(), []).append(old)
    return out


def changed(source, target):
    return (source, target) if source != target else None
