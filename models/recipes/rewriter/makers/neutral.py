"""neutral: loaded words, praise, scorn and opinions put into clean factual text, which is the target."""

import re

from text import Swap, lower_first, upper_first

PEACOCK = "brilliant amazing legendary outstanding so-called terrible disgraceful incredible wonderful infamous shocking beloved notorious acclaimed magnificent disastrous world-class prestigious iconic misguided renowned visionary pathetic ludicrous stunning heroic ridiculous revolutionary beautiful great extraordinary celebrated leading groundbreaking fanatical radical corrupt remarkable unparalleled absurd pitiful breathtaking respected talented evil greedy dreadful ill-advised shameful superb awful impressive".split()
ADVERBS = "clearly obviously undoubtedly of_course sadly unfortunately tragically surprisingly undeniably simply certainly truly arguably wrongly fortunately shamefully rightly finally famously notoriously heroically brilliantly foolishly conveniently deliberately supposedly merely hopelessly".replace("of_course", "of-course").split()
ADVERBS = [a.replace("-", " ") for a in ADVERBS]
HEADS = ["Clearly, ", "Obviously, ", "Unfortunately, ", "Sadly, ", "As everyone knows, ", "It is obvious that ", "Needless to say, ", "Of course, ", "There is no doubt that ", "Thankfully, ", "Tragically, ", "Fortunately, ", "It is a disgrace that ", "Shockingly, ", "Incredibly, ", "As any sensible person knows, ", "Undeniably, ", "It is outrageous that ", "Not surprisingly, ", "The truth is that ", "Amazingly, ", "It is sad that ", "In a brilliant move, "]
TAILS = [", which is a disgrace", ", as it should be", ", which is truly amazing", ", to the delight of everyone", ", which surprised nobody", ", a shameful decision", ", as any reasonable person would expect", ", and rightly so", ", which is simply wrong", ", to its eternal shame", ", a remarkable achievement", ", unfortunately", ", of course", ", sadly", ", as usual"]
LOADED = Swap({
    "said": ["claimed", "bragged", "admitted", "boasted", "ranted", "whined", "falsely claimed", "confessed"], "stated": ["claimed", "insisted", "pretended"], "says": ["claims", "admits", "insists", "whines"], "died": ["tragically died", "sadly passed away", "tragically lost his life"], "government": ["regime", "corrupt government", "so-called government"], "group": ["gang", "cult", "mob"], "groups": ["gangs", "mobs"],
    "won": ["heroically won", "deservedly won", "brilliantly won"], "lost": ["shamefully lost", "sadly lost"], "failed": ["miserably failed", "failed spectacularly"], "criticized": ["viciously attacked", "rightly criticized", "slammed", "blasted"], "criticised": ["viciously attacked", "slammed"], "became": ["surprisingly became", "brilliantly became"], "supporters": ["fanatics", "cronies", "loyal followers"], "many": ["far too many", "countless"], "few": ["pitifully few"],
    "leader": ["dictator", "great leader", "strongman", "visionary leader"], "politician": ["crooked politician", "career politician"], "activists": ["extremists", "heroes", "radicals"], "protesters": ["thugs", "rioters", "brave protesters"], "company": ["greedy company", "evil corporation", "industry-leading company"], "large": ["massive", "enormous", "huge"], "small": ["tiny", "measly", "pathetic little"], "plan": ["scheme", "visionary plan"], "argued": ["whined", "rightly argued", "brilliantly argued"], "increase": ["surge", "explosion"], "decrease": ["collapse", "plunge"], "increased": ["soared", "skyrocketed", "exploded"], "decreased": ["plummeted", "collapsed"], "fell": ["plunged", "plummeted"], "rose": ["soared", "skyrocketed"],
    "killed": ["slaughtered", "brutally murdered", "massacred"], "attack": ["cowardly attack", "atrocity"], "immigrants": ["illegals", "invaders"], "refused": ["stubbornly refused", "bravely refused"], "changed": ["ruined", "transformed beyond recognition"], "popular": ["wildly popular", "hugely popular"], "described": ["hailed", "dismissed"], "known": ["famously known", "infamously known"], "supported": ["blindly supported", "bravely supported"], "rejected": ["arrogantly rejected", "rightly rejected"], "ended": ["mercifully ended"], "used": ["abused", "exploited"], "considered": ["rightly considered"], "policy": ["disastrous policy", "misguided policy"], "law": ["draconian law"], "film": ["masterpiece", "brilliant film"], "book": ["must-read book", "masterpiece"], "city": ["beautiful city", "vibrant city"], "team": ["legendary team", "mighty team"], "album": ["masterpiece", "stunning album"], "player": ["superstar", "gifted player"], "singer": ["gifted singer", "superstar"], "actor": ["brilliant actor"], "writer": ["gifted writer"], "wrote": ["brilliantly wrote"], "school": ["top school", "prestigious school"], "university": ["prestigious university"], "decision": ["terrible decision", "wise decision", "shameful decision"], "event": ["spectacular event", "unforgettable event"], "reported": ["breathlessly reported"], "announced": ["proudly announced"], "created": ["masterfully created"], "designed": ["beautifully designed"], "president": ["beloved president", "disgraced president"], "chairman": ["chairman"], "firefighters": ["heroic firefighters"], "soldiers": ["heroic soldiers"],
})
for _w in ("chairman", "known", "changed", "used", "decrease", "increase", "attack"):
    LOADED.by_first.pop(_w, None)
NOUN_AFTER = re.compile(r"\b(?:the|a|an|his|her|their|its) (?=[a-z]{3,})", re.I)
BE = re.compile(r"\b(?:is|are|was|were|has|have|had|will) (?=[a-z])")


def make(r, text, tables):
    if text.endswith("?"):
        return None
    source = LOADED(text, r, 0.7, most=2) if r.random() < 0.6 else text
    kind = r.random()
    if source == text or kind < 0.25:
        spots = [m for m in NOUN_AFTER.finditer(source)]
        if kind < 0.45 and spots:
            m = r.choice(spots)
            word = r.choice(PEACOCK)
            before = source[:m.end()]
            if re.search(r"\ban? $", before, re.I):
                if not re.search(r"\ban $", before, re.I) == bool(word[0] in "aeiou"):
                    before = re.sub(r"\b([Aa])n? $", lambda k: k[1] + ("n " if word[0] in "aeiou" else " "), before)
            source = before + word + " " + source[m.end():]
        elif kind < 0.7 and BE.search(source):
            adverb = r.choice(ADVERBS)
            source = BE.sub(lambda m: m[0] + adverb + " ", source, count=1)
        elif kind < 0.85 and not source.startswith('"'):
            source = r.choice(HEADS) + lower_first(source)
        elif source[-1] == ".":
            source = source[:-1] + r.choice(TAILS) + "."
    return (source, text) if source != text else None
