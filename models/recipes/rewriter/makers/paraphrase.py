"""paraphrase: clauses and phrases change places, active and passive change, words are replaced by their like."""

import re

from makers.clearer import passive
from makers.contractions import contract, expand
from makers.inflect import verbs, words
from text import Swap, lower_first, upper_first

ALIKE = {**words("""big: large; large: big; often: frequently; frequently: often; maybe: perhaps; perhaps: maybe; quickly: rapidly; almost: nearly; nearly: almost; because: since, as; important: significant; enough: sufficient; many: a lot of, numerous; a lot of: many, plenty of; difficult: hard, tough; quick: fast; fast: quick;
    for example: for instance; for instance: for example; in addition: moreover, furthermore; furthermore: in addition; such as: like, for example; however: nevertheless, still; therefore: consequently, as a result; whole: entire; entire: whole; main: primary, chief; famous: well-known; well-known: famous; smart: clever, intelligent; intelligent: smart; happy: glad, pleased; glad: happy; sad: unhappy; angry: furious, mad; 
    begin: start; kids: children; movie: film; film: movie; movies: films; films: movies; job: occupation; photo: picture; picture: photo; car: vehicle; store: shop; road: street; house: home; beautiful: lovely, gorgeous; lovely: beautiful; funny: amusing; scary: frightening; boring: dull; tired: exhausted; sick: ill; ill: sick; rich: wealthy; wealthy: rich; strange: odd, unusual; odd: strange; simple: easy; 
    correct: right; incorrect: wrong; quite: rather, fairly; really: truly; usually: normally, generally, typically; generally: usually, in general; currently: at the moment, right now; now: at present; immediately: right away, at once; suddenly: all of a sudden; finally: eventually, in the end; recently: lately; several: a number of, multiple; about: around; approximately: roughly, about; around the world: all over the world, worldwide; throughout: all through; 
    everyone: everybody; everybody: everyone; someone: somebody; somebody: someone; nobody: no one; no one: nobody; anyone: anybody; anybody: anyone; although: even though, though; even though: although; while: whereas; if: provided that; until: till; prior to: before; before: prior to; after: following; due to: because of, owing to; because of: due to, as a result of; in order to: to; according to: as stated by; instead of: rather than; rather than: instead of; 
    as well as: along with, and also; also: additionally; too: as well; must: have to, need to; have to: must, need to; need to: have to, must; can: is able to; able to: capable of; a few: some, several; most of: the majority of; the majority of: most; all of: each of; thank you: thanks; thanks: thank you; hello: hi; very: extremely, really; extremely: very; amazing: incredible, fantastic; great: excellent, wonderful; wonderful: great, marvelous; terrible: awful; awful: terrible; nice: pleasant; 
    answer: reply, response; problem: issue; problems: issues; issue: problem; issues: problems; idea: concept; goal: aim, objective; goals: aims, objectives; way: method; result: outcome; results: outcomes; area: region; region: area; opportunity: chance; chance: opportunity; error: mistake; mistake: error; errors: mistakes; company: firm, business; companies: firms, businesses; workers: employees; employees: workers, staff; doctor: physician; teacher: instructor; purpose: aim; method: approach; approach: method; effect: impact; impact: effect; benefit: advantage; benefits: advantages"""),
    **verbs("""begin: start; start: begin; buy: purchase; purchase: buy; show: demonstrate, reveal; need: require; require: need; finish: complete; complete: finish; receive: get; obtain: get, acquire; help: assist; ask: inquire; choose: select, pick; select: choose; allow: permit, enable; permit: allow; use: employ, make use of; utilize: use; create: make, produce; build: construct; construct: build; 
    provide: offer, supply; offer: provide; happen: occur, take place; occur: happen, take place; increase: rise, grow; discuss: talk about; talk about: discuss; explain: describe; reply: respond, answer; respond: reply; contain: include; include: contain; believe: think; enjoy: like; like: enjoy; want to: would like to; look for: search for; search for: look for; find out: discover, learn; ensure: make sure; make sure: ensure; continue: go on, carry on; 
    consider: think about; think about: consider; return: come back; gather: collect; collect: gather; reside: live; depart: leave; improve: enhance, get better at; change: alter, modify; mention: refer to; support: back; suggest: propose; propose: suggest; examine: study, inspect; remain: stay; end: finish, conclude; announce: declare; destroy: ruin, wreck; hate: detest, dislike; visit: go to, stop by; watch: view; understand: grasp, comprehend; decide: make up one's mind; arrive at: reach; reach: arrive at, get to""")}
for _w in """get getting can before about now good also way home house like likes liked liking help helps helped if decide decides decided deciding use uses used using starts start increase increased increases increasing end ends ended ending change changes changed changing support supports supported supporting supporting reply replies need needs complete love loves loved loving improve improves improved improving reach reaches reached reaching show shows watch watches purpose visit visits answer about right occurred|in as can while area most|of all|of able|to after
    want|to wants|to wanted|to wanting|to offers offer study purchase returns return returned returning ask asks asked asking explain explains explained contain contains contained containing remains believe job picture too until building created attempts attempt attempted contained company good road due|to fine""".split():
    ALIKE.pop(_w.replace("|", " "), None)
ALIKE.update({"wants to": ["would like to"], "need to": ["have to", "must"], "want to": ["would like to"], "due to": ["because of", "owing to"], "most of": ["the majority of"], "in order to": ["to"], "believe that": ["think that", "are of the view that"], "i believe": ["I think"], "i think": ["I believe", "in my view,"], "used to make": ["employed to make"], "in my opinion": ["I think"], "it is possible that": ["perhaps"], "there is no": ["there isn't any"], "not possible": ["impossible"], "is unable to": ["cannot"], "does not have": ["lacks"], "do not have": ["lack"], "doesn't have": ["lacks"], "is important": ["matters"], "is called": ["is known as"], "was called": ["was known as"], "is known as": ["is called"], "how about": ["what about"], "what about": ["how about"], "i'm sorry": ["I apologize", "my apologies"], "do you like": ["are you a fan of", "do you enjoy"], "i like": ["I enjoy", "I'm fond of"], "i love": ["I really like", "I adore"], "is made of": ["consists of"], "used for": ["employed for"], "such a": ["such a"], "would like to": ["want to", "wish to"], "i am": ["I'm"], "don't know": ["have no idea"], "do you know": ["are you aware of", "have you heard of"], "of course": ["naturally", "certainly"]})
for _w in ("such a", "i think", "do you know", "need to", "there is no", "believe that"):
    ALIKE.pop(_w, None)
ALIKE.update({w: [w] for w in ("how many", "so many", "too many", "many of", "as many", "how often", "such as to", "in addition to", "must have", "may want to", "might want to", "the very", "i like to", "i love to", "not very", "because of the fact", "as well as to", "have to be", "able to do")})
ALIKE["i think"] = ["I believe"]
_alike = Swap(ALIKE)
TIME = r"(?:yesterday|today|tomorrow|tonight|last (?:week|year|night|month|summer|winter)|next (?:week|year|month|summer)|in (?:early |late )?\d{4}|in (?:the )?(?:January|February|March|April|May|June|July|August|September|October|November|December|summer|winter|spring|autumn|morning|evening|afternoon)(?: \d{4})?|on (?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)(?: (?:morning|night|evening|afternoon))?|(?:at|before|after|during|by|until) (?:the )?(?:noon|midnight|lunch|dinner|breakfast|night|weekend|war|meeting|day)|for (?:two|three|four|five|six|ten|many|several) (?:days|weeks|months|years|hours)|every (?:day|week|year|morning|night|month))"
LATE_TIME = re.compile(rf"^([A-Z][^,;:\"]+?) ({TIME})\.$")
EARLY_TIME = re.compile(rf"^({TIME}), ([^,;:\"]+?)\.$", re.I)
CLAUSE = re.compile(r"^(When|If|Because|Although|While|After|Before|Since|As soon as|Once|Unless|Whenever|Even though|Until) ([^,;\"]{6,80}), ([^;\"]{8,100})([.?!])$")
LATE_CLAUSE = re.compile(r"^([A-Z][^,;\"]{8,100}?),? (when|if|because|although|while|after|before|as soon as|once|unless|whenever|even though|until) ((?:I|you|he|she|it|they|we|there|this|the|my|his|her|their|our|your|people) [^,;\"]{6,80})([.?!])$")
THERE = re.compile(r"^There (?:is|are) (a|an|some|many|several|two|three) ([a-z]+(?: [a-z]+)?) (in|on|at|near) ((?:the|my|our|this|that|a) [a-z]+(?: [a-z]+)?)\.$")
GAVE = re.compile(r"^(.*\b(?:gave|give|gives|sent|send|sends|showed|show|told|offered|offer|lent|handed|paid|teach|taught|wrote) )(me|you|him|her|us|them) ((?:a|an|the|some|my|his|her|two|three|five|this|that|these|more) [a-z]+(?: [a-z]+)?)([.?!])$")


def moved(text):
    """A clause or a time phrase changes its place; None if there is none."""
    m = LATE_TIME.match(text)
    if m and " and " not in m[1]:
        return f"{upper_first(m[2])}, {lower_first(m[1])}."
    m = EARLY_TIME.match(text)
    if m:
        return f"{upper_first(m[2])} {m[1][:1].lower() + m[1][1:]}."
    m = CLAUSE.match(text)
    if m and m[4] == "." and not m[3].startswith(("and ", "but ", "or ")):
        return f"{upper_first(m[3])} {m[1].lower()} {m[2]}."
    m = LATE_CLAUSE.match(text)
    if m and m[4] == "." and not re.search(r"\b(?:that|and|or|but|know|wonder|ask|see|which|who|even|only|just|not|especially|particularly|shortly|days?|years?|months?|hours?|even|long|soon|time|so|than|as)$", m[1]) and not re.search(r"\b(?:know|wonder|asked?|see|say|said|says|think|thinks?|that)\b", m[1]):
        return f"{upper_first(m[2])} {m[3]}, {lower_first(m[1])}."
    m = THERE.match(text)
    if m:
        return None
    m = GAVE.match(text)
    if m:
        to = "for" if re.search(r"\b(?:bought|made|got|found) $", m[1]) else "to"
        return f"{m[1]}{m[3]} {to} {m[2]}{m[4]}" if "told" not in m[1] else None
    return None


def make(r, text, tables):
    target = place = moved(text) or text
    pair = passive(r, text) if target == text else None
    if pair:
        target = place = pair[0] if r.random() < 0.6 else target
    target = _alike(target, r, 0.85)
    # One changed word in a long sentence is no paraphrase, nor is a contraction.
    old, new = text.split(), target.split()
    if target == text or sum(a != b for a, b in zip(old, new)) * 9 < len(old):
        return None
    if r.random() < 0.3:
        target = contract(target) if expand(target) == target else expand(target)
    # Words of like meaning do not fit everywhere: the text that somebody wrote is the better target.
    return (text, target) if r.random() < 0.15 or target == place != text else (target, text)
