"""friendly: full forms and stiff words -> contractions and warmer words, with a kind opening or closing."""

import re

from makers.contractions import contract
from makers.inflect import verbs, words
from makers.polite import imperative, strip_please
from text import Swap, lower_first

GREETED = re.compile(r"^(?:Hi there! |Hi! |Hey! |Just so you know, )|(?: Thanks so much!| Thank you!| Hope that helps!)$")

WARM = {**verbs("inform: tell; assist: help; obtain: get; contact: get in touch with; inquire: ask; attend: come to; notify: tell; utilize: use; commence: start; encounter: run into"),
        **words("""dear sir or madam: hi there; please note that: just so you know,; please be advised that: just so you know,; i am writing to: I just wanted to; thank you very much: thanks so much; thank you: thanks so much, thank you so much;
    regards: warm wishes; kind regards: warm wishes; best regards: best wishes; i apologise for: I'm so sorry about; i apologize for: I'm so sorry about; unfortunately: sadly; assistance: help; do not hesitate to: feel free to; don't hesitate to: feel free to;
    as soon as possible: as soon as you can; hello: hi there, hi; please contact: just get in touch with; you must: you'll need to; you are required to: you'll need to; i would like to: I'd love to; we would like to: we'd love to; would like to: would love to; would like: would love; it is important to: it's good to;
    children: kids; we regret: we're so sorry; is prohibited: isn't allowed; regarding: about; concerning: about; additional: more, extra; sincerely: warm wishes; excellent: great, wonderful; very good: great; i want: I'd love; i want to: I'd love to; i like: I really like; good: great; 
    i hope: I really hope; i am pleased: I'm so happy; we are pleased: we're so happy; is pleased: is so happy; are available: are here for you; however: but; therefore: so; prior to: before; in order to: to; fine: great; happy: so happy; you should: you might want to; you need to: you'll want to; cannot: can't; 
    good morning: good morning; very interesting: really lovely; nice: lovely; sorry: so sorry; a meeting: a quick catch-up; the meeting: our meeting; persons: people; colleagues: friends; individuals: people""")}
for _w in ("let know", "good", "fine", "happy", "colleagues", "a meeting", "the meeting", "good morning", "sorry"):
    WARM.pop(_w, None)
for _k in list(WARM):
    WARM[_k] = [x for x in WARM[_k] if x != "let know" and not x.startswith(("lets know", "letting know"))]
_warm = Swap(WARM)
GREETINGS = ["Hi there! ", "Hi! ", "Hey! "]
ASKING = re.compile(r"^(?:Can|Could|Will|Would|May|Do you|Are you|Is there|What|When|Where|How|Which)\b.*\?$")
WISHING = re.compile(r"^(?:I (?:need|want|would like|'d like)|I'd like|We need|We would like|I am looking for|I'm looking for)\b")
SERVING = re.compile(r"\b(?:your|you'll|you will|you can|for you)\b", re.I)
PERSONAL = re.compile(r"\b(?:I|we|you|your|our|my|us|me|please)\b", re.I)
GOOD = re.compile(r"\b(?:great|glad|happy|thanks|thank|welcome|congratulations|excited|wonderful|love|good luck|enjoy|well done|looking forward|fun)\b", re.I)
NEGATIVE = re.compile(r"\b(?:not|n't|never|died|killed|dead|death|war|unfortunately|sadly|failed|attack|sorry|hate|murder|cancer|sick)\b|n't", re.I)


def warm(r, text):
    if imperative(text) and r.random() < 0.6:
        asked = lower_first(strip_please(text)).rstrip(".!")
        return r.choice(["Could you {}? Thanks so much!", "Would you mind taking a moment to {}? Thank you!", "When you get a chance, could you {}? Thanks!", "Please {}. Thanks so much!"]).format(asked)
    target = contract(_warm(text, r))
    if GOOD.search(target) and not NEGATIVE.search(target) and target.endswith("."):
        target = target[:-1] + "!"
    return target


def make(r, text, tables):
    """The warmer words first; a greeting, thanks or a kind word where the text addresses somebody."""
    target = warm(r, text)
    if target != text and r.random() < 0.6:
        return text, target
    if text[0] in "\"'" or GOOD.match(text):
        return (text, target) if target != text else None
    sad = NEGATIVE.search(text)
    if ASKING.match(text):
        target = r.choice(GREETINGS) + target if r.random() < 0.5 else target + r.choice([" Thanks so much!", " Thank you!"])
    elif WISHING.match(text):
        target = (r.choice(GREETINGS) + target if r.random() < 0.5 else target) + " Thanks so much!"
    elif SERVING.search(text) and not sad and not text.endswith("?"):
        target = r.choice(["Just so you know, " + lower_first(target), target + " Hope that helps!", r.choice(GREETINGS) + target])
    elif PERSONAL.search(text) and r.random() < 0.7:
        target = r.choice(GREETINGS) + target
    elif r.random() < 0.1 and not text.endswith("?"):
        target = "Just so you know, " + lower_first(target)
    return (text, target) if target != text else None
