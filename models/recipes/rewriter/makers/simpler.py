"""simpler: hard words put into clean text, which is the target; or a long sentence split in two."""

import re

from makers.inflect import verbs, words
from text import Swap, changed, upper_first

HARD = {**words("""many: numerous, a multitude of, myriad; most: the preponderance of; help: assistance, aid; enough: sufficient, adequate; more: additional, supplementary; about: approximately, concerning, regarding; after: subsequent to, following; before: prior to, preceding; next to: adjacent to; near: in proximity to, adjacent to;
    part: component, portion; parts: components, portions; end: conclusion, termination; start: commencement, inception; because: inasmuch as, since; but: however; so: consequently, thus, hence; very: exceedingly, exceptionally, extraordinarily; big: substantial, considerable, sizeable; large: substantial, extensive, considerable; small: minuscule, diminutive, minute; 
    important: significant, crucial, paramount, pivotal; hard: arduous, challenging, strenuous; easy: effortless, straightforward, uncomplicated; new: novel; old: ancient, antiquated; poor: impoverished, destitute; rich: affluent, wealthy, prosperous; fast: rapid, swift; slow: sluggish; strong: robust, formidable; happy: delighted, elated, content; sad: melancholy, despondent, sorrowful; angry: furious, irate, enraged;
    famous: renowned, celebrated, eminent, illustrious; strange: peculiar, anomalous, bizarre; whole: entire; main: principal, primary, predominant; first: initial; last: final, ultimate; often: frequently, habitually; always: invariably, perpetually; now: currently, presently; later: subsequently; quickly: rapidly, expeditiously; about half: approximately half; nearly: practically, virtually; also: additionally, furthermore; usually: customarily, ordinarily, typically; 
    job: occupation, profession, position; jobs: occupations, positions; house: residence, dwelling; home: residence; homes: residences; money: funds, finances; children: offspring, juveniles; people: individuals, persons; doctor: physician; doctors: physicians; teacher: educator, instructor; teachers: educators, instructors; student: pupil; lawyer: attorney; worker: employee; workers: employees, personnel; food: nourishment, sustenance; car: automobile, vehicle; cars: automobiles, vehicles; law: legislation, statute; laws: legislation, statutes; war: armed conflict, hostilities;
    way: manner, method; ways: methods, means; chance: opportunity; change: alteration, modification; changes: alterations, modifications; problem: complication, difficulty; problems: complications, difficulties; plan: strategy, scheme; plans: strategies, intentions; idea: concept, notion; ideas: concepts, notions; answer: response; question: inquiry; questions: inquiries; need: necessity, requirement; needs: requirements; place: location, venue; places: locations; group: faction, contingent; rules: regulations, provisions; sickness: illness, ailment; illness: malady, ailment, affliction; disease: affliction; 
    like: similar to, such as; if: provided that, in the event that; while: whilst, whereas; until: up to the time that; each year: annually, per annum; every year: annually, on an annual basis; every day: daily, on a daily basis; alone: in isolation; together: collectively, in conjunction; almost: virtually, practically; different: distinct, dissimilar, disparate; same: identical; other: alternative; free: complimentary; dangerous: hazardous, perilous; safe: secure; wrong: erroneous, incorrect; right: appropriate, correct; true: authentic, genuine; likely: probable; best: optimal, foremost; worse: inferior; clear: evident, apparent; full: replete; rude: discourteous; lack: dearth, paucity, scarcity; goal: objective, aim; goals: objectives, aims"""),
    **verbs("""use: utilize, employ, make use of; buy: purchase, acquire, procure; get: obtain, acquire, procure; show: demonstrate, illustrate, exhibit; start: commence, initiate, embark on; begin: commence; end: terminate, conclude; help: assist, facilitate, aid; need: require, necessitate; try: endeavour, attempt, strive; ask: inquire, request; tell: inform, notify; give: provide, furnish, bestow; keep: retain, maintain, preserve; 
    make: construct, produce, manufacture; build: construct, erect; find: discover, locate, ascertain; find out: ascertain, determine; think: believe, contemplate; say: assert, declare, state; happen: occur, transpire, take place; let: permit, allow, enable; allow: permit, authorize; change: alter, modify, transform; grow: expand, increase; die: perish, pass away; live: reside, dwell; leave: depart, vacate; 
    send: dispatch, transmit; see: observe, perceive, witness; choose: select, opt for; meet: encounter, convene; stop: cease, discontinue, halt; fight: combat, battle; hurt: injure, harm; hide: conceal; join: participate in; lead: spearhead; move: relocate; hold: conduct; pay: remunerate, compensate; carry out: implement, execute; set up: establish; speed up: accelerate, expedite; slow down: decelerate; get rid of: eliminate; think about: contemplate, consider; look at: examine, scrutinize; look for: seek; go up: escalate, increase; go down: diminish, decline; 
    cause: precipitate, bring about; improve: ameliorate, enhance; increase: augment; reduce: diminish, mitigate; explain: elucidate, clarify; teach: instruct, educate; win: prevail in; lose: forfeit; spread: disseminate, propagate; break: fracture; fix: rectify, remedy; check: verify, inspect; plan: envisage; prove: substantiate; support: advocate, endorse; want: desire, wish; want to: wish to, intend to; finish: complete, finalize; understand: comprehend, grasp; call: designate, term; work together: collaborate""")}
for _w in """let letting make making made makes find found finding finds say says said saying see sees saw seeing give gives gave giving move moves moved moving hold holds held holding call calls called calling lead leads led leading leave leaves leaving like so while right other new last keep keeps kept keeping lose loses lost losing win wins winning pay pays paid paying plan plans planned planning part ask asks asked asking cause causes caused causing get gets got getting tell tells told telling
    think thinks thought thinking break breaks broke breaking live lives start starts end ends need needs lack more old house first hard check checks fix fixes support supports change changes use uses want wants wanted wanting try tries tried trying work spread spreads spreading""".split():
    HARD.pop(_w, None)
HARD.update({"want to": ["wish to", "intend to", "desire to"], "use": ["utilize", "employ", "make use of"], "try to": ["endeavour to", "attempt to", "strive to"], "tried to": ["endeavoured to", "attempted to"], "trying to": ["endeavouring to", "attempting to"], "need to": ["are required to", "are obliged to"], "needs to": ["is required to", "is obliged to"],
             "had to": ["was obliged to", "was compelled to"], "can": ["is able to", "has the capacity to"], "said that": ["asserted that", "stated that", "maintained that"], "more than": ["in excess of", "upwards of"], "less than": ["fewer than"], "a lot of": ["a considerable amount of", "a substantial amount of", "a great deal of"], "get better": ["improve"], "made": ["produced", "constructed"], "got": ["obtained", "acquired"], "moved to": ["relocated to"], "lives in": ["resides in"], "lived in": ["resided in", "dwelt in"],
             "called": ["known as", "designated"], "gave": ["provided", "granted"], "wanted to": ["wished to", "intended to"], "more": ["additional"], "found": ["discovered", "located"], "kept": ["retained", "preserved"], "asked": ["inquired", "requested"], "left": ["departed from"], "started": ["commenced", "initiated"], "in the end": ["ultimately"], "at first": ["initially"]})
for _w in ("need to", "can", "called", "more", "found", "gave", "had to", "less than", "asked", "left", "kept", "made", "got"):
    HARD.pop(_w, None)
VERB = r"(?:is|are|was|were|has|have|had|can|will|would|could|did|does|became|made|took|won|went|began|got|gave|said|lived|worked|moved|played|wrote|served|received|returned|joined|left|died|used|included|led|started|helped|felt|came|held|allows|provides|includes|contains|means|makes|gives|shows|uses|takes|needs|seems)"
SPLITS = [
    (re.compile(rf"^(.{{25,}}?[a-z0-9)\"]), and ((?:he|she|it|they|we|I|you|this|that|there|the [a-z]+(?: [a-z]+)?|his \w+|her \w+|their \w+) {VERB}\b.{{12,}})$"), lambda m: f"{m[1]}. {upper_first(m[2])}"),
    (re.compile(rf"^(.{{25,}}?[a-z0-9)\"]), but ((?:he|she|it|they|we|I|you|this|that|there|the [a-z]+(?: [a-z]+)?|his \w+|her \w+|their \w+) {VERB}\b.{{12,}})$"), lambda m: f"{m[1]}. However, {m[2]}"),
    (re.compile(rf"^(.{{25,}}?[a-z0-9)\"]), so ((?:he|she|it|they|we|I|you|this|that|there|the [a-z]+) {VERB}\b.{{12,}})$"), lambda m: f"{m[1]}. So {m[2]}"),
    (re.compile(r"^(.{25,}?[a-z0-9)\"]); ([a-z][^;]{18,})$"), lambda m: f"{m[1]}. {upper_first(m[2])}"),
    (re.compile(r"^(.{25,}?[a-z0-9)\"]), although ((?:he|she|it|they|we|I|you|this|there|the [a-z]+) .{15,})$"), lambda m: f"{m[1]}. However, {m[2]}"),
    (re.compile(r"^(.{20,}?[a-z0-9)\"]), which (means|meant|allows|allowed|made|makes|caused|helps|helped|led|leads|gives|gave|is why|was why|would|will) ([^,]{12,})$"), lambda m: f"{m[1]}. This {m[2]} {m[3]}"),
]
# A named person, a thing: (subject), who/which (clause), (rest).
ASIDE = re.compile(r"^((?:[A-Z][\w.'-]+ ?){1,3}|The [a-z]+(?: [a-z]+)?), (who|which) ((?:is|was|has|had|are|were) [^,;]{8,70}), ((?:is|was|has|had|are|were|said|became|won|made|will|can|did|went|took|began|served|worked|told) .{12,})$")
APPOSITION = re.compile(r"^([A-Z][\w'-]+(?: [A-Z][\w'-]+){1,2}), ((?:a|an|the) [^,;]{6,60}), ((?:is|was|has|had|said|became|won|made|told|will) .{10,})$")


def split(r, text, semicolon=True):
    """A long sentence and the same in two; None if there is no sure place."""
    if len(text) < 60 or text.count('"') % 2 or not text.endswith("."):
        return None
    m = ASIDE.match(text)
    if m and r.random() < 0.8:
        pronoun = "It" if m[2] == "which" else None
        subject = m[1].strip()
        if pronoun is None:
            pronoun = "They" if m[3].startswith(("are", "were")) else None
        return text, f"{subject} {m[3]}. {pronoun or subject} {m[4]}" if m[2] == "which" and not m[3].startswith(("are", "were")) else f"{subject} {m[3]}. {pronoun or subject} {m[4]}"
    m = APPOSITION.match(text)
    if m:
        verb = "is" if m[3].startswith(("is", "has", "will", "said", "told")) else "was"
        return text, f"{m[1]} {verb} {m[2]}. {m[1].split(' ')[-1]} {m[3]}"
    found = [(p, f) for p, f in SPLITS if (semicolon or ";" not in p.pattern) and p.match(text)]
    if not found:
        return None
    pattern, form = r.choice(found)
    return text, form(pattern.match(text))


def make(r, text, tables):
    pair = split(r, text) if r.random() < 0.75 else None
    if pair:
        if r.random() < 0.4:  # and hard words in the long sentence
            return tables.hard(pair[0], r, 0.6), pair[1]
        return pair
    return changed(tables.hard(text, r, 0.75, most=1 + len(text) // 30), text)
