"""Inflected and derived forms of words, as far as the vocabulary knows them."""

VERBS = """have has had having|do does did done doing|go goes went gone going|say says said saying|
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
shake shakes shook shaken shaking|steal steals stole stolen stealing|wake wakes woke woken waking|lie lies lay lain lying""".replace("\n", "")
IRREGULAR = {w: g.split() for g in VERBS.split("|") for w in g.split()}
# Pairs of endings that turn one kind of word into another: noun, adjective, adverb, verb.
ENDINGS = [("", "ly"), ("y", "ily"), ("le", "ly"), ("", "ful"), ("", "ness"), ("y", "iness"), ("", "ment"), ("", "ion"), ("e", "ion"), ("e", "ation"), ("", "ation"),
           ("ent", "ence"), ("ant", "ance"), ("ent", "ency"), ("", "al"), ("e", "al"), ("y", "ical"), ("ic", "ical"), ("", "y"), ("ful", "fully"), ("", "ity"), ("e", "ity"),
           ("", "er"), ("e", "er"), ("", "able"), ("", "ive"), ("ion", "ive"), ("", "ous"), ("", "en"), ("ify", "ification"), ("ize", "ization"), ("", "ance"), ("th", "thy"), ("e", "y")]


def forms(word, vocabulary):
    """(base, third, past, ing) of a word, as far as the vocabulary knows them; None for a form not known."""
    if word in IRREGULAR:
        family = IRREGULAR[word]
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


def derivations(vocabulary):
    """word -> words of another kind from the same stem: success -> successful."""
    out = {}
    for word in sorted(vocabulary):
        if len(word) < 4:
            continue
        for a, b in ENDINGS:
            if word.endswith(a):
                other = word[: len(word) - len(a)] + b
                if other != word and other in vocabulary and len(word) - len(a) > 2:
                    out.setdefault(word, []).append(other)
                    out.setdefault(other, []).append(word)
    return out
