"""Synthetic writing errors: clean text -> plausible erroneous text.

Errors are chosen so that the clean form can be worked out from what is left: function words are dropped or
swapped, words are inflected against their context, spelling follows known misspellings and the keyboard.
Content words are never dropped. Four kinds of writer: learner, native, mobile, dictation.
"""

import collections
import re

WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d[\d.,]*\d|\d|\s+|[^\w\s]|[^\W\d_a-zA-Z]+|_+|.", re.S)
# Text that must come through untouched: addresses, handles, placeholders, code, anything not plain English.
PROTECTED = re.compile(
    r"\S*(?:://|@|#|_|\{|\}|<|>|\(\)|\\|/|=|\d)\S*|\S*[a-z][A-Z]\S*|\S*[A-Z]{2,}\S*|[^\x00-\x7F]+|`[^`]*`"
)

ARTICLES = ["a", "an", "the"]
PREPOSITIONS = "in on at to for of with from by about into over after before during".split()
NEAR_PREPOSITIONS = {
    "in": ["on", "at", "into"], "on": ["in", "at"], "at": ["in", "on"], "to": ["for", "at", "in"],
    "for": ["to", "of", "since"], "of": ["from", "for", "in"], "with": ["by", "of"], "from": ["of", "by"],
    "by": ["with", "from"], "about": ["of", "on"], "into": ["in", "to"], "since": ["for", "from"],
    "during": ["in", "while"], "before": ["until"], "until": ["to"], "between": ["among"], "over": ["on"],
}
DROPPABLE = set("a an the of to in on at for is are was were be been has have had do does did it that and than will".split())
INSERTABLE = {"the": 5, "a": 3, "to": 2, "of": 2, "in": 1, "that": 1, "for": 1, "is": 1, "be": 1}

HOMOPHONES = """their there they're|its it's|your you're|then than|to too|affect effect|were where we're|who's whose|lose loose|
accept except|weather whether|quite quiet|passed past|led lead|here hear|know no|buy by|which witch|peace piece|of off|
advice advise|principal principle|brake break|write right|everyday every day|maybe may be|new knew|wear where|threw through|
week weak|meet meat|sea see|allowed aloud|two too|four for|our are|whole hole|wait weight|one won|son sun|plane plain|
there their|were was|complement compliment|council counsel|desert dessert|role roll|site sight|stationary stationery|
this these|these this|practice practise|choose chose|costumer customer|form from|though thought|thing think|live leave|
fill feel|since sense|of have|as us|now know|hole whole|hour our|affects effects|bare bear|cell sell|die dye|fair fare|
flour flower|great grate|heard herd|mail male|main mane|pair pear|rain reign|sail sale|steal steel|tail tale|waist waste""".replace("\n", "")
VERBS = """be am is are was were been being|have has had having|do does did done doing|go goes went gone going|say says said saying|
make makes made making|take takes took taken taking|come comes came coming|see sees saw seen seeing|know knows knew known knowing|
get gets got gotten getting|give gives gave given giving|find finds found finding|think thinks thought thinking|
tell tells told telling|become becomes became becoming|show shows showed shown showing|leave leaves left leaving|
feel feels felt feeling|put puts putting|bring brings brought bringing|begin begins began begun beginning|
keep keeps kept keeping|hold holds held holding|write writes wrote written writing|stand stands stood standing|
hear hears heard hearing|let lets letting|mean means meant meaning|set sets setting|meet meets met meeting|
run runs ran running|pay pays paid paying|sit sits sat sitting|speak speaks spoke spoken speaking|lead leads led leading|
read reads reading|grow grows grew grown growing|lose loses lost losing|fall falls fell fallen falling|
send sends sent sending|build builds built building|understand understands understood understanding|
draw draws drew drawn drawing|break breaks broke broken breaking|spend spends spent spending|cut cuts cutting|
rise rises rose risen rising|drive drives drove driven driving|buy buys bought buying|wear wears wore worn wearing|
choose chooses chose chosen choosing|eat eats ate eaten eating|teach teaches taught teaching|catch catches caught catching|
sleep sleeps slept sleeping|win wins won winning|fly flies flew flown flying|forget forgets forgot forgotten forgetting|
sell sells sold selling|fight fights fought fighting|throw throws threw thrown throwing|sing sings sang sung singing|
swim swims swam swum swimming|drink drinks drank drunk drinking|ride rides rode ridden riding|hide hides hid hidden hiding|
shake shakes shook shaken shaking|steal steals stole stolen stealing|wake wakes woke woken waking""".replace("\n", "")
NOUNS = "man men|woman women|child children|person people|foot feet|tooth teeth|life lives|wife wives|knife knives|leaf leaves|mouse mice"
PRONOUNS = "I me my|he him his|she her hers|we us our|they them their|this these|that those|much many|little few|who whom"
DEGREES = "good well better|bad badly worse|easy easily easier|quick quickly quicker|careful carefully|real really|beautiful beautifully"
# Swaps tried first: the classic slips of agreement and form.
CLASSIC = {
    "is": ["are", "be"], "are": ["is"], "was": ["were"], "were": ["was"], "has": ["have"], "have": ["has"], "does": ["do"],
    "do": ["does"], "doesn't": ["don't"], "don't": ["doesn't"], "isn't": ["aren't", "ain't"], "aren't": ["isn't"],
    "wasn't": ["weren't"], "weren't": ["wasn't"], "hasn't": ["haven't"], "haven't": ["hasn't"], "am": ["is", "are"],
    "this": ["these"], "these": ["this"], "those": ["that"], "much": ["many"], "many": ["much"], "few": ["little"], "fewer": ["less"],
    "children": ["childs", "childrens"], "people": ["peoples", "person"], "men": ["mans"], "women": ["womans"], "feet": ["foots"],
    "information": ["informations"], "advice": ["advices"], "equipment": ["equipments"], "furniture": ["furnitures"],
    "homework": ["homeworks"], "knowledge": ["knowledges"], "research": ["researches"], "news": ["new"], "went": ["goed", "go"],
    "better": ["more better", "gooder"], "worse": ["more bad", "worser"], "easier": ["more easy", "more easier"],
    "bigger": ["more big", "more bigger"], "could": ["can"], "would": ["will"], "who": ["which"], "me": ["I"], "I": ["i", "me"],
    "him": ["he"], "her": ["she"], "himself": ["hisself"], "themselves": ["theirselves", "themself"], "an": ["a"], "a": ["an"],
    "bought": ["buyed"], "thought": ["thinked"], "taught": ["teached"], "caught": ["catched"], "wrote": ["writed"], "ate": ["eated"],
    "came": ["comed"], "took": ["taked"], "knew": ["knowed"], "gave": ["gived"], "kept": ["keeped"], "told": ["telled"], "made": ["maked"],
    "until": ["untill"], "because": ["becuase", "becouse", "cause"], "interested": ["interesting"], "bored": ["boring"],
    "excited": ["exciting"], "surprised": ["surprising"], "tired": ["tiring"], "different": ["difference"], "important": ["importance"],
}
CHAT = {
    "you": ["u"], "your": ["ur"], "are": ["r"], "please": ["pls", "plz"], "because": ["cuz", "bc"], "tomorrow": ["tmrw", "tomorow"],
    "though": ["tho"], "through": ["thru"], "people": ["ppl"], "message": ["msg"], "thanks": ["thx"], "before": ["b4"],
    "going to": ["gonna"], "want to": ["wanna"], "something": ["smth"], "really": ["rly"], "about": ["abt"], "tonight": ["tonite"],
}
DICTATED = {
    "their": "there", "there": "their", "they're": "there", "too": "to", "two": "to", "its": "it's", "whether": "weather", "write": "right",
    "right": "write", "new": "knew", "hear": "here", "here": "hear", "would have": "would of", "could have": "could of", "four": "for", "by": "buy",
    "meet": "meat", "weak": "week", "wait": "weight", "our": "are", "than": "then", "where": "wear", "no": "know", "sent": "scent",
}
KEYS = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k",
    "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}
BEFORE_BASE = set("to will would can could should must may might shall don't doesn't didn't won't can't couldn't wouldn't shouldn't did".split())
BEFORE_ING = set("is are was were am be been being keep enjoy".split())
BEFORE_PARTICIPLE = set("has have had having hasn't haven't hadn't".split())
SINGULAR_SUBJECTS = set("he she it".split())
PLURAL_SUBJECTS = set("i you we they".split())
BEFORE_SINGULAR = set("a an this that another every each one".split())
BEFORE_PLURAL = set("many these those several few two three four five some most all both various different other".split())
COMMON_S = set("this his its was is has does as us yes thus less always perhaps".split())


def families(text, table=None):
    """'a b c|d e' -> every word to the others of its group."""
    table = collections.defaultdict(list) if table is None else table
    for group in text.split("|"):
        words = group.split()
        for w in words:
            table[w] += [x for x in words if x != w]
    return table


HOMOPHONE = families(HOMOPHONES)
IRREGULAR_VERB = {w: g.split() for g in VERBS.split("|") for w in g.split()}
OTHER_FORMS = families(NOUNS + "|" + PRONOUNS + "|" + DEGREES)


def match_case(word, like):
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() and like != "I" else word


def forms(word, vocabulary):
    """(base, third, past, ing) of a word, as far as the vocabulary knows them; None for a form not known."""
    if word in IRREGULAR_VERB and word not in ("be", "am", "is", "are", "was", "were", "been", "being"):
        family = IRREGULAR_VERB[word]
        past = [w for w in family if w not in (family[0], family[1]) and not w.endswith("ing")]
        return family[0], family[1], (past or [family[0]])[0], family[-1]
    stems = [word]
    for ending, replacements in (("ies", ["y"]), ("ied", ["y"]), ("es", ["", "e"]), ("ed", ["", "e"]), ("ing", ["", "e"]), ("s", [""])):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            root = word[: -len(ending)]
            stems += [root + r for r in replacements]
            if ending in ("ed", "ing") and len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls":
                stems.append(root[:-1])
    best = None
    for stem in stems[::-1]:
        if stem not in vocabulary or len(stem) < 3:
            continue
        e, y = stem.endswith("e"), stem.endswith("y") and stem[-2] not in "aeiou"
        root = stem[:-1] if e or y else stem
        twice = stem + stem[-1]
        third = [root + "ies"] if y else [stem + "s", stem + "es"]
        past = [root + "ied"] if y else [root + "ed", twice + "ed"]
        ing = [stem + "ing"] if y else [root + "ing", twice + "ing"]
        found = [next((x for x in c if x in vocabulary), None) for c in (third, past, ing)]
        if word == stem or word in found:
            candidate = (stem, *found)
            if best is None or sum(map(bool, candidate)) > sum(map(bool, best)):
                best = candidate
    return best


class Noiser:
    """Call it with a random.Random and a clean text. vocabulary: known lower-case words; misspellings: common word -> list."""

    def __init__(self, vocabulary, misspellings=None):
        self.vocabulary = vocabulary
        self.misspellings = misspellings or {}
        self.cache = {}

    def forms(self, word):
        if word not in self.cache:
            self.cache[word] = forms(word, self.vocabulary)
        return self.cache[word]

    def misspell(self, r, word):
        lower = word.lower()
        known = self.misspellings.get(lower)
        if known and r.random() < 0.7:
            return match_case(r.choice(known), word)
        if len(word) < 4 or (not known and r.random() < 0.7):  # rare words and names: seldom
            return None
        i = r.randrange(1, len(word) - 1)
        kind = r.random()
        if kind < 0.3:
            return word[:i] + word[i + 1:]
        if kind < 0.55:
            return word[:i] + word[i + 1] + word[i] + word[i + 2:] if word[i] != word[i + 1] else word[:i] + word[i + 1:]
        if kind < 0.75:
            return word[:i] + word[i] + word[i:]
        if kind < 0.85:  # by ear
            for a, b in (("ie", "ei"), ("ei", "ie"), ("ent", "ant"), ("ant", "ent"), ("able", "ible"), ("ible", "able"), ("tion", "sion"),
                         ("ph", "f"), ("ss", "s"), ("ll", "l"), ("tt", "t"), ("mm", "m"), ("cc", "c"), ("ea", "ee"), ("ou", "o"), ("ough", "uff")):
                if a in lower[1:]:
                    at = lower.index(a, 1)
                    return word[:at] + b + word[at + len(a):]
        key = r.choice(KEYS.get(lower[i], "e"))
        return word[:i] + key + word[i if kind > 0.93 else i + 1:]

    def inflect(self, r, word, before):
        """A wrong form of the word, preferring one that its left neighbour shows to be wrong."""
        lower = word.lower()
        if lower in OTHER_FORMS and r.random() < 0.5:
            return match_case(r.choice(OTHER_FORMS[lower]), word)
        if lower in COMMON_S:
            return None
        found = self.forms(lower)
        if not found:
            return None
        base, third, past, ing = found
        if before in BEFORE_BASE and lower == base:
            wrong = [third, past, ing]
        elif before in BEFORE_ING and lower == ing:
            wrong = [base, base, past]
        elif before in BEFORE_ING and lower == past:
            wrong = [base, base, ing]
        elif before in BEFORE_PARTICIPLE:
            wrong = [base, third, ing, base]
        elif before in SINGULAR_SUBJECTS and lower == third:
            wrong = [base, base, base, ing]
        elif before in PLURAL_SUBJECTS and lower == base:
            wrong = [third, third, ing]
        elif before in BEFORE_SINGULAR and lower == base:
            wrong = [third]
        elif before in BEFORE_PLURAL and lower == third:
            wrong = [base]
        elif lower == ing:
            wrong = [base] if r.random() < 0.5 else []
        elif lower == past:
            wrong = [base, base, ing] if r.random() < 0.5 else []
        elif r.random() < 0.6:
            wrong = [base, third]
        else:
            wrong = []
        wrong = [w for w in wrong if w and w != lower]
        return match_case(r.choice(wrong), word) if wrong else None

    def __call__(self, r, text, rate=None, writer=None):
        writer = writer or r.choices(["learner", "native", "mobile", "dictation"], [55, 22, 17, 6])[0]
        if writer == "dictation":
            return self.dictation(r, text)
        spans = [m.span() for m in PROTECTED.finditer(text)]
        tokens, guarded, k = [], [], 0
        for m in WORD.finditer(text):
            while k < len(spans) and spans[k][1] <= m.start():
                k += 1
            tokens.append(m.group())
            guarded.append(k < len(spans) and spans[k][0] < m.end())
        places = [i for i, t in enumerate(tokens) if not guarded[i] and (t[0].isalpha() or t in ",.?!'")]
        words = sum(tokens[i][0].isalpha() for i in places)
        if not words:
            return text
        rate = r.choice([0.04, 0.07, 0.1, 0.15, 0.2, 0.25]) if rate is None else rate
        wanted = max(1, round(words * rate * r.uniform(0.5, 1.5)))
        out, done = list(tokens), 0
        r.shuffle(places)
        for i in places:
            if done >= wanted:
                break
            if out[i] != tokens[i]:
                continue
            before = tokens[i - 2].lower() if i >= 2 else ""
            plain_next = i + 2 < len(tokens) and not guarded[i + 2] and tokens[i + 2][0].isalpha() and out[i + 1:i + 3] == tokens[i + 1:i + 3]
            if self.change(r, out, tokens, i, before, writer, plain_next):
                done += 1
        result = "".join(out)
        if writer == "mobile":
            result = self.mobile(r, result)
        elif r.random() < 0.06:
            result = result[:1].lower() + result[1:]
        elif r.random() < 0.05 and result.endswith("."):
            result = result[:-1]
        return re.sub(r"(?<=\S) {2,}(?=\S)", " ", result).strip()

    def drop(self, out, i):
        out[i] = ""
        if i + 1 < len(out) and out[i + 1] == " ":
            out[i + 1] = ""
        if i == 0:
            for j in range(1, len(out)):
                if out[j] and out[j][0].isalpha():
                    out[j] = out[j][0].upper() + out[j][1:]
                    break

    def change(self, r, out, tokens, i, before, writer, plain_next):
        """Put one error at token i; say whether it was possible. plain_next: the word after it is unprotected and untouched."""
        t, lower, u = tokens[i], tokens[i].lower(), r.random()
        learner = writer == "learner"
        if t == ",":
            out[i] = ""
            return r.random() < 0.7 or not out.__setitem__(i, ",")
        if t in ".?!":
            if i != len(tokens) - 1:
                return False
            out[i] = "" if u < 0.7 else "." if t == "?" else t
            return out[i] != t
        if t == "'":
            return False
        if lower in CLASSIC and u < 0.55:
            out[i] = match_case(r.choice(CLASSIC[lower]), t) if t != "I" else r.choice(CLASSIC["I"])
            return out[i] != t
        if lower in HOMOPHONE and u < (0.35 if learner else 0.8):
            out[i] = match_case(r.choice(HOMOPHONE[lower]), t)
            return True
        if writer == "mobile" and lower in CHAT and u < 0.5:
            out[i] = match_case(r.choice(CHAT[lower]), t)
            return True
        if lower in ARTICLES or lower in NEAR_PREPOSITIONS or lower in DROPPABLE:
            if not learner and r.random() < 0.6:
                return False
            v = r.random()
            if v < 0.5 and lower in DROPPABLE:
                self.drop(out, i)
            elif lower in ARTICLES:
                out[i] = match_case(r.choice([x for x in ARTICLES if x != lower]), t)
            elif lower in NEAR_PREPOSITIONS:
                out[i] = match_case(r.choice(NEAR_PREPOSITIONS[lower] if v < 0.9 else PREPOSITIONS), t)
            else:
                return False
            return out[i] != t
        v = r.random()
        if "'" in t and v < 0.5:
            out[i] = t.replace("'", "")
            return True
        spelling = 0.42 if learner else 0.62
        if v < spelling:
            out[i] = self.misspell(r, t) or t
        elif v < spelling + (0.34 if learner else 0.1):
            out[i] = self.inflect(r, t, before) or t
        elif v < 0.84:
            if i and t[0].isupper() and t != "I":
                out[i] = t.lower()
            elif r.random() < 0.15:
                out[i] = t.capitalize()
        elif v < 0.87:
            out[i] = t + " " + t
        elif v < 0.93 and learner and lower not in INSERTABLE:
            out[i] = r.choices(list(INSERTABLE), list(INSERTABLE.values()))[0] + " " + t if i else t
        elif v < 0.95 and learner and i and plain_next and out[i + 1] == " " and tokens[i + 2].islower():
            out[i], out[i + 2] = out[i + 2], out[i]
        elif v < 0.97 and plain_next and out[i + 1] == " ":
            out[i + 1] = ""
            return True
        elif v < 0.985 and len(t) > 6 and t.islower():
            cut = r.randrange(3, len(t) - 2)
            out[i] = t[:cut] + " " + t[cut:]
        return out[i] != t

    def mobile(self, r, text):
        if r.random() < 0.5:
            text = re.sub(r"(^|[.!?] )([A-Z])(?=[a-z ])", lambda m: m[1] + m[2].lower(), text)
        if r.random() < 0.4:
            text = re.sub(r"\bI\b", "i", text)
        if r.random() < 0.35:
            text = re.sub(r"(?<=[a-z])'(?=(?:s|t|m|re|ve|ll|d)\b)", "", text)
        if r.random() < 0.4:
            text = re.sub(r"[.](?=\s*$)", "", text)
        if r.random() < 0.15:
            text = re.sub(r"(?<=[a-z]), ", " ", text)
        if r.random() < 0.06:
            text = re.sub(r"([!?])$", lambda m: m[1] * r.randint(2, 4), text)
        return text

    def dictation(self, r, text):
        """Speech recognition without punctuation or capitals, with some wrong homophones and fillers."""
        if any(PROTECTED.search(w) for w in text.split()):
            return self(r, text, writer="native")
        out = re.sub(r"[,;:.!?\"]", "", text)
        out = re.sub(r"(^|(?<=[.!?] ))[A-Z](?=[a-z ])", lambda m: m[0].lower(), out) if r.random() < 0.5 else out.lower()
        for right, wrong in DICTATED.items():
            if r.random() < 0.3:
                out = re.sub(rf"\b{right}\b", wrong, out)
        if r.random() < 0.2:
            words = out.split(" ")
            words.insert(r.randrange(len(words)), r.choice(["um", "uh", "er"]))
            out = " ".join(words)
        return out
