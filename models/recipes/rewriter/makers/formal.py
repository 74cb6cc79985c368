"""formal: contractions, everyday words, chat habits -> full and formal forms; half the time the clean text is the formal side."""

import re

from makers.contractions import contract, expand
from makers.inflect import verbs, words
from text import Swap, changed, lower_first, upper_first

FORMAL_VERBS = verbs("""look into: investigate; find out: determine, learn; figure out: determine; sort out: resolve; talk about: discuss; get rid of: remove; carry on: continue; put off: postpone;
    set up: establish, arrange; get in touch with: contact; ask for: request; go up: increase; go down: decrease; point out: indicate; check out: examine, review; hand in: submit; send out: distribute;
    deal with: address; think about: consider; come up with: devise, develop; call off: cancel; leave out: omit; fill in: complete; fill out: complete; make up for: compensate for; bring up: mention, raise;
    throw away: discard; give out: distribute; buy: purchase; show up: appear, arrive; mess up: damage; screw up: mishandle; get back to: reply to; let know: inform; hang out with: spend time with;
    chat with: speak with; pick up: collect; turn down: decline; go over: review; wrap up: conclude; kick off: begin; keep up with: maintain; run into: encounter; stick with: continue with; freak out: panic""")
FORMAL_WORDS = words("""gonna: going to; wanna: want to; gotta: have to; kinda: somewhat; sorta: somewhat; dunno: do not know; gimme: give me; lemme: let me; kids: children; kid: child; thanks: thank you; thx: thank you;
    hi: hello; hey: hello; yep: yes; yup: yes; yeah: yes; nope: no; nah: no; asap: as soon as possible; fyi: for your information; btw: incidentally; guys: everyone; stuff: material; awesome: excellent; cool: excellent;
    pretty good: very good; pretty much: largely; a lot of: a great deal of; lots of: many; loads of: many; tons of: many; a ton of: a great deal of; a bunch of: a number of; so far: to date; sorry about: I apologize for;
    let me know: please inform me; can you: could you; i want to: I would like to; i want: I would like; okay: acceptable; mom: mother; dad: father; tv: television; phone: telephone; photo: photograph; boss: manager;
    ad: advertisement; ads: advertisements; maybe: perhaps; enough: sufficient; really good: very good; really: very; super: very; totally: completely; anyways: in any case; anyway: in any case; plus: in addition;
    a bit: somewhat; kind of: somewhat; sort of: somewhat; right away: immediately; right now: at present; these days: at present; huge: substantial; dumb: unwise; scary: frightening;
    great: excellent; nice: pleasant; big: considerable; bad: poor; cheap: inexpensive; get: obtain; need: require; help: assistance; start: begin; try: attempt; tell: inform; show: demonstrate; use: use;
    cause: because; cuz: because; pls: please; plz: please; tho: though; ppl: people; folks: people; buddy: friend; pal: friend; pics: photographs; pic: photograph; movie: film; movies: films;
    i guess: I suppose; i bet: I expect; no way: certainly not; of course: certainly; sure: certainly; til: until; till: until; info: information; app: application; apps: applications; exam: examination; fridge: refrigerator""")
for _w in "get need help start try tell show use really nice big bad great cool sure okay phone plus app apps kind|of movie movies right|now exam pretty|much sort|of anyway".split():
    FORMAL_WORDS.pop(_w.replace("|", " "), None)
OPENERS = [(re.compile(r"^(?:And|Plus,?|Oh,? and) (?=[a-zI])"), "In addition, "), (re.compile(r"^But (?=[a-zI])"), "However, "), (re.compile(r"^So,? (?=(?:I|we|it|they|he|she|the|this|that|if|you|there|my|our)\b)"), "Therefore, "),
           (re.compile(r"^(?:Well|Oh|Okay|OK|Ok|Yeah|Wow|Haha|Lol|Honestly|Look|Hey|Like|Man|Dude|Anyways|Um|Oh well|Oh yeah), (?=[a-zI])"), "")]
INTENSIVE = re.compile(r"\b(?:so|super|totally|really) (good|great|bad|happy|sorry|important|interesting|excited|hard|difficult|easy|tired|busy|expensive|useful|nice|sad|beautiful|helpful|grateful|big|small|much|many|late|slow|fast)\b", re.I)
TAILS = re.compile(r",? (?:lol|haha|hehe|you know|right|though|man|dude|btw|too bad)(?=[.!?]?$)", re.I)
CHAT_YOU = re.compile(r"(?<![\w.])ur?(?![\w.])")
_words, _verbs = Swap(FORMAL_WORDS), Swap(FORMAL_VERBS)
# formal -> casual, to make clean text casual
CASUAL_VERBS = verbs("""investigate: look into; determine: figure out, find out; resolve: sort out, fix; discuss: talk about; remove: get rid of; continue: keep going with; postpone: put off; establish: set up; contact: get in touch with, ping;
    request: ask for; increase: go up; decrease: go down; purchase: buy, grab; receive: get; obtain: get; require: need; provide: give; assist: help; inform: tell; attempt: try; begin: start, kick off; purchase: buy; complete: finish, wrap up;
    consider: think about; review: go over; mention: bring up; cancel: call off; demonstrate: show; indicate: show; examine: check out; encounter: run into; decline: turn down; appear: show up; maintain: keep up; ensure: make sure""")
CASUAL_WORDS = words("""children: kids; child: kid; going to: gonna; want to: wanna; have to: gotta; has to: has gotta; thank you: thanks, thx; hello: hi, hey; as soon as possible: asap, ASAP; excellent: awesome, super, great; many: lots of, loads of, a ton of, tons of;
    however: but; therefore: so; father: dad; mother: mom; television: TV; telephone: phone; perhaps: maybe; very: super, really, so; difficult: tough, hard; because: cause, cuz; additional: more, extra; sufficient: enough; friend: buddy, pal;
    friends: buddies, pals; people: folks, ppl, guys; yes: yeah, yep; no: nope; manager: boss; photograph: pic, photo; photographs: pics, photos; approximately: around, about; immediately: right away; large: big, huge; several: a bunch of, a few; numerous: tons of; a number of: a bunch of;
    a great deal of: a ton of, loads of; such as: like; for example: like; somewhat: kinda, kind of, sorta; completely: totally; extremely: super, insanely; significant: big; significantly: a lot; intelligent: smart; man: guy; men: guys; money: cash; angry: mad; tired: beat; 
    please: pls, plz; you: u; are you: r u; your: ur; though: tho; police: cops; job: gig; problem: hiccup, mess; problems: mess; mistake: slip-up; unfortunately: sadly, too bad but; good: good, cool; interesting: cool; wonderful: awesome, amazing; important: big; 
    information: info; application: app; applications: apps; examination: exam; advertisement: ad; advertisements: ads; at present: right now; currently: right now; until: til; do not know: dunno; something: smth; in addition: plus; also: also, plus; quickly: fast; terrible: awful, crap; strange: weird; film: movie, flick""")
RARE = {"you", "your", "are you", "man", "men", "important", "good", "people", "please", "no", "such as", "job", "problem", "problems", "also", "something", "significant", "until", "money", "completely"}
_casual_common = Swap({k: v for k, v in {**CASUAL_VERBS, **CASUAL_WORDS}.items() if k not in RARE})
_casual_all = Swap({**CASUAL_VERBS, **CASUAL_WORDS})
HEADS = ["So, ", "Hey, ", "Well, ", "Yeah, ", "Honestly, ", "Okay, so ", "Oh and ", "Btw, ", "Look, ", "Haha, ", "Man, ", "Tbh, ", "Anyways, ", "Hi guys, "]
ENDS = [" lol", ", you know?", " haha", ", right?", "!", "!!", "!!!", " tbh", ", man", " btw", " :)", "..."]


def formalise(text):
    out = expand(text)
    for pattern, new in OPENERS:
        out, n = pattern.subn(new, out)
        if n and not new:
            out = upper_first(out)
    out = INTENSIVE.sub(lambda m: ("Very " if m[0][0].isupper() else "very ") + m[1], out)
    out = _words(_verbs(TAILS.sub("", out)))
    out = CHAT_YOU.sub(lambda m: "your" if m[0] == "ur" else "you", out)
    out = re.sub(r"!+(?=\s|$)", ".", out)
    return out[:1].upper() + out[1:] if text[:1].islower() or not text[:1].isalpha() else upper_first(out)


def informalise(r, text):
    out = contract(text) if r.random() < 0.9 else text
    out = (_casual_all if r.random() < 0.35 else _casual_common)(out, r, 0.8)
    if r.random() < 0.22 or out == text:
        head = r.choice(HEADS)
        out = head + lower_first(out)
    if r.random() < 0.22 and out[-1] == ".":
        out = out[:-1] + r.choice(ENDS)
    style = r.random()
    if style < 0.12:
        out = out[:1].lower() + out[1:]
    elif style < 0.18:
        out = out.lower().replace("'", "")
    return out


def make(r, text, tables):
    target = formalise(text)
    if target != text and r.random() < 0.75:
        return text, target
    source = informalise(r, target)
    return changed(source, target)
