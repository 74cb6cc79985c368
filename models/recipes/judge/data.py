"""Labelled texts of each head: only the judge's half, only files that sources.toml allows.

A row is (text, target in [0, 1], weight). A head's `pairs` are (text with less, text with more) of the quality.
Nothing here comes from the makers of the rewriter, so that the judge does not simply know what they write.
"""

import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, ".."), os.path.join(HERE, "..", "rewriter")]

import corpus  # noqa: E402
from halves import JUDGE, fold, half  # noqa: E402

CASUAL = ["prose/taskmaster.paragraphs", "prose/sgd.paragraphs", "prose/self_dialogue.paragraphs", "text/tatoeba_en.all"]
FORMAL = ["prose/wikinews.paragraphs", "prose/wikipedia_2014.paragraphs", "prose/openstax_cc_by.paragraphs", "prose/digitalgov.paragraphs",
          "prose/dynamics365_business_central.paragraphs", "prose/python_peps.paragraphs"]
ENCYCLOPEDIC = ["prose/wikipedia_2014.paragraphs", "prose/wikinews.paragraphs"]

# Words that take sides or praise (our own list): before a noun, before a verb, in place of a plain word.
LOADED_ADJECTIVES = """remarkable extraordinary disgusting heroic evil corrupt genius stunning pathetic glorious horrific radical extremist
visionary laughable ridiculous groundbreaking unparalleled gorgeous vile cowardly fearless controversial celebrated renowned ruthless
fanatical bogus dubious breathtaking masterful superb awful dreadful flawed hypocritical shameless proud noble greedy""".split()
LOADED_ADVERBS = """arguably shockingly brilliantly foolishly wisely falsely unfairly rightfully sadly fortunately predictably laughably
courageously cynically blatantly naturally regrettably magnificently wrongly outrageously famously notably merely""".split()


def looks_clean(s):
    """A whole sentence of usual length with a capital, an end mark and paired quotes."""
    return 12 <= len(s) <= 200 and s[-1] in ".?!" and (s[0].isupper() or s[0] in "\"'0123456789") and not s.endswith("..") and s.count('"') % 2 == 0


# Everyday and formal words of like meaning (our own list), and what makes a message warmer.
WORDINGS = """get rid of=eliminate|find out=ascertain|look at=examine|go up=increase|go down=decrease|set up=establish|point out=indicate|
think about=consider|come up with=devise|deal with=address|ask=inquire|tell=inform|give=provide|get=obtain|need=require|want=desire|
help=assist|start=commence|end=conclude|show=demonstrate|use=utilize|keep=retain|try=attempt|buy=purchase|big=substantial|enough=sufficient|
lots of=numerous|a lot of=numerous|a bunch of=several|so=therefore|but=however|also=additionally|about=regarding|maybe=possibly|really=particularly|
kids=children|guys=individuals|folks=people|stuff=items|thing=matter|bad=poor|good=satisfactory|okay=acceptable|right now=at present|
pretty=rather|kind of=somewhat|sure=certain|can't=cannot|won't=will not|isn't=is not|aren't=are not|it's=it is|we're=we are|you're=you are|
they're=they are|i'm=I am|i've=I have|don't=do not|doesn't=does not|didn't=did not""".replace("\n", "")
WARM_HEADS = ["Hey! ", "Hi! ", "Hi all! ", "Good to hear from you! ", "Hope you are well! ", "Hope your week is going well. ", "Oh, lovely! ", "Hi folks, "]
WARM_TAILS = [" Have a lovely day!", " Thanks a million!", " Cheers!", " Looking forward to it!", " No worries at all!", " Hope that helps!", " Take care!",
              " Thank you, you are a star!", " Happy to help!", " Just shout if you have any questions!", " Really appreciate it!", " :)", " Thanks so much!"]


CHATTY_HEADS = """haha, |lol |btw |btw, |tbh |tbh, |omg |ok so |okay so |yeah |yeah, |well, |man, |dude, |honestly, |look, |anyway, |anyways, |oh and |so, |hey, |ugh, |wow, |nah |i mean, """.split("|")
CHATTY_TAILS = " lol| haha|, haha|, man| tbh| btw|, you know|!!!|!!|...| :)| :D| x|, right?| though|, dude".split("|")
SPELT = {"you": "u", "are": "r", "your": "ur", "please": "pls", "because": "cuz", "people": "ppl", "thanks": "thx", "going to": "gonna", "want to": "wanna", "have to": "gotta"}


def chatty(r, text):
    """The sentence as it might stand in a chat."""
    kind = r.random()
    out = r.choice(CHATTY_HEADS) + text if kind < 0.55 else text
    if kind > 0.4:
        out = out.rstrip(".") + r.choice(CHATTY_TAILS)
    return re.sub("|".join(rf"\b{w}\b" for w in SPELT), lambda m: SPELT[m[0]], out) if r.random() < 0.4 else out


def reworded(r, text):
    """(everyday, formal) version of a sentence by WORDINGS, whichever side it is on; None if it has none of the words."""
    casual = formal = text
    for entry in WORDINGS.split("|"):
        low, high = entry.split("=")
        casual = re.sub(rf"\b{high}\b", low, casual)
        formal = re.sub(rf"\b{low}\b", high, formal)
    return r.choice([(casual, text), (text, formal)] if casual != text != formal else [(casual, formal)]) if casual != formal else None


def warmed(r, text):
    kind = r.random()
    warm = (r.choice(WARM_HEADS) if kind < 0.6 else "") + text + (r.choice(WARM_TAILS) if kind > 0.35 else "")
    return (reworded(r, warm) or (warm, warm))[0] if r.random() < 0.5 else warm


def sentences(data, files, each, research=False, wanted=JUDGE):
    """Clean sentences of prose files that lie in one half, in the files' order, spread over each file."""
    for file in files:
        texts = [x["text"] for x in corpus.read(data, file, research)]
        random.Random(0).shuffle(texts)
        found = (s for t in texts for s in corpus.sentences(t) if looks_clean(s) and half(s) == wanted and not corpus.held_out(s))
        for _, s in zip(range(each), found):
            yield s


def pairs(data, file, **options):
    """(source, reference) of a parallel file, of the judge's half unless it is for evaluation."""
    for _, source, ref, _ in corpus.pairs(data, file, **options):
        if source != ref and (options.get("evaluation") or half(source) == JUDGE):
            yield source, ref


def labelled(data, file, **options):
    for x in corpus.read(data, file, **options):
        if options.get("evaluation") or half(x["text"]) == JUDGE:
            yield x


def toxicity(data):
    rows, both = [], [(ref, source) for source, ref in pairs(data, "rewrite/paradetox.train")]
    for x in labelled(data, "labels/davidson_offensive.train"):
        votes = x["labels"]["votes"]
        text = re.sub(r"\bRT\b|@user|<url>|^[!:\s]+", " ", x["text"])
        rows.append((text, 1 - votes["neither"] / sum(votes.values()), 0.3))
    for x in labelled(data, "labels/paradetox_cannot_rewrite.train"):
        if len(x["labels"]) == 1 and "unclear" not in x["labels"] and "other_tick" not in x["labels"]:
            rows.append((x["text"], 0.9 if "toxic_content" in x["labels"] else 0.3, 0.5))
    clean = [(s, 0.02, 0.5) for s in sentences(data, CASUAL + FORMAL, 800)]
    return rows + clean, both


def politeness_target(z):
    """The z-score's rank in the training set is nearly its normal distribution function."""
    return 1 / (1 + 2.718281828459045 ** (-1.7 * z))


def politeness(data):
    return [(x["text"], politeness_target(x["labels"]["politeness"]), 1) for x in labelled(data, "labels/stanford_politeness.train")], []


def formality(data):
    rows = [(s, 0.0, 1) for s in sentences(data, CASUAL, 2500)] + [(s, 1.0, 1) for s in sentences(data, FORMAL, 1700)]
    r, both = random.Random(6), list(pairs(data, "rewrite/tatoeba_contractions.train"))
    for s in sentences(data, CASUAL + FORMAL, 400):
        both += [p for p in [reworded(r, s)] if p]
        both += [(chatty(r, s), s)] if r.random() < 0.5 else []
    return rows, both


def simplicity(data):
    return [], list(pairs(data, "rewrite/onestop.train"))


def neutrality(data):
    """Wikipedia edits that removed bias, and our own loaded words put into encyclopedic sentences."""
    r, both = random.Random(5), list(pairs(data, "rewrite/wnc_sample.train"))
    for s in sentences(data, ENCYCLOPEDIC, 5000):
        biased = loaded(r, s)
        if biased:
            both.append((biased, s))
    return [], both


def loaded(r, text):
    """One or two loaded words put into a plain sentence; None if there is no place for one."""
    spots = [(m.end(), LOADED_ADJECTIVES) for m in re.finditer(r"\b(?:the|his|her|their|its|this) (?=[a-z]{4,})", text)]
    spots += [(m.end(), LOADED_ADVERBS) for m in re.finditer(r"\b(?:is|was|are|were|has|had) (?=[a-z]{3,})", text)]
    for at, table in sorted(r.sample(spots, min(len(spots), r.choice([1, 1, 2]))), key=lambda x: -x[0]):
        text = text[:at] + r.choice(table) + " " + text[at:]
    return text if spots else None


def friendliness(data):
    """Complaints against their positive reframing, warm words put around plain sentences, chat against manuals."""
    r, both = random.Random(7), list(pairs(data, "rewrite/positive_frames.train"))
    both += [(s, warmed(r, s)) for s in sentences(data, CASUAL + FORMAL, 200)]
    both += [p[::-1] for p in pairs(data, "rewrite/tatoeba_contractions.train")]
    dry = ["prose/python_peps.paragraphs", "prose/dynamics365_business_central.paragraphs", "prose/wikinews.paragraphs"]
    warm = ["prose/taskmaster.paragraphs", "prose/sgd.paragraphs", "prose/self_dialogue.paragraphs"]
    return [(s, 0.2, 0.5) for s in sentences(data, dry, 1000)] + [(s, 0.8, 0.5) for s in sentences(data, warm, 1000)], both


HEADS = {"toxicity": toxicity, "politeness": politeness, "formality": formality, "simplicity": simplicity, "neutrality": neutrality, "friendliness": friendliness}


def half_fold(text):
    return fold(text, 3)
