"""shorter: padding put into clean text, which is the target; or a parenthesis, an adverb, an opener dropped from it."""

import re

from makers.inflect import verbs, words
from text import Swap, lower_first, upper_first

WORDY = {**words("""most people: the majority of people, the vast majority of people; most of the: the vast majority of the; many of: a large number of; some of: a certain number of; if you: in the event that you; if it: in the event that it; if the: in the event that the; if we: in the event that we; if they: on the condition that they; if there: in the event that there;
    about the: with regard to the, in relation to the, concerning the matter of the; before the: prior to the, in advance of the; after the: subsequent to the; can be: has the ability to be; every day: each and every day; every year: on an annual basis; at first: at the very beginning; in the end: when all was said and done; for now: for the time being; more than: over and above; because: due to the fact that, for the reason that, owing to the fact that, on account of the fact that, in view of the fact that; now: at this point in time, at the present time, at this moment in time; 
    many: a large number of, a great many, a significant number of, quite a number of; although: despite the fact that, in spite of the fact that, regardless of the fact that;
    when: at the time when, on the occasion when, in a situation in which; some: a certain number of, a number of; often: on many occasions, on a regular basis, in many cases; soon: in the near future, in the not too distant future, at an early date;
    during: during the course of, in the course of, throughout the duration of; until: until such time as, up until; each: each and every, each individual; usually: in most cases, as a general rule, in the normal course of events; plans: future plans, advance plans; results: end results, final results; history: past history;
    facts: true facts, actual facts; gift: free gift; finished: completely finished; same: exact same, very same; essential: absolutely essential; unique: completely unique, very unique; combined: combined together; returned: returned back; repeated: repeated again; twice: on two separate occasions; whether: whether or not, the question as to whether;
    using: by means of, through the use of; near: in close proximity to, in the vicinity of; today: in this day and age, at the present day; always: at all times, in each and every case; never: at no time; also: in addition to this, as well as that; but: but at the same time, but on the other hand;
    several: a number of different; different: various different; together: together in combination; quickly: in a quick manner, at a rapid pace; carefully: in a careful manner;
    clearly: in a clear manner; sometimes: from time to time, every once in a while, on some occasions; immediately: without any further delay, with immediate effect; similar: similar in nature; necessary: absolutely necessary; full: full and complete; basic: basic and fundamental; fully: fully and completely""" ),
    **verbs("""decide: make the decision, come to the decision; discuss: have a discussion about, hold a discussion about; consider: give consideration to, take into consideration; agree: reach an agreement, come to an agreement; conclude: come to the conclusion; help: be of help to, serve to help; use: make use of; 
    visit: pay a visit to; improve: make improvements to; change: make a change to; review: carry out a review of, conduct a review of; test: carry out a test of; analyze: perform an analysis of, conduct an analysis of; investigate: conduct an investigation into, carry out an investigation of; support: provide support to, give support to; 
    try: make an attempt; plan: make plans; know: be aware of the fact; need: have a need for; explain: provide an explanation of, give an explanation of; describe: give a description of; mention: make mention of; suggest: put forward the suggestion; cooperate: cooperate together; reply: give a reply; start: make a start; inform: bring to the attention of; end: come to an end""")}
for _w in "can must small large red by like we to|do possible know plan new inform help knows knew known knowing plans planned planning helps helped helping try tries tried trying start starts started starting end ends ended ending".split():
    WORDY.pop(_w.replace("|", " "), None)
for _w in ("test", "change", "plan", "use", "review", "visit", "need", "support", "mention", "reply", "tests", "changes", "plans", "uses", "reviews", "visits", "needs", "supports", "mentions", "replies", "changed", "used"):
    WORDY.pop(_w, None)  # often nouns or adjectives
for _w in [w for w in WORDY if w.endswith("ed") and w not in ("decided", "agreed", "concluded", "finished", "returned", "repeated", "combined")]:
    WORDY.pop(_w)  # would stand after was and have
WORDY["plans"] = ["future plans", "advance plans"]
# In these the first word means something else.
WORDY.update({w: [w] for w in "because of|how many|so many|too many|as many|how often|each other|each of|so often|as often|but also|but not|using up|when it comes to|since when|if not".split("|")})
TO = re.compile(r"(\w+) to (?=(?:make|see|get|help|find|keep|show|take|use|create|build|improve|reduce|protect|support|save|give|meet|learn|prevent|understand|ensure|increase|avoid|provide|buy|watch|play|visit|discuss|raise|change|stop|allow|become)\b)")
BOUND = set("want wants wanted need needs needed able going have has had like used try tries trying tried how what where when would decided plan plans planned hope begin began start started agreed likely allowed seem seems order easy hard due refused expected asked told him her them us me you it right ability way time not ready supposed continue continues failed helped chance".split())
OPENERS = ["It is important to note that", "It should be noted that", "As a matter of fact,", "In my personal opinion,", "The fact of the matter is that", "It is worth pointing out that", "It is interesting to note that",
           "It goes without saying that", "Needless to say,", "I would like to point out that", "What I mean to say is that", "For what it's worth,", "I would like to take this opportunity to say that", "As everyone knows,", "It is clear that", "I am of the opinion that",
           "At the end of the day,", "I think that it is fair to say that", "There is no doubt that", "Basically,", "To be honest,", "I just wanted to say that", "In actual fact,", "When all is said and done,", "As far as I am concerned,", "With that being said,", "It can be seen that"]
PERSONAL_OPENERS = re.compile(r"I |In my|For what|To be honest|What I|As far")
FILLERS = ["basically", "actually", "really", "very much", "literally", "essentially", "in fact", "just", "definitely", "certainly", "simply", "for all intents and purposes", "more or less", "so to speak", "of course", "in some sense", "as it were", "to some extent", "in any case", "as a matter of fact"]
ADVERBS = ["very", "quite", "really", "extremely", "rather", "truly", "absolutely", "highly"]
TAILS = [", if you know what I mean", " as such", ", so to speak", ", when all is said and done", ", and so on and so forth", " in and of itself", ", as I said before", " at the end of the day", ", to be perfectly honest", " in the final analysis", ", as has already been mentioned", " and everything like that"]
PAIRS = words("help: help and assist, aid and help; goals: goals and objectives; problems: problems and issues; rules: rules and regulations; simple: simple and easy, plain and simple; clear: clear and obvious; hope: hope and trust; complete: full and complete; new: new and novel; safe: safe and secure; ideas: thoughts and ideas; questions: questions or queries; fair: fair and equitable; difficult: hard and difficult; quick: quick and fast; growth: growth and increase; peace: peace and quiet; changes: changes and modifications; causes: causes and reasons; needs: wants and needs; plans: plans and intentions; begin: begin to start; end: final end; future: time to come in the future; benefits: benefits and advantages; methods: ways and methods; old: old and ancient; information: information and data; errors: mistakes and errors; famous: famous and well-known; whole: whole entire; exactly: exactly and precisely")
for _w in ("future", "begin", "help", "complete", "new"):
    PAIRS.pop(_w, None)
VERB = re.compile(r" (?:is|are|was|were|can|will|has|have|should|would|could|had) (?=[a-z])")
ADJECTIVE = re.compile(r"\b(?:is|are|was|were|be|been|feel|looks|seems) (?=(?:good|great|bad|important|interesting|difficult|easy|useful|large|small|popular|common|happy|sad|clear|likely|strong|high|low|long|short|hard|simple|fast|slow|rare|young|old|rich|poor|safe|complex|expensive|cheap|similar|different|close|dangerous|helpful|tired|busy|famous)\b)")
PARENTHESIS = re.compile(r" \([^()]{4,60}\)")
ASIDE = re.compile(r", (?:which|who) [^,.;:]{6,60}, ")
SENTENCE_ADVERB = re.compile(r"^(?:Interestingly|Basically|Actually|Obviously|Of course|In fact|Clearly|Honestly|Essentially|Generally speaking|Needless to say|As you know|As always|As I said|To be honest|In addition|Furthermore|Moreover|Additionally), ")
DROPPED = re.compile(r" (?:very|really|actually|quite|basically|literally|just|simply|definitely|certainly|absolutely|truly|totally|completely|extremely|also) (?=[a-z])")
RELATIVE = re.compile(r"\b(\w+s?) (?:that|which|who) (?:is|are|was|were) (?=(?:used|made|based|known|called|found|located|designed|written|produced|built|held|given|provided|required|needed|published|owned|caused|involved|available|responsible|located)\b)")
_pairs = Swap(PAIRS)


def cut(r, text):
    """Text and the same text with the dispensable left out."""
    out = SENTENCE_ADVERB.sub("", text)
    out = PARENTHESIS.sub("", out) if r.random() < 0.8 else out
    out = ASIDE.sub(" ", out) if r.random() < 0.6 else out
    out = RELATIVE.sub(r"\1 ", out)
    out = DROPPED.sub(" ", out)
    out = upper_first(out)
    return (text, out) if len(out) < 0.95 * len(text) else None


def wordy(r, text, swap, share=0.8):
    """Make clean text wordier: phrases, pairs, fillers, openers, tails; more of them in longer text."""
    out = swap(text, r, share, most=2 + len(text) // 50)
    if r.random() < 0.6:
        out = TO.sub(lambda m: m[0] if m[1].lower() in BOUND else f"{m[1]} {r.choice(['in order to', 'in order to', 'so as to'])} ", out)
    if r.random() < 0.25:
        out = _pairs(out, r, 0.9, most=1)
    if r.random() < 0.3 or out == text:
        opener = r.choice(OPENERS)
        if not out.endswith("?") and not out.startswith(('"', "'")) and not (PERSONAL_OPENERS.match(opener) and len(text) > 120):
            out = opener + " " + lower_first(out)
    if r.random() < 0.3 or out == text:
        out = VERB.sub(lambda m: m[0] + r.choice(FILLERS) + " ", out, count=1)
    if r.random() < 0.3:
        out = ADJECTIVE.sub(lambda m: m[0] + r.choice(ADVERBS) + " ", out, count=1)
    if r.random() < 0.12 and out[-1] == ".":
        out = out[:-1] + r.choice(TAILS) + "."
    return out if out != text else None


def make(r, text, tables):
    if r.random() < 0.3:
        pair = cut(r, text)
        if pair:
            return pair
    source = wordy(r, text, tables.wordy)
    if source and r.random() < 0.4:  # a second helping
        source = wordy(r, source, tables.wordy, 0.3) or source
    return (source, text) if source and len(source) > 1.08 * len(text) else None
