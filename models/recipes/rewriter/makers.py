"""Makers of training pairs: each takes a random.Random and clean text and gives (source, target) or None.

None means that the maker has nothing to work on in this text. All word lists here are our own.
"""

import re

from noise import match_case

# ---------------------------------------------------------------- helpers


def swap(text, table, r=None, chance=1.0):
    """Replace whole words and phrases by a table (lower-case keys), keeping a capital."""

    def one(m):
        if r is not None and r.random() > chance:
            return m[0]
        new = table[m[0].lower()]
        return match_case(new if isinstance(new, str) else new[0] if r is None else r.choice(new), m[0])

    return articles(text, pattern(table).sub(one, text))


def articles(before, after):
    """Put a/an right where a replacement changed the word behind it."""
    if before == after:
        return after
    seen = set(re.findall(r"\b[Aa]n? \w+", before))

    def one(m):
        if m[0] in seen:
            return m[0]
        return m[1] + ("n " if m[2][0].lower() in "aeiou" else " ") + m[2]

    return re.sub(r"\b([Aa])n? (\w+)", one, after)


_patterns = {}


def pattern(table):
    key = id(table)
    if key not in _patterns:
        words = sorted(table, key=len, reverse=True)
        _patterns[key] = (table, re.compile(r"(?<![\w'’-])(?:" + "|".join(map(re.escape, words)) + r")(?![\w'’-])", re.I))
    return _patterns[key][1]


def lower_first(s):
    word = s.split(" ", 1)[0]
    return s if word in ("I",) or word.startswith(("I'", "I’")) or word[1:].lower() != word[1:] else s[:1].lower() + s[1:]


def upper_first(s):
    return s[:1].upper() + s[1:]


def changed(source, target):
    return (source, target) if source != target else None


# ---------------------------------------------------------------- formal and friendly

CONTRACT = {
    "do not": "don't", "does not": "doesn't", "did not": "didn't", "is not": "isn't", "are not": "aren't", "was not": "wasn't",
    "were not": "weren't", "have not": "haven't", "has not": "hasn't", "had not": "hadn't", "will not": "won't", "would not": "wouldn't",
    "could not": "couldn't", "should not": "shouldn't", "cannot": "can't", "can not": "can't", "i am": "I'm", "i will": "I'll",
    "i would": "I'd", "you are": "you're", "you will": "you'll", "we are": "we're", "we will": "we'll",
    "they are": "they're", "they will": "they'll", "it is": "it's", "he is": "he's", "she is": "she's",
    "that is": "that's", "there is": "there's", "what is": "what's", "who is": "who's", "it will": "it'll", "let us": "let's",
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
APOSTROPHE_S = re.compile(r"\b(it|that|there|he|she|what|where|who|here|how)'s (\w+)", re.I)
APOSTROPHE_D = re.compile(r"\b(I|you|we|they|he|she|it)'d (\w+)", re.I)
ASKED = re.compile(r"\b((?:do|does|did|is|are|was|were|have|has|had|wo|would|could|should|ca)n't) (I|you|he|she|it|we|they)\b", re.I)  # Don't you -> Do you not
FORMAL_WORDS = {
    "gonna": "going to", "wanna": "want to", "gotta": "have to", "kinda": "somewhat", "kids": "children", "kid": "child", "thanks": "thank you",
    "hi": "hello", "hey": "hello", "yeah": "yes", "yep": "yes", "nope": "no", "asap": "as soon as possible", "fyi": "for your information",
    "guys": "everyone", "stuff": "material", "awesome": "excellent", "pretty good": "very good", "sort out": "resolve", "find out": "determine",
    "get in touch with": "contact", "look into": "investigate", "set up": "establish", "carry on": "continue", "put off": "postpone",
    "a lot of": "a great deal of", "lots of": "many", "loads of": "many", "so far": "to date", "sorry about": "I apologise for", "buy": "purchase",
    "ask for": "request", "need to": "are required to", "help": "assist", "let me know": "please inform me", "get back to": "reply to",
    "can you": "could you", "i want": "I would like", "ok": "acceptable", "okay": "acceptable", "mom": "mother", "dad": "father",
    "tv": "television", "phone": "telephone", "photo": "photograph", "boss": "manager", "ad": "advertisement", "ads": "advertisements",
    "maybe": "perhaps", "enough": "sufficient", "get rid of": "remove", "talk about": "discuss", "figure out": "determine",
}
del FORMAL_WORDS["need to"]
CASUAL_WORDS = {
    "children": ["kids"], "child": ["kid"], "going to": ["gonna"], "want to": ["wanna"], "have to": ["gotta", "have to"], "thank you": ["thanks"],
    "hello": ["hi", "hey"], "as soon as possible": ["asap"], "purchase": ["buy"], "assist": ["help"], "discuss": ["talk about"],
    "investigate": ["look into"], "determine": ["figure out", "find out"], "continue": ["keep going", "carry on"],
    "receive": ["get"], "require": ["need"], "requires": ["needs"], "required": ["needed"], "obtain": ["get"], "provide": ["give"],
    "excellent": ["awesome", "great"], "many": ["lots of", "loads of", "a ton of"], "however": ["but"], "therefore": ["so"], "father": ["dad"],
    "mother": ["mom"], "television": ["TV"], "telephone": ["phone"], "perhaps": ["maybe"], "very": ["super", "really", "so"], "difficult": ["tough", "hard"],
    "because": ["cause", "cuz"], "attempt": ["try"], "begin": ["start"], "additional": ["more", "extra"], "sufficient": ["enough"],
    "friend": ["buddy", "pal"], "people": ["folks"], "resolve": ["sort out"], "yes": ["yeah", "yep"], "manager": ["boss"],
    "photograph": ["pic"], "approximately": ["around"], "immediately": ["right away"], "inform": ["tell"], "informed": ["told"],
}


def expand(text):
    def s(m):
        if m[2].lower() in ("been", "got", "become", "had", "made", "taken", "gone", "done"):
            return f"{m[1]} has {m[2]}"
        return f"{m[1]} is {m[2]}"

    def d(m):
        return f"{m[1]} {'had' if m[2].lower() in ('been', 'had', 'better', 'gone', 'done', 'seen') else 'would'} {m[2]}"

    def asked(m):
        verb = "can" if m[1].lower() == "can't" else swap(m[1], EXPAND).removesuffix(" not")
        return f"{match_case(verb, m[1])} {m[2]} not"

    text = ASKED.sub(asked, text)
    return APOSTROPHE_D.sub(d, APOSTROPHE_S.sub(s, swap(text, EXPAND)))


NEGATIVE = {k: v for k, v in CONTRACT.items() if v.endswith("n't")}
AFFIRMATIVE = {k: v for k, v in CONTRACT.items() if k not in NEGATIVE}


def contract(text, r=None, chance=1.0):
    return swap(swap(text, NEGATIVE, r, chance), AFFIRMATIVE, r, chance)


def formal(r, text):
    """Contractions and everyday words -> full, formal forms; half the time the clean text is the formal side."""
    if r.random() < 0.5:
        target = swap(expand(text), FORMAL_WORDS)
        target = re.sub(r"!+", ".", target)
        return changed(text, target)
    source = swap(contract(text), CASUAL_WORDS, r, 0.8)
    if r.random() < 0.1:
        source = lower_first(source)
    return changed(source, text) if source != text and expand(text) == text else None


FRIENDLY_WORDS = {
    "dear sir or madam": "hi there", "good morning": "good morning", "please note that": "just so you know,", "i am writing to": "I just wanted to",
    "thank you very much": "thanks so much", "thank you": "thanks so much", "regards": "best wishes", "kind regards": "best wishes",
    "i apologise for": "so sorry about", "i apologize for": "so sorry about", "unfortunately": "sadly", "inform": "tell", "assist": "help",
    "assistance": "help", "do not hesitate to": "feel free to", "as soon as possible": "as soon as you can", "require": "need", "purchase": "buy",
    "hello": "hi", "please contact": "just get in touch with", "you must": "you'll need to", "i would like": "I'd love", "it is important to": "it's good to",
    "children": "kids", "receive": "get", "we regret": "we're sorry", "would like to": "would love to", "is prohibited": "isn't allowed",
    "regarding": "about", "additional": "more", "obtain": "get", "request": "ask for", "sincerely": "warm wishes", "excellent": "great", "very good": "great",
}


def friendly(r, text):
    """Full forms -> contractions and warmer words; imperatives become friendly requests."""
    if imperative(text) and r.random() < 0.6:
        return text, f"Could you {lower_first(strip_please(text)).rstrip('.!')}? Thanks so much!"
    target = contract(swap(text, FRIENDLY_WORDS))
    if re.match(r"(?:Great|Good|Nice|Congratulations|Welcome|Thanks)\b", target):
        target = re.sub(r"\.$", "!", target)
    return changed(text, target)


# ---------------------------------------------------------------- polite

REQUEST_VERBS = set(
    """send give tell call check bring open close write read show help explain wait stop come go move fix finish take put make keep leave
    answer reply listen look turn return pay sign review update change remove add confirm try ask speak stay sit stand follow clean pass hold
    let forward share submit arrange schedule cancel book order buy print copy attach include correct hurry lend find get hand introduce join
    prepare provide repeat respond start switch translate wake wash drive cook cut fill pick meet remember""".split()
)
# Verb phrases of requests; {n} and {t} are filled in.
REQUESTS = """send me the {n}|send the {n} {t}|give me the {n}|give me {n2}|check the {n} {t}|call me {t}|call me back|fix the {n}|fix this|
tell me about the {n}|tell me why the {n} is late|explain the {n} to me|review the {n} {t}|finish the {n} {t}|answer my question|answer my e-mail {t}|
open the window|close the door|move your car|stop talking|be quiet|wait here|come to my office|come here|turn down the music|clean up the kitchen|
get me a coffee|bring me the {n}|show me how to update the {n}|update the {n} {t}|change the {n} {t}|delete the {n}|remove my name from the {n}|
add my name to the {n}|confirm the {n} {t}|pay the {n} {t}|sign the {n}|let me know {t}|let me finish|help me with the {n}|leave me alone|
read the {n} before the meeting|forward the {n} to Anna|share the {n} with the team|print the {n}|book a table for two|cancel my order|
refund my money|reply {t}|speak more slowly|repeat that|speak up|lend me your {n2}|pass me the salt|pick me up {t}|take this to the office|
write back {t}|schedule a meeting {t}|move the meeting to Friday|join the call {t}|look at the {n}|make a copy of the {n}|hand in your {n} {t}""".replace("\n", "")
NOUNS = """report|file|invoice|contract|draft|document|list|agenda|presentation|budget|data|link|schedule|password|address|key|form|bill|ticket|
order|photo|plan|proposal|summary|letter|results|numbers|slides|notes|homework|code|book|package|minutes|spreadsheet|website|details""".replace("\n", "")
NOUNS2 = "your phone|the details|an update|a hand|more time|your number|five minutes|the details of the trip|your pen|a list of names|an answer|your notes"
TIMES = "today|tomorrow|by Friday|by 5 pm|this afternoon|before noon|next week|by the end of the day|on Monday|by tomorrow morning|tonight|by 10:30|"
IMPOLITE = [
    ("Shut up.", "Please be quiet."), ("Go away.", "I would like some time alone, please."), ("What?", "I'm sorry, could you repeat that?"),
    ("What do you want?", "How can I help you?"), ("That's wrong.", "I'm afraid that is not quite right."), ("You're wrong.", "I'm afraid I see it differently."),
    ("You are wrong.", "I'm afraid I see it differently."), ("I don't care.", "I don't have a strong opinion on this."), ("No.", "No, thank you."),
    ("Hurry up.", "Could you please be quick?"), ("Hurry up!", "Could you please be quick?"), ("It's not my problem.", "I'm afraid I can't help with this."),
    ("This is bad.", "I'm afraid this could be better."), ("Who are you?", "May I ask who you are?"), ("Why are you late?", "May I ask why you are late?"),
    ("Give me that.", "Could you please give me that?"), ("I need this now.", "I would be grateful to have this as soon as possible."),
    ("Where is my order?", "Could you please tell me where my order is?"), ("Where is the report?", "Could you please tell me where the report is?"),
    ("You forgot the file.", "It seems the file is missing. Could you please send it?"), ("I can't come.", "I'm afraid I can't come."),
    ("I want my money back.", "I would like my money back, please."), ("Answer me.", "I would be grateful for an answer."),
    ("Stop it.", "Could you please stop?"), ("You didn't answer.", "I haven't heard back from you yet."), ("Move.", "Excuse me, could I get past, please?"),
]
URGENT = r"(?: right)? (?:now|away|immediately|already|at once)"


def imperative(text):
    words = text.split()
    if not 2 <= len(words) <= 22 or not text.endswith((".", "!")):
        return False
    first = words[0].lower()
    if first == "please":
        first = words[1].lower()
    return first in REQUEST_VERBS and words[0][0].isupper() and text.count(".") + text.count("!") == 1


def strip_please(text):
    return upper_first(re.sub(r"^please,? |,? please(?=[.!?]?$)", "", text, flags=re.I))


def request(r):
    """A verb phrase such as 'send me the report by Friday'."""
    vp = r.choice(REQUESTS.split("|"))
    vp = vp.replace("{n2}", r.choice(NOUNS2.split("|"))).replace("{n}", r.choice(NOUNS.split("|"))).replace("{t}", r.choice(TIMES.split("|")))
    return vp.strip().replace("your your", "your").replace("your the", "the").replace("your an", "an").replace("your a ", "a ").replace("your five", "five").replace("your more", "more")


def polite(r, text):
    """Demand -> request. Works on imperatives and wishes in the text, or makes a request of its own when text is None."""
    if text is None:
        if r.random() < 0.15:
            source, target = r.choice(IMPOLITE)
            return source, target
        vp = request(r)
    elif imperative(text):
        if text.lower().startswith("please"):
            return None
        vp = lower_first(text).rstrip(".!")
        if re.search(r"[,;:\"]|\byour?self\b", vp) and r.random() < 0.7:
            return None
    else:
        m = re.match(r"(?:I want|We want|I need) ((?:a|an|the|some|to|two|three|my|your|more) [^,;:]*?)[.!]$", text)
        if m:
            who = "We" if text.startswith("We") else "I"
            return text, f"{who} would like {m[1]}, please."
        m = re.match(r"(?:Can|Will) you (?!please)([^,;:]*?)\?$", text)
        if m:
            return text, f"Could you please {m[1]}?"
        m = re.match(r"You (?:must|have to|need to|should) ([^,;:]*?)[.!]$", text)
        if m and m[1].split()[0] in REQUEST_VERBS:
            return text, f"Could you please {m[1]}?"
        return None
    calm = re.sub(URGENT + "$", "", vp)
    urgent = r.choice([" now", " right now", " immediately", " at once", " already"]) if text is None and r.random() < 0.25 and not re.search(r"\b(?:by|today|tomorrow|tonight|before|next|this after|on Mon)", vp) else ""
    soon = " as soon as possible" if urgent or calm != vp else ""
    vp_rude = vp + urgent
    frames = [f"{upper_first(vp_rude)}.", f"{upper_first(vp_rude)}!"] * 2
    if text is None:
        frames += [f"I want you to {vp_rude}.", f"You need to {vp_rude}.", f"You have to {vp_rude}.", f"I need you to {vp_rude}.", f"Can you {vp_rude}?",
                   f"You must {vp_rude}.", f"Just {vp_rude}.", f"{vp_rude}", f"Why don't you {vp_rude}?", f"I told you to {vp_rude}."]
    source = text if text is not None else r.choice(frames)
    return source, f"Could you please {calm}{soon}?"


# ---------------------------------------------------------------- shorter, simpler, clearer

WORDY = {  # short -> wordy
    "to": ["in order to", "so as to"], "because": ["due to the fact that", "for the reason that", "owing to the fact that", "on account of the fact that"],
    "now": ["at this point in time", "at the present time", "right now at this moment"], "if": ["in the event that", "on the condition that"],
    "many": ["a large number of", "a great many", "a significant number of"], "about": ["with regard to", "in relation to", "concerning the matter of"],
    "before": ["prior to", "in advance of"], "after": ["subsequent to", "following after"], "can": ["is able to", "has the ability to"],
    "although": ["despite the fact that", "in spite of the fact that"], "when": ["at the time when", "on the occasion when"],
    "most": ["the majority of", "the vast majority of"], "some": ["a certain number of"], "often": ["on many occasions", "on a regular basis"],
    "daily": ["on a daily basis"], "soon": ["in the near future", "in the not too distant future"], "during": ["during the course of", "in the course of"],
    "until": ["until such time as"], "for": ["for the purpose of"], "each": ["each and every"], "first": ["first and foremost"],
    "usually": ["in most cases", "as a general rule"], "must": ["it is necessary that we must"], "helps": ["serves to help", "is of help to"],
    "decided": ["made the decision", "came to the decision"], "plans": ["future plans", "advance plans"], "results": ["end results", "final results"],
    "history": ["past history"], "facts": ["true facts", "actual facts"], "gift": ["free gift"], "added": ["added an additional"], "finished": ["completely finished"],
    "same": ["exact same", "very same"], "essential": ["absolutely essential"], "unique": ["completely unique", "very unique"], "combined": ["combined together"],
    "returned": ["returned back"], "repeated": ["repeated again"], "twice": ["on two separate occasions"], "whether": ["whether or not", "the question as to whether"],
    "think": ["am of the opinion"], "discussed": ["had a discussion about", "held a discussion about"], "considered": ["gave consideration to"],
    "agreed": ["reached an agreement"], "concluded": ["came to the conclusion"], "using": ["by means of using", "through the use of"], "near": ["in close proximity to"],
}
del WORDY["can"], WORDY["must"], WORDY["think"], WORDY["for"], WORDY["added"]
OPENERS = ["It is important to note that", "It should be noted that", "As a matter of fact,", "In my personal opinion,", "The fact of the matter is that",
           "It goes without saying that", "Needless to say,", "I would like to point out that", "What I mean to say is that", "For what it's worth,",
           "At the end of the day,", "I think that it is fair to say that", "There is no doubt that", "Basically,", "To be honest,", "I just wanted to say that"]
FILLERS = ["basically", "actually", "really", "very", "quite", "literally", "essentially", "in fact", "just", "definitely", "certainly", "simply"]


def wordy(r, text, table, openers=0.25):
    """Make clean text wordier: phrases, fillers, openers."""
    source = swap(text, table, r, 0.7)
    changes = source != text
    if r.random() < openers:
        source = r.choice(OPENERS) + " " + lower_first(source)
        changes = True
    if r.random() < 0.3:
        verb = re.search(r" (?:is|are|was|were|can|will|has|have) (?=[a-z])", source)
        if verb:
            source = source[: verb.end()] + r.choice(FILLERS) + " " + source[verb.end():]
            changes = True
    return source if changes else None


def shorter(r, text, table=WORDY):
    """Wordy -> plain: the clean text is the short side."""
    source = wordy(r, text, table)
    return (source, text) if source else None


def simpler(r, text, table):
    """Hard words -> easy words: the clean text is the simple side. table: simple -> [hard, ..]."""
    return changed(swap(text, table, r, 0.7), text)


def disfluent(r, text):
    """Spoken repairs and fillers in an otherwise clean sentence."""
    words = text.split(" ")
    if len(words) < 4:
        return None
    for _ in range(r.choice([1, 1, 2])):
        i = r.randrange(1, len(words))
        kind = r.random()
        if kind < 0.45:
            words.insert(i, r.choice(["um,", "uh,", "you know,", "I mean,", "like,", "er,", "well,", "sort of", "kind of"]))
        elif kind < 0.75:
            words.insert(i, words[i - 1] if len(words[i - 1]) < 6 and words[i - 1].isalpha() and i > 1 else "um,")
        else:
            words[i:i] = [words[i].strip(".,!?"), r.choice(["no wait,", "I mean", "sorry,", "uh,"])] if words[i].strip(".,!?").isalpha() else ["uh,"]
    source = " ".join(words)
    return changed(source, text)


def clearer(r, text, table):
    """Wordiness, hard words and disfluencies together."""
    kind = r.random()
    if kind < 0.35:
        return disfluent(r, text)
    if kind < 0.7:
        return shorter(r, text)
    return simpler(r, text, table)


# ---------------------------------------------------------------- coherent

CONNECTIVES = re.compile(r"^(?:However|Therefore|For example|For instance|In addition|As a result|Also|Then|But|So|Instead|Finally|Meanwhile),? ")
PRONOUN = re.compile(r"^(?:It|They|He|She|This|These|We|You|I)\b")


def fused(r, a, b):
    """Two short sentences -> one with a plain connective; None if they do not start alike."""
    if not a.endswith(".") or not b.endswith(".") or len(a) + len(b) > 220:
        return None
    word_a, word_b = a.split(" ", 1)[0], b.split(" ", 1)[0]
    if word_a == word_b and word_a in ("I", "He", "She", "It", "They", "We", "You") and len(b.split()) > 2:
        return f"{a} {b}", f"{a[:-1]} and {b.split(' ', 1)[1]}"
    if word_b in ("But", "So", "And", "Or"):
        return f"{a} {b}", f"{a[:-1]}, {lower_first(b)}"
    return None


def coherent(r, run):
    """Passage -> joined or connected passage. run: list of sentences."""
    for i in range(len(run) - 1):
        pair = fused(r, run[i], run[i + 1])
        if pair:
            before, after = run[:i], run[i + 2:]
            return " ".join(before + [pair[0]] + after), " ".join(before + [pair[1]] + after)
    return None


# ---------------------------------------------------------------- appropriate and neutral

INSULT_NOUNS = ["idiot", "moron", "fool", "loser", "clown", "jerk", "dummy", "imbecile", "dumbass", "asshole", "bastard", "scumbag", "pig", "bitch"]
RUDE_ADJECTIVES = ["damn", "stupid", "freaking", "fucking", "bloody", "goddamn", "crappy", "shitty", "dumb", "fuckin", "lousy", "pathetic", "idiotic", "ridiculous"]
RUDE_TAILS = [", you idiot", ", you moron", ", for fuck's sake", ", dammit", ", you stupid fool", ", damn it", ", jackass", ", you loser"]
RUDE_HEADS = ["Damn, ", "Holy shit, ", "For fuck's sake, ", "What the hell, ", "Listen, you idiot, ", "Shit, ", "Fuck, ", "Are you stupid? ", "Only an idiot would ask, but "]
NOUN_AFTER = re.compile(r"\b(?:the|a|my|your|his|her|their|our|this|that|these|those) (?=[a-z]{3,})")


def appropriate(r, text):
    """Insults and swearing put into clean text; the clean text is the target."""
    source = text
    kind = r.random()
    if kind < 0.5:
        spots = list(NOUN_AFTER.finditer(source))
        if not spots:
            return None
        spot = r.choice(spots)
        head = source[: spot.end()]
        word = r.choice(RUDE_ADJECTIVES)
        if head.endswith((" a ", "A ")) and word[0] in "aeiou":
            word = "damn"
        source = head + word + " " + source[spot.end():]
    elif kind < 0.75 and text[-1] in ".!?":
        source = text[:-1] + r.choice(RUDE_TAILS) + r.choice([text[-1], text[-1], "!"] if text[-1] == "." else [text[-1]])
        if source[-1] != text[-1]:
            source = source[:-1] + text[-1]
    else:
        head = r.choice(RUDE_HEADS)
        source = head + (source if head.endswith("? ") else lower_first(source))
    if r.random() < 0.1:
        source = lower_first(source)
    return source, text


PEACOCK = ["brilliant", "amazing", "legendary", "outstanding", "so-called", "terrible", "disgraceful", "incredible", "wonderful", "infamous", "shocking",
           "beloved", "notorious", "acclaimed", "magnificent", "disastrous", "world-class", "prestigious", "iconic", "misguided"]
LOADED = {"said": ["claimed", "bragged", "admitted", "boasted"], "stated": ["claimed", "insisted"], "died": ["tragically died", "sadly passed away"],
          "is": ["is clearly", "is obviously", "is undoubtedly", "is of course"], "was": ["was obviously", "was sadly", "was clearly", "was undeniably"],
          "were": ["were unfortunately", "were clearly"], "government": ["regime"], "group": ["gang"], "won": ["heroically won", "deservedly won"],
          "lost": ["shamefully lost"], "failed": ["miserably failed"], "criticized": ["viciously attacked", "rightly criticized"],
          "became": ["surprisingly became"], "supporters": ["fanatics"], "many": ["far too many"], "few": ["pitifully few"]}


def neutral(r, text):
    """Loaded and praising words put into clean, factual text; the clean text is the target."""
    source = swap(text, LOADED, r, 0.5) if r.random() < 0.6 else text
    spots = list(NOUN_AFTER.finditer(source))
    if spots and (source == text or r.random() < 0.4):
        spot = r.choice(spots)
        if not re.search(r"\ba $", source[: spot.end()], re.I):
            source = source[: spot.end()] + r.choice(PEACOCK) + " " + source[spot.end():]
    return changed(source, text)


# ---------------------------------------------------------------- paraphrase

REWORD = {
    "begin": "start", "start": "begin", "big": "large", "large": "big", "buy": "purchase", "often": "frequently", "maybe": "perhaps", "perhaps": "maybe",
    "also": "as well", "help": "assist", "quickly": "fast", "almost": "nearly", "nearly": "almost", "because": "since", "however": "still",
    "important": "significant", "show": "demonstrate", "use": "make use of", "need": "require", "try": "attempt", "enough": "sufficient", "many": "a lot of",
    "about": "roughly", "get": "receive", "difficult": "hard", "hard": "difficult", "answer": "reply", "finish": "complete", "quick": "fast", "people": "persons",
    "for example": "for instance", "for instance": "for example", "a lot of": "many", "in addition": "moreover", "such as": "like", "must": "have to",
}
for _w in ("about", "get", "use", "people", "like", "hard", "also", "quickly", "help", "answer"):
    REWORD.pop(_w, None)


def paraphrase(r, text):
    """Move a final time or place phrase to the front, or swap a few words of like meaning."""
    m = re.match(r"^([A-Z][^,;:]+?) ((?:yesterday|today|tomorrow|last (?:week|year|night|month)|in \d{4}|in (?:January|March|May|June|July|August|October)|on (?:Monday|Tuesday|Friday|Sunday)))\.$", text)
    if m:
        return text, f"{upper_first(m[2])}, {lower_first(m[1])}."
    target = swap(text, REWORD, r, 0.8)
    if r.random() < 0.3:
        target = contract(target) if expand(target) == target else expand(target)
    return changed(text, target)


# ---------------------------------------------------------------- tokens that must survive

SCRIPTS = [(0x4E00, 0x9FA5), (0x3041, 0x3096), (0x0430, 0x044F), (0x03B1, 0x03C9), (0x0621, 0x064A), (0x05D0, 0x05EA), (0x0915, 0x0939), (0xAC00, 0xD7A3), (0x0E01, 0x0E30)]
EMOJI = "😀😂😉😊😍🤔👍🙏🎉❤🔥✅🚀😢😅🙂🌍📎📅☕🐛💡⚠✨👋"
NAMES = "anna|ben|carla|deniz|emma|farid|grace|hugo|ivan|jun|kofi|lena|maria|noor|omar|priya|quinn|rosa|sam|tara|uma|victor|wei|yuki|zoe".split("|")
STEMS = "user|file|item|name|value|count|price|page|report|order|data|index|total|config|result|path|key|test|main|list|date|team|app|login|error".split("|")


def number(r):
    n = r.randrange(10 ** r.randint(1, 6))
    return r.choice([str(n), f"{n:,}", f"{n / 100:.2f}", f"${n:,}", f"€{n}", f"{n % 100}%", f"{n % 24}:{n % 60:02d}", f"v{n % 9}.{n % 7}.{n % 12}",
                     f"{2000 + n % 40}-{1 + n % 12:02d}-{1 + n % 28:02d}", f"+{r.randrange(10**9, 10**11)}", f"{n % 31 + 1}/{n % 12 + 1}/{1990 + n % 40}", f"#{n}", f"{n % 500} km"])


def special(r):
    """A made-up URL, address, handle, number, emoji, foreign word, quotation or piece of code."""
    name, stem, other = r.choice(NAMES), r.choice(STEMS), r.choice(STEMS)
    kind = r.randrange(10)
    if kind == 0:
        return r.choice([f"https://www.{stem}{other}.example/{name}", f"https://{name}.example/{stem}?{other}={r.randrange(999)}", f"www.{name}-{stem}.example",
                         f"http://{stem}.example/{other}/{r.randrange(9999)}.html"])
    if kind == 1:
        return r.choice([f"{name}.{r.choice(NAMES)}@{stem}.example", f"{name}{r.randrange(99)}@example.org", f"info@{name}-{stem}.example"])
    if kind == 2:
        return r.choice([f"@{name}", f"@{name}_{stem}", f"#{stem}{other}", f"@{name.capitalize()}{r.randrange(99)}"])
    if kind in (3, 4):
        return number(r)
    if kind == 5:
        return "".join(r.choice(EMOJI) for _ in range(r.choice([1, 1, 1, 2, 3])))
    if kind == 6:
        low, high = r.choice(SCRIPTS)
        return "".join(chr(r.randint(low, high)) for _ in range(r.randint(2, 6)))
    if kind == 7:
        inner = r.choice([stem, f"{stem} {other}", f"{name.capitalize()} {stem}"])
        return r.choice([f"“{inner}”", f"\"{inner}\"", f"‘{inner}’", f"«{inner}»"])
    return r.choice([f"{stem}_{other}", f"{stem}{other.capitalize()}", f"`{stem}_{other}`", f"{{{stem}}}", f"{{{{{name}}}}}", f"<{stem}>", f"{stem}()", f"--{stem}-{other}",
                     f"C:\\{stem}\\{other}.txt", f"{stem}.{r.choice(['rs', 'py', 'docx', 'csv', 'json'])}", f"[{stem}]", f"{stem}={r.randrange(99)}", f"%{stem}%", f"${stem}", f"~/{stem}/{other}"])


def with_special(r, source, target):
    """Put one such token into both sides at a place they share; None if there is none."""
    token = special(r)
    kind = r.random()
    if kind < 0.25:
        form = r.choice(["{} {}", "{}: {}", "{}\n{}", "({}) {}", "- {} {}"])
        return form.format(token, source), form.format(token, target)
    if kind < 0.55:
        form = r.choice(["{} {}", "{} ({})", "{} See {}.", "{}\n{}", "{} – {}"])
        return form.format(source, token), form.format(target, token)
    a, b = source.split(" "), target.split(" ")
    same = 0
    while same < min(len(a), len(b)) and a[same] == b[same]:
        same += 1
    if same < 2:
        return None
    at = r.randrange(1, same)
    return " ".join(a[:at] + [token] + a[at:]), " ".join(b[:at] + [token] + b[at:])
