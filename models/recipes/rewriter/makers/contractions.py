"""Contractions: expand where the full form is sure, contract where speech would."""

import re

from text import Swap, match_case

NEGATIVE = {
    "do not": "don't", "does not": "doesn't", "did not": "didn't", "is not": "isn't", "are not": "aren't", "was not": "wasn't",
    "were not": "weren't", "have not": "haven't", "has not": "hasn't", "had not": "hadn't", "will not": "won't", "would not": "wouldn't",
    "could not": "couldn't", "should not": "shouldn't", "cannot": "can't", "can not": "can't",
}
AFFIRMATIVE = {
    "i am": "I'm", "i will": "I'll", "i would": "I'd", "i have been": "I've been", "we have been": "we've been", "you are": "you're", "you will": "you'll", "we are": "we're", "we will": "we'll",
    "they are": "they're", "they will": "they'll", "it is": "it's", "he is": "he's", "she is": "she's", "that is": "that's", "there is": "there's", "what is": "what's", "who is": "who's",
    "it will": "it'll", "let us": "let's", "you have been": "you've been", "they have been": "they've been",
}
EXPAND = {
    "don't": "do not", "doesn't": "does not", "didn't": "did not", "isn't": "is not", "aren't": "are not", "wasn't": "was not",
    "weren't": "were not", "haven't": "have not", "hasn't": "has not", "hadn't": "had not", "won't": "will not", "wouldn't": "would not",
    "couldn't": "could not", "shouldn't": "should not", "can't": "cannot", "i'm": "I am", "i've": "I have", "i'll": "I will",
    "you're": "you are", "you've": "you have", "you'll": "you will", "we're": "we are", "we've": "we have", "we'll": "we will",
    "they're": "they are", "they've": "they have", "they'll": "they will", "it'll": "it will", "he'll": "he will", "she'll": "she will",
    "that'll": "that will", "there'll": "there will", "mustn't": "must not", "needn't": "need not",
}
# 's and 'd are expanded only where the next word shows which verb it is.
APOSTROPHE_S = re.compile(r"\b(it|that|there|he|she|what|where|who|here|how)['’]s (\w+)", re.I)
APOSTROPHE_D = re.compile(r"\b(I|you|we|they|he|she|it)['’]d (\w+)", re.I)
ASKED = re.compile(r"\b((?:do|does|did|is|are|was|were|have|has|had|wo|would|could|should|ca)n['’]t) (I|you|he|she|it|we|they)\b", re.I)  # Don't you -> Do you not
LETS = re.compile(r"\blet['’]s\b", re.I)
DONE = set("been got become had made taken gone done seen found happened changed given written started lost".split())
_expand, _negative, _affirmative = Swap({**EXPAND, **{k.replace("'", "’"): v for k, v in EXPAND.items()}}), Swap(NEGATIVE), Swap(AFFIRMATIVE)
_LAST = re.compile(r"\b(I'm|[Yy]ou're|[Ww]e're|[Tt]hey're|[Ii]t's|[Hh]e's|[Ss]he's|[Tt]hat's|[Tt]here's|[Ww]hat's|[Ww]ho's|I'll|[Yy]ou'll|[Ww]e'll|[Tt]hey'll|[Ii]t'll|I'd)(?=[.,;:?!]|$| (?:and|or|but)\b)")


def expand(text):
    if "'" not in text and "’" not in text:
        return text

    def asked(m):
        verb = "can" if m[1].lower().startswith("ca") else _expand(m[1]).removesuffix(" not")
        return f"{match_case(verb, m[1])} {m[2]} not"

    text = _expand(ASKED.sub(asked, text))
    text = APOSTROPHE_S.sub(lambda m: f"{m[1]} {'has' if m[2].lower() in DONE else 'is'} {m[2]}", text)
    text = APOSTROPHE_D.sub(lambda m: f"{m[1]} {'had' if m[2].lower() in ('been', 'had', 'better', 'gone', 'done', 'seen', 'never') else 'would'} {m[2]}", text)
    return LETS.sub(lambda m: match_case("let us", m[0]), text)


def contract(text, r=None, chance=1.0):
    """Contract, but not at the end of a clause: 'I know who he is.' stays."""
    out = _affirmative(_negative(text, r, chance), r, chance)
    return out if out == text or not _LAST.search(out) else _negative(text, r, chance)
