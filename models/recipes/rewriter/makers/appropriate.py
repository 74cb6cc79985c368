"""appropriate: insults, sneers and swearing put into clean text, which is the target."""

import re

from text import TOKEN, Swap, lower_first, upper_first

PEOPLE = "idiot moron fool loser clown jerk dummy imbecile dumbass asshole bastard scumbag pig bitch prick dickhead dipshit douche retard douchebag bum twat cunt motherfucker shithead jackass coward psycho creep scum".split()
ADJECTIVES = "damn stupid freaking fucking bloody goddamn crappy shitty dumb fuckin lousy pathetic idiotic ridiculous dumbass bullshit retarded moronic fricking goddamned stinking worthless sick half-assed f*cking motherfucking damned".split()
ADVERBS = "fucking freaking damn so-fucking goddamn fuckin bloody totally-fucking".replace("so-fucking", "so fucking").replace("totally-fucking", "fucking").split()
TAILS = [", you idiot", ", you moron", ", for fuck's sake", ", dammit", ", you stupid fool", ", damn it", ", jackass", ", you loser", " and shit", ", bitch", ", asshole", ", you piece of shit", ", goddammit", ", dumbass", " you fucking idiot", " bitch", " you dumb fuck", " as fuck", ", motherfucker", " and all that crap", ", for christ's sake", ", you clown"]
HEADS = ["Damn, ", "Holy shit, ", "For fuck's sake, ", "What the hell, ", "Listen, you idiot, ", "Shit, ", "Fuck, ", "Are you stupid? ", "Only an idiot would ask, but ", "Fuck you, ", "Bitch, ", "Holy fuck, ", "God damn, ", "Shut the fuck up, ", "Oh shit, ", "WTF, ", "Screw you, ", "You moron, ", "Bullshit. ", "Shut up. ", "Fuck that, ", "Hell, ", "You people are idiots. ", "No shit, ", "Jesus Christ, ", "Are you fucking kidding me? ", "What a bunch of idiots. ", "Get your head out of your ass. ", "Any moron can see that "]
ASKED = re.compile(r"^(What|Who|Why|Where|How|When) (?=[a-z])")
# clean -> rude, by word and phrase
RUDE = Swap({
    "people": ["idiots", "assholes", "morons", "dumbasses", "these fucking people", "bitches"], "person": ["idiot", "asshole", "moron", "jerk"], "man": ["bastard", "asshole", "fucker"], "men": ["bastards", "assholes"], "guy": ["asshole", "bastard", "dickhead"], "guys": ["assholes", "idiots"], "woman": ["bitch"], "women": ["bitches"],
    "things": ["shit", "crap", "bullshit"], "thing": ["shit"], "nonsense": ["bullshit", "horseshit"], "stuff": ["shit", "crap"], "bad": ["shitty", "crappy", "fucked up", "shit"], "unpleasant": ["shitty"], "poor": ["shitty", "crappy"], "wrong": ["full of shit", "fucked up"], "broken": ["fucked up"], "ruined": ["fucked up", "screwed up"], "ruin": ["fuck up", "screw up"], "very": ["fucking", "damn", "so damn", "goddamn"], "really": ["fucking", "damn"], "so": ["so fucking", "so damn"],
    "don't care": ["don't give a fuck", "don't give a shit", "don't give a damn"], "does not care": ["doesn't give a shit"], "doesn't care": ["doesn't give a fuck", "doesn't give a shit"], "do not care": ["do not give a fuck"], "cares": ["gives a shit", "gives a fuck"], "care about": ["give a shit about", "give a fuck about"], "didn't care": ["didn't give a shit"], "be quiet": ["shut the fuck up", "shut up", "shut the hell up"], "go away": ["fuck off", "piss off", "get the hell out", "get the fuck out"], "leave": ["get the fuck out of", "leave"], 
    "a lot of": ["a shitload of", "a hell of a lot of", "a fuckton of"], "not good": ["shit", "crap", "garbage"], "angry": ["pissed off", "pissed", "mad as hell"], "upset": ["pissed off", "butthurt"], "lying": ["talking shit", "full of shit"], "lie": ["bullshit"], "lies": ["bullshit"], "mistake": ["fuck-up", "screw-up"], "mistakes": ["fuck-ups"], "nothing": ["jack shit", "fuck all", "shit"], "crazy": ["batshit crazy"], "unwise": ["stupid", "dumb", "retarded"], "uninformed": ["stupid", "ignorant"], "i disagree": ["that's bullshit", "you're full of shit"],
    "is not good": ["sucks", "sucks ass", "is a piece of shit"], "is bad": ["sucks", "sucks ass", "is shit"], "is terrible": ["fucking sucks", "is fucking shit"], "was bad": ["sucked", "was shit"], "are bad": ["suck", "are shit"], "foolish": ["stupid", "dumb", "retarded"], "politicians": ["crooks", "corrupt bastards"], "government": ["damn government"], "what is": ["what the fuck is", "what the hell is"], "what are": ["what the fuck are", "what the hell are"], "who is": ["who the fuck is", "who the hell is"], "why are": ["why the fuck are", "why the hell are"], "why is": ["why the fuck is", "why the hell is"], "how do": ["how the fuck do"],
    "what do": ["what the fuck do", "what the hell do"], "why do": ["why the hell do", "why the fuck do"], "where is": ["where the fuck is"], "get out": ["get the fuck out", "get the hell out"], "mess": ["shitshow", "clusterfuck"], "surprising": ["fucking insane"], "hurt": ["fuck up"], "scared": ["scared shitless"], "bothering": ["fucking with", "pissing off"], "bother": ["piss off"], "problem": ["damn problem", "fucking problem"], "work": ["fucking work"], "money": ["damn money"], "nobody": ["no fucking body"], "everything": ["every damn thing"], "absolutely": ["abso-fucking-lutely"],
})
for _w in ("leave", "nobody", "work", "money", "government", "problem", "so", "lie", "hurt", "absolutely"):
    RUDE.by_first.pop(_w, None)
SWEARING = re.compile(r"fuck|shit|bitch|\bass\b|asshole|stupid|idiot|\bdamn|dumb|moron|\bhell\b|crap|bastard|\bdick|pussy|retard|\bsuck|loser|\bcunt|whore|slut|nigg", re.I)
NOUN_AFTER = re.compile(r"\b(?:the|a|my|your|his|her|their|our|this|that|these|those|no|any|some|every) (?=[a-z]{3,})", re.I)
BE = re.compile(r"\b(?:is|are|was|were|am|so|too|be|gets?|getting) (?=(?!the|a|an|not|in|on|at|to|for|by|of|with|from)[a-z]{3,})|\b(?:don't|can't|won't|didn't|never|just|always) (?=[a-z]{3,})|\b(?:I'm|you're|he's|she's|they're|it's|that's) (?=(?!the|a|an|not|in|on|at|to)[a-z]{3,})")
CENSOR = {"fuck": ["f*ck", "fck", "f**k", "fuk", "fucc"], "shit": ["sh*t", "sh1t", "sh!t", "s**t"], "bitch": ["b*tch", "b1tch", "biatch"], "asshole": ["a**hole", "a-hole", "@sshole"], "damn": ["d*mn", "dam"], "ass": ["a$$", "azz"], "idiot": ["idi0t", "1diot"], "crap": ["cr*p"]}
REPLIES = re.compile(r"\b(?:you|your)\b", re.I)


def chatty(r, source, target):
    """Lower case and bare apostrophes on both sides, as people write who swear."""
    style = r.random()
    if style < 0.35:
        return source.lower(), target.lower() if r.random() < 0.8 else target
    if style < 0.4:
        return source.lower().replace("'", ""), target.lower().replace("'", "")
    if style < 0.43:
        return source.upper(), target
    if style < 0.5:
        return lower_first(source), target
    return source, target


def insert(r, text):
    """A swear word before a noun or after a verb."""
    spots = [(m.end(), ADJECTIVES) for m in NOUN_AFTER.finditer(text)] + [(m.end(), ADVERBS) for m in BE.finditer(text)]
    if not spots:
        return None
    out = text
    for at, words in sorted(r.sample(spots, min(len(spots), r.choice([1, 1, 1, 2]))), reverse=True):
        word = r.choice(words)
        if out[:at].lower().endswith((" a ", " an ")) and word[0] in "aeiou":
            word = "damn"
        out = out[:at] + word + " " + out[at:]
    return out


def censored(r, text):
    for word, forms in CENSOR.items():
        if word in text and r.random() < 0.25:
            text = text.replace(word, r.choice(forms), 1)
    return text


def make(r, text, tables):
    if SWEARING.search(text):
        return None
    source = text
    if r.random() < 0.35:
        source = RUDE(source, r, 0.8, most=2)
        if r.random() < 0.7 and source == text and ASKED.match(text):
            source = ASKED.sub(lambda m: m[1] + r.choice([" the fuck ", " the hell "]), text)
    if source == text or r.random() < 0.25:
        kind = r.random()
        if kind < 0.5:
            source = insert(r, source) or source
        elif kind < 0.78 and source[-1] in ".!?":
            source = source[:-1] + r.choice(TAILS) + source[-1]
        elif not source.startswith('"'):
            head = r.choice(HEADS)
            source = head + (source if head.endswith(("? ", ". ")) else lower_first(source))
    if source == text:
        return None
    return chatty(r, censored(r, source), text)
