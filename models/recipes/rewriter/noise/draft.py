"""A text cut into tokens in which errors are put, one place at a time; protected places are never touched."""

import re

WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d[\d.,]*\d|\d|\s+|[^\w\s]|[^\W\d_a-zA-Z]+|_+|.", re.S)
# Text that must come through untouched: addresses, handles, placeholders, code, anything not plain English.
PROTECTED = re.compile(r"\S*(?:://|@|#|_|\{|\}|<|>|\(\)|\\|/|=|\d)\S*|\S*[a-z][A-Z]\S*|\S*[A-Z]{2,}\S*|[^\x00-\x7F’“”—–]+|`[^`]*`")


class Draft:
    """tokens: words, gaps and signs; words: indices of words that may still be changed."""

    def __init__(self, text):
        self.tokens, self.words, self.signs = [], [], []
        spans = [m.span() for m in PROTECTED.finditer(text)]
        k = 0
        for i, m in enumerate(WORD.finditer(text)):
            token = m.group()
            while k < len(spans) and spans[k][1] <= m.start():
                k += 1
            self.tokens.append(token)
            if k < len(spans) and spans[k][0] < m.end():
                continue
            if token[0].isalpha():
                self.words.append(i)
            elif token in ",.?!'":
                self.signs.append(i)
        self.free = set(self.words)
        self.size = len(self.words)

    def put(self, i, new, span=1):
        """Replace `span` tokens from i on; they are not changed again."""
        self.tokens[i] = new
        for j in range(i + 1, i + span):
            self.tokens[j] = ""
        for j in range(i, i + span):
            self.free.discard(j)
        return True

    def drop(self, i):
        """Take out a word with the space behind it; the next word takes over its capital."""
        first = self.tokens[i][0].isupper() and self.tokens[i] != "I"
        self.put(i, "")
        if i + 1 < len(self.tokens) and self.tokens[i + 1] == " ":
            self.tokens[i + 1] = ""
            if first and i + 2 < len(self.tokens):
                self.tokens[i + 2] = self.tokens[i + 2][:1].upper() + self.tokens[i + 2][1:]
        return True

    def before(self, i):
        return self.tokens[i - 2].lower() if i >= 2 and self.tokens[i - 1] == " " else ""

    def starts(self, i):
        """Does a sentence start with token i?"""
        return i == 0 or not any(t.strip() for t in self.tokens[max(0, i - 1):i]) and (i < 2 or self.tokens[i - 2] in ".?!") or self.tokens[i - 1].startswith("\n")

    def pair(self, i):
        """Is the word after i free too, one space behind?"""
        return i + 2 in self.free and self.tokens[i + 1] == " "

    def phrase(self, i, table):
        """(entry, length in tokens) of the longest phrase of the table (by first word: lists of word lists) at word i, all of it free."""
        for words, wrong in table.get(self.tokens[i].lower(), ()):
            n = len(words)
            end = i + 2 * n - 1
            if end <= len(self.tokens) and all(i + 2 * k in self.free and self.tokens[i + 2 * k - 1] == " " and self.tokens[i + 2 * k].lower() == words[k] for k in range(1, n)):
                return wrong, 2 * n - 1
        return None

    def text(self):
        return re.sub(r"(?<=\S) {2,}(?=\S)", " ", "".join(self.tokens)).strip()
