"""Word and phrase tables of the errors. All lists here are our own."""

import collections

ARTICLES = ["a", "an", "the"]
NEAR_PREPOSITIONS = {
    "in": ["on", "at", "into"], "on": ["in", "at"], "at": ["in", "on"], "to": ["for", "at", "in"],
    "for": ["to", "of", "since"], "of": ["from", "for", "in"], "with": ["by", "of"], "from": ["of", "by"],
    "by": ["with", "from"], "about": ["of", "on"], "into": ["in", "to"], "since": ["for", "from"],
    "during": ["in", "while"], "before": ["until"], "until": ["to"], "between": ["among"], "over": ["on"], "among": ["between"],
}
DROPPABLE = set("a an the of to in on at for is are was were be been has have had do does did it that and than as will would not".split()) - {"not", "would"}
INSERTABLE = {"the": 6, "a": 2, "to": 2, "of": 2, "in": 1, "that": 1, "for": 1, "is": 1, "be": 1, "it": 1}

HOMOPHONES = """their there they're|its it's|your you're|then than|to too|affect effect|were where we're|who's whose|lose loose|
accept except|weather whether|quite quiet|passed past|lead led|here hear|know no|buy by|which witch|peace piece|of off|
advice advise|principal principle|brake break|write right|everyday every day|maybe may be|new knew|wear where|threw through|
week weak|meet meat|sea see|allowed aloud|two too|four for|our are|whole hole|wait weight|one won|son sun|plane plain|
compliment complement|council counsel|desert dessert|role roll|site sight|stationary stationery|
this these|practice practise|choose chose|form from|though thought|thing think|live leave|anyone any one|altogether all together|already all ready|
fill feel|since sense|now know|hour our|affects effects|bare bear|cell sell|die dye|fair fare|although though|effected affected|
flour flower|great grate|heard herd|mail male|main mane|pair pear|rain reign|sail sale|steal steel|tail tale|waist waste|bought brought|
have of|an and|though through|taught thought|to do|on one|any and|them then|now not|and end|use used|suppose supposed|our out|of if|or of|is his|has as|
every very|costumer customer|diary dairy|quit quite|adapt adopt|ensure assure|later latter|further farther|than that|breath breathe|cloths clothes|lay lie|loan lone|patients patience|
presents presence|personal personnel|precede proceed|than them|throw through|were was|wander wonder|whether either|cause course|coarse course|minuet minute|fewer less|bored board|
aisle isle|alter altar|bazaar bizarre|born borne|canvas canvass|ceiling sealing|cereal serial|cite site|cord chord|currant current|dual duel|elicit illicit|eminent imminent|
faint feint|feat feet|forth fourth|foul fowl|gorilla guerrilla|heal heel|hoard horde|knight night|lessen lesson|lightening lightning|medal metal|moral morale|naval navel|pedal peddle|
pole poll|pore pour|pray prey|profit prophet|rap wrap|rational rationale|root route|sole soul|stair stare|taut taught|their they|tide tied|vain vein|vary very|vile vial|wave waive|yoke yolk|
wary weary|waste waist|rein rain|sweet suite|sow sew|shear sheer|straight strait|scene seen|sink sync|peak peek pique|plum plumb|populace populous|reek wreak|wreck reek|tea tee|
to two|you your|the they|the then|these this|those this|a an|well will|would wound|cold could|were we|where were|what that|with which|year years|think thing""".replace("\n", "")
NOUNS = "man men|woman women|child children|foot feet|tooth teeth|life lives|wife wives|knife knives|leaf leaves|mouse mice"
PRONOUNS = "I me my|he him his|she her|we us our|they them their|this these|that those|much many|little few|who whom"
DEGREES = "good well|bad badly|easy easily easier|quick quickly quicker|careful carefully|real really|beautiful beautifully|more most|better best|worse worst"
# Swaps tried first: the classic slips of agreement and form.
CLASSIC = {
    "is": ["are", "be", "are"], "are": ["is"], "was": ["were", "is"], "were": ["was", "are"], "has": ["have"], "have": ["has"], "does": ["do"],
    "do": ["does"], "doesn't": ["don't", "not", "dont"], "don't": ["doesn't", "dont"], "isn't": ["aren't", "ain't", "not"], "aren't": ["isn't"], "didn't": ["don't", "didnt"],
    "wasn't": ["weren't"], "weren't": ["wasn't"], "hasn't": ["haven't"], "haven't": ["hasn't"], "am": ["is", "are"],
    "this": ["these"], "these": ["this"], "those": ["that", "this"], "much": ["many"], "many": ["much"], "few": ["little"], "fewer": ["less"],
    "children": ["childs", "childrens", "child"], "people": ["peoples", "person"], "men": ["mans", "man"], "women": ["womans", "woman"], "feet": ["foots"],
    "information": ["informations"], "advice": ["advices"], "equipment": ["equipments"], "furniture": ["furnitures"], "evidence": ["evidences"], "software": ["softwares"],
    "homework": ["homeworks"], "knowledge": ["knowledges"], "research": ["researches"], "news": ["new"], "went": ["goed", "go"], "traffic": ["traffics"], "money": ["moneys"],
    "better": ["more better", "gooder", "more good"], "worse": ["more bad", "worser", "more worse"], "easier": ["more easy", "more easier"], "cheaper": ["more cheap", "more cheaper"],
    "bigger": ["more big", "more bigger"], "could": ["can"], "would": ["will"], "who": ["which"], "I": ["i"], "larger": ["more large"], "faster": ["more fast", "more faster"],
    "him": ["he"], "her": ["she"], "himself": ["hisself", "him self"], "themselves": ["theirselves", "themself", "them selves"], "an": ["a"], "myself": ["my self"], "itself": ["it self"],
    "bought": ["buyed"], "thought": ["thinked"], "taught": ["teached"], "caught": ["catched"], "wrote": ["writed"], "ate": ["eated"], "another": ["other", "an other"],
    "came": ["comed"], "took": ["taked"], "knew": ["knowed"], "gave": ["gived"], "kept": ["keeped"], "told": ["telled"], "made": ["maked"], "other": ["others", "another"],
    "until": ["untill"], "because": ["becuase", "becouse", "beacuse", "cause"], "interested": ["interesting"], "interesting": ["interested"], "bored": ["boring"], "boring": ["bored"],
    "excited": ["exciting"], "surprised": ["surprising"], "tired": ["tiring"], "different": ["difference", "differents"], "important": ["importance", "importants"], "others": ["other"],
    "own": ["owns"], "every": ["all", "each of"], "everyone": ["every one", "everyones"], "everything": ["every things", "every thing"], "something": ["some thing"], "sometimes": ["some times", "sometime"],
    "without": ["with out"], "however": ["how ever"], "together": ["to gether"], "nowadays": ["now a days", "nowaday", "in nowadays"], "whereas": ["where as"], "cannot": ["can not"],
    "which": ["wich", "what"], "there": ["their", "ther"], "whose": ["who's", "which"], "successful": ["success", "successfull"], "difficult": ["difficulty"], "safe": ["safety"], "healthy": ["health"],
    "lose": ["loose"], "life": ["live"], "live": ["life"], "lives": ["life"], "convenient": ["convenience"], "dangerous": ["danger"], "belief": ["believe"], "believe": ["belief"], "choice": ["choose"],
    "economic": ["economical", "economy"], "effect": ["affect"], "advertisement": ["advertise"], "advertisements": ["advertise", "advertisement"], "possible": ["possibility"], "able": ["enable", "abled"],
    "thing": ["things"], "things": ["thing"], "lot": ["lots"], "reason": ["reasons"], "reasons": ["reason"], "example": ["exemple"], "their": ["there", "his", "they"], "your": ["you", "you're"],
    "developing": ["development"], "development": ["developing"], "young": ["youth", "younger"], "whole": ["all"], "most": ["more"], "than": ["then"], "also": ["too", "to"], "very": ["much"],
}
# right -> what learners write: prepositions after certain words, set phrases, doubled meanings.
LEARNER_PHRASES = {
    "discuss": ["discuss about"], "discussed": ["discussed about"], "discussing": ["discussing about"], "emphasize": ["emphasize on"], "mention": ["mention about"], "mentioned": ["mentioned about"],
    "explain": ["explain about"], "contact": ["contact with"], "married": ["married with"], "enter": ["enter into", "enter to"], "entered": ["entered into", "entered to"], "reach": ["reach to"], "reached": ["reached to"],
    "most people": ["most of people", "the most people", "mostly people"], "most of the": ["the most of", "most the", "most of"], "depends on": ["depends of", "depend on", "depends from"], "depend on": ["depend of", "depends on"],
    "interested in": ["interested on", "interest in", "interesting in", "interested for"], "good at": ["good in"], "different from": ["different of", "different with"], "in my opinion": ["on my opinion", "in my opinions", "according to me", "in my point of view"],
    "listen to": ["listen"], "listening to": ["listening"], "look forward to": ["look forward for", "looking forward to", "look forward"], "used to": ["use to", "used"], "would like to": ["would like", "will like to", "would liked to"],
    "a lot of": ["alot of", "a lots of", "lot of", "lots"], "despite": ["despite of"], "in spite of": ["inspite of", "in spite"], "according to": ["according with", "accord to", "according"], "at home": ["in home", "at the home"],
    "on the other hand": ["in other hand", "on other hand", "in the other hand", "by the other hand"], "first of all": ["first all", "firstly of all", "first of"], "for example": ["for exemple", "for instant", "example"], "for instance": ["for instant", "for instances"],
    "in addition": ["in additional", "addition", "in addition to"], "even though": ["even", "eventhough", "even thought"], "as well as": ["as well", "as good as"], "such as": ["such", "as such", "like as"], "able to": ["able", "abled to", "able for"],
    "one of the": ["one of", "one the", "on of the"], "because of": ["because", "because off"], "due to": ["due", "due of", "because to"], "instead of": ["instead", "in stead of", "instead to"], "in order to": ["in order", "for to", "in other to"],
    "as a result": ["as result", "in result", "as the result"], "in the past": ["in past", "on the past"], "in the future": ["in future", "at the future", "in feature"], "in fact": ["infact", "in the fact", "on fact"],
    "at the same time": ["in the same time", "at same time"], "in general": ["in generally", "general"], "more and more": ["more", "the more and more"], "all over the world": ["all over world", "in all over the world", "all around world"],
    "around the world": ["around world", "in around the world"], "each other": ["each others", "eachother"], "kind of": ["kinds of", "kind"], "a few": ["few", "a little"], "a little": ["little", "a few"], "as soon as": ["as soon", "so soon as"],
    "there is": ["there are", "it is", "there's are", "is"], "there are": ["there is", "it is", "are", "they are"], "there was": ["there were", "it was"], "there were": ["there was", "it were"], "it is": ["is", "its", "it's is"], "is not": ["not", "is no"],
    "should be": ["should", "must to be", "should to be"], "can be": ["can", "can been", "can to be"], "will be": ["will", "be", "would be"], "has been": ["has", "have been", "is been"], "have been": ["has been", "have", "are been"],
    "had been": ["had", "have been"], "to be": ["be", "to being", "to"], "want to": ["want", "wants to"], "need to": ["need", "needs to"], "have to": ["have", "has to", "must to"], "has to": ["have to", "must to"], "going to": ["going", "go to"],
    "want": ["wants to", "want to"], "people who": ["people which", "peoples who", "people whose", "person who"], "who have": ["who has", "which have"], "who are": ["who is", "which are", "who"], "who is": ["who are", "which is", "who"],
    "the same": ["same", "a same"], "so that": ["so", "that so"], "too much": ["too many", "very much", "to much"], "too many": ["too much", "to many"], "so many": ["so much", "many so"], "spend time": ["spend the time", "expend time", "waste time"],
    "make a decision": ["take a decision", "do a decision"], "make mistakes": ["do mistakes"], "do research": ["make research"], "take part in": ["take part on", "take part"], "pay attention to": ["pay attention on", "pay attention for", "attention to"],
    "play a role": ["play role", "play the role"], "an important role": ["important role", "a important role"], "get married": ["get marry", "marry"], "grow up": ["growth up", "grow"], "grew up": ["growed up"], "go shopping": ["go to shopping"],
    "in the morning": ["at the morning", "on the morning", "in morning"], "at night": ["in night", "on night", "in the night"], "on monday": ["in monday", "at monday"], "on sunday": ["in sunday"], "last year": ["in last year", "the last year"], "next week": ["in next week"],
    "how much": ["how many"], "how many": ["how much"], "what is": ["what's is", "what"], "if you": ["if"], "in terms of": ["in term of"], "take care of": ["take care", "take care about", "care of"], "afraid of": ["afraid"], "full of": ["full with", "full"],
    "responsible for": ["responsible of", "responsible to"], "aware of": ["aware", "aware about"], "similar to": ["similar with", "similar as"], "compared to": ["comparing to", "compare to", "compared"], "according": ["accordingly"], "instead": ["in stead"],
    "not only": ["not just only", "no only"], "the number of": ["number of", "the numbers of"], "a number of": ["number of", "a numbers of"], "in this case": ["in case", "on this case"], "in other words": ["in others words", "another words", "in another words"],
    "i agree": ["i am agree", "i'm agree", "i agreed"], "i think": ["i thinks", "i'm thinking"], "he has": ["he have"], "she has": ["she have"], "it has": ["it have"], "they are": ["they", "they is"], "they were": ["they was"], "we are": ["we", "we is"], "you are": ["you", "your", "you is"],
    "does not": ["do not", "not", "doesn't not"], "do not": ["does not", "not", "dont"], "did not": ["not", "do not", "didn't not"], "can not": ["no can"], "more than": ["more then", "more that"], "better than": ["better then", "more better than"], "less than": ["less then"],
    "to do": ["to doing", "do"], "to make": ["to making", "make", "to made"], "to get": ["to getting", "get", "to got"], "to go": ["go", "to going", "to went"], "to have": ["have", "to has", "to having"], "to see": ["to saw", "see", "to seeing"], "to take": ["take", "to took"],
    "without any": ["without no", "without"], "any more": ["no more"], "anything": ["nothing"], "anyone": ["no one"], "would have": ["would of", "would had"], "could have": ["could of", "could had"], "should have": ["should of"], "must have": ["must of"], "might have": ["might of"],
    "although": ["even", "although that"], "nevertheless": ["never the less"], "another": ["an another"], "what happened": ["what did happen"], "where is": ["where"], "feel like": ["feel"], "as if": ["like if"], "so far": ["until now on"], "on average": ["in average"],
}
# British and American writers' slips in set phrases and everyday words; right -> wrong.
NATIVE_PHRASES = {
    "a lot": ["alot"], "all right": ["alright", "allright"], "as well": ["aswell"], "at least": ["atleast", "at lest"], "in case": ["incase"], "each other": ["eachother"], "thank you": ["thankyou"], "in front": ["infront"], "no one": ["noone"], "up to date": ["uptodate"],
    "every time": ["everytime"], "any more": ["anymore"], "of course": ["ofcourse", "off course"], "supposed to": ["suppose to"], "used to": ["use to"], "would have": ["would of", "would've of"], "could have": ["could of"], "should have": ["should of"],
    "must have": ["must of"], "might have": ["might of"], "couldn't have": ["couldn't of"], "have gone": ["have went"], "has gone": ["has went"], "had gone": ["had went"], "have seen": ["have saw", "have see"], "had seen": ["had saw"], "has become": ["has became"], "have become": ["have became"],
    "have done": ["have did"], "has done": ["has did"], "have taken": ["have took"], "has taken": ["has took"], "have written": ["have wrote"], "has written": ["has wrote"], "have eaten": ["have ate"], "had eaten": ["had ate"], "have come": ["have came"], "has come": ["has came"], "have begun": ["have began"],
    "have chosen": ["have chose"], "have broken": ["have broke"], "have given": ["have gave"], "have known": ["have knew"], "have spoken": ["have spoke"], "was written": ["was wrote"], "was taken": ["was took"], "was given": ["was gave"], "were given": ["were gave"], "is known": ["is know"],
    "between you and me": ["between you and i"], "for you and me": ["for you and i"], "couldn't care less": ["could care less"], "regardless": ["irregardless"], "for all intents and purposes": ["for all intensive purposes"], "one and the same": ["one in the same"], "by accident": ["on accident"],
    "bated breath": ["baited breath"], "sneak peek": ["sneak peak"], "piqued my": ["peaked my", "peeked my"], "wreak havoc": ["wreck havoc", "reek havoc"], "tongue in cheek": ["tongue and cheek"], "deep-seated": ["deep-seeded"], "free rein": ["free reign"], "case in point": ["case and point"], "nip it in the bud": ["nip it in the butt"],
    "per se": ["per say"], "et cetera": ["ect", "excetera"], "toe the line": ["tow the line"], "beck and call": ["beckon call"], "hunger pangs": ["hunger pains"], "home in on": ["hone in on"], "whet your appetite": ["wet your appetite"], "first come, first served": ["first come, first serve"],
    "in regard to": ["in regards to"], "with regard to": ["with regards to"], "as opposed to": ["as oppose to"], "based on": ["based off of", "based off", "base on"], "different from": ["different then"], "rather than": ["rather then"], "other than": ["other then"], "more than": ["more then"], "less than": ["less then"],
    "better than": ["better then"], "lead to": ["led to", "leads to"], "due to": ["do to"], "due to the fact that": ["do to the fact that"], "in the first place": ["in first place"], "make sure": ["make sure to that", "made sure"], "try to": ["try and"], "this kind of": ["these kind of"], "these kinds of": ["this kinds of"],
    "even though": ["even tho", "eventho"], "as of now": ["as off now"], "out of": ["out off"], "set up": ["setup"], "log in": ["login"], "back up": ["backup"], "sign up": ["signup"], "follow up": ["followup"], "lay off": ["layoff"], "check out": ["checkout"], "work out": ["workout"], "break down": ["breakdown"],
    "on behalf of": ["in behalf of", "on behalf off"], "peace of mind": ["piece of mind"], "who is": ["whose"], "ask a question": ["ask question"], "the day before yesterday": ["day before yesterday"], "a couple of": ["a couple", "couple of"], "in the meantime": ["in the mean time", "in the meanwhile"],
    "on purpose": ["by purpose"], "take it for granted": ["take it for granite"], "taken for granted": ["taken for granite"], "bear in mind": ["bare in mind"], "bear with me": ["bare with me"], "by and large": ["by in large"], "might as well": ["mind as well"], "pass the time": ["past the time"],
    "is already": ["is all ready"], "may be": ["maybe"], "every day": ["everyday"], "some time": ["sometime"], "in to": ["into"], "on to": ["onto"], "a while": ["awhile"], "any time": ["anytime"], "a part of": ["apart of"], "long term": ["longterm"], "real time": ["realtime"], "full time": ["fulltime"],
}
CONTRACTION_SLIPS = {w: [w.replace("'", "")] for w in """don't doesn't didn't isn't aren't wasn't weren't haven't hasn't hadn't won't wouldn't couldn't shouldn't can't i'm i've
    you're you've we've they're they've that's what's there's it's he's she's let's who's i'd you'd they'd""".split()}
CHAT = {
    "you": ["u"], "your": ["ur"], "are": ["r"], "please": ["pls", "plz"], "because": ["cuz", "bc"], "tomorrow": ["tmrw", "tomorow"], "you're": ["ur"], "okay": ["k", "ok"], "and": ["n", "&"],
    "though": ["tho"], "through": ["thru"], "people": ["ppl"], "message": ["msg"], "thanks": ["thx"], "before": ["b4"], "great": ["gr8"], "see": ["c"], "why": ["y"], "with": ["w/"], "without": ["w/o"],
    "going to": ["gonna"], "want to": ["wanna"], "something": ["smth"], "really": ["rly"], "about": ["abt"], "tonight": ["tonite"], "love": ["luv"], "have to": ["hafta", "gotta"], "don't know": ["dunno"], "kind of": ["kinda"], "let me": ["lemme"], "give me": ["gimme"],
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
BY_EAR = [("ie", "ei"), ("ei", "ie"), ("ent", "ant"), ("ant", "ent"), ("able", "ible"), ("ible", "able"), ("tion", "sion"), ("ph", "f"), ("ss", "s"), ("ll", "l"), ("tt", "t"),
          ("mm", "m"), ("cc", "c"), ("ea", "ee"), ("ou", "o"), ("ough", "uff"), ("er", "ar"), ("or", "er"), ("al", "el"), ("ence", "ance"), ("ise", "ice"), ("sc", "s"), ("e", "a"), ("i", "e"), ("a", "e")]
BEFORE_BASE = set("to will would can could should must may might shall don't doesn't didn't won't can't couldn't wouldn't shouldn't did do does please let's".split())
BEFORE_ING = set("is are was were am be been being keep enjoy by without about after before for".split())
BEFORE_PARTICIPLE = set("has have had having hasn't haven't hadn't been be was were is are".split())
SINGULAR_SUBJECTS = set("he she it everyone everybody nobody someone who this that which".split())
PLURAL_SUBJECTS = set("i you we they people who which that".split())
BEFORE_SINGULAR = set("a an this that another every each one".split())
BEFORE_PLURAL = set("many these those several few two three four five six ten some most all both various different other more of their our".split())
COMMON_S = set("this his its was is has does as us yes thus less always perhaps series species news james".split())


def families(text):
    """'a b c|d e' -> every word to the others of its group."""
    table = collections.defaultdict(list)
    for group in text.split("|"):
        words = group.split()
        for w in words:
            table[w] += [x for x in words if x != w and x not in table[w]]
    return dict(table)


HOMOPHONE = families(HOMOPHONES.replace("any one", "any_one").replace("all together", "all_together").replace("all ready", "all_ready").replace("every day", "every_day").replace("may be", "may_be"))
HOMOPHONE = {k: [x.replace("_", " ") for x in v] for k, v in HOMOPHONE.items() if "_" not in k}
OTHER_FORMS = families(NOUNS + "|" + PRONOUNS + "|" + DEGREES)
