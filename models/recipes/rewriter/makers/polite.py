"""polite: demands become requests, criticism and refusals become gentle. Sources are made up here, or found in messages."""

import re

from text import Swap, lower_first, upper_first

VERBS = set(
    """send give tell call check bring open close write read show help explain wait stop come go move fix finish take put make keep leave
    answer reply listen look turn return pay sign review update change remove add confirm try ask speak stay sit stand follow clean pass hold
    let forward share submit arrange schedule cancel book order buy print copy attach include correct hurry lend find get hand introduce join
    prepare provide repeat respond switch translate wake wash drive cook cut fill pick meet remember search play reserve choose select enter use see""".split()
)
# Verb phrases of requests; {n} and {t} are filled in.
REQUESTS = """send me the {n}|send the {n} {t}|give me the {n}|give me {n2}|check the {n} {t}|call me {t}|call me back|fix the {n}|fix this|
tell me about the {n}|tell me why the {n} is late|explain the {n} to me|review the {n} {t}|finish the {n} {t}|answer my question|answer my e-mail {t}|
open the window|close the door|move your car|stop talking|be quiet|wait here|come to my office|come here|turn down the music|clean up the kitchen|
get me a coffee|bring me the {n}|show me how to update the {n}|update the {n} {t}|change the {n} {t}|delete the {n}|remove my name from the {n}|
add my name to the {n}|confirm the {n} {t}|pay the {n} {t}|sign the {n}|let me know {t}|let me finish|help me with the {n}|leave me alone|
read the {n} before the meeting|forward the {n} to Anna|share the {n} with the team|print the {n}|book a table for two|cancel my order|
refund my money|reply {t}|speak more slowly|repeat that|speak up|lend me {n2}|pass me the salt|pick me up {t}|take this to the office|
write back {t}|schedule a meeting {t}|move the meeting to Friday|join the call {t}|look at the {n}|make a copy of the {n}|hand in your {n} {t}|
stop sending me e-mails|do it again|do this first|take your shoes off|keep your voice down|get back to me {t}|rewrite the {n}|include the {n}|
explain why you missed the deadline|test the {n} before you send it|keep me updated|respect the deadline|send the {n} to everyone by mistake no more|
translate the {n} into English|approve the {n} {t}|correct the mistakes in the {n}|give an answer {t}|put the {n} on my desk|resend the {n}|hurry up""".replace("\n", "").replace("send the {n} to everyone by mistake no more|", "")
NOUNS = """report|file|invoice|contract|draft|document|list|agenda|presentation|budget|data|link|schedule|password|address|key|form|bill|ticket|
order|photo|plan|proposal|summary|letter|results|numbers|slides|notes|homework|code|book|package|minutes|spreadsheet|website|details|design|survey|receipt|calendar""".replace("\n", "")
NOUNS2 = "your phone|the details|an update|a hand|more time|your number|five minutes|the details of the trip|your pen|a list of names|an answer|your notes|some money|the keys|your e-mail address"
TIMES = "today|tomorrow|by Friday|by 5 pm|this afternoon|before noon|next week|by the end of the day|on Monday|by tomorrow morning|tonight|by 10:30|this week||||"
# Blunt -> polite whole sentences.
SENTENCES = """Shut up.=Please be quiet.|Go away.=I would like some time alone, please.|What?=I'm sorry, could you repeat that?|What do you want?=How can I help you?|That's wrong.=I'm afraid that is not quite right.|You're wrong.=I'm afraid I see it differently.|
You are wrong.=I'm afraid I see it differently.|I don't care.=I don't have a strong opinion on this.|No.=No, thank you.|Hurry up.=Could you please be quick?|It's not my problem.=I'm afraid I can't help with this.|This is bad.=I'm afraid this could be better.|
Who are you?=May I ask who you are?|Why are you late?=May I ask why you are late?|Give me that.=Could you please give me that?|I need this now.=I would be grateful to have this as soon as possible.|Where is my order?=Could you please tell me where my order is?|
You forgot the file.=It seems the file is missing. Could you please send it?|I can't come.=I'm afraid I can't come.|I want my money back.=I would like my money back, please.|Answer me.=I would be grateful for an answer.|Stop it.=Could you please stop?|
You didn't answer.=I haven't heard back from you yet.|Move.=Excuse me, could I get past, please?|I don't like it.=I'm afraid it's not quite to my taste.|That's not true.=I'm not sure that is correct.|I don't believe you.=I find that a little hard to believe.|
You're not listening.=I'm not sure I made myself clear.|That's a bad idea.=I'm not sure that is the best idea.|That is a bad idea.=I'm not sure that is the best idea.|I'm busy.=I'm afraid I'm busy at the moment.|I disagree.=I'm afraid I see this a little differently.|
You made a mistake.=I think there may be a small mistake.|Your work is terrible.=I think there is room for improvement in this work.|This makes no sense.=I'm afraid I don't quite follow this.|I don't understand you.=I'm sorry, I don't quite follow you.|
What's your problem?=Is something the matter?|Get out.=I'd like you to leave, please.|Why didn't you call me?=Could you let me know why you weren't able to call me?|You're late again.=I noticed that you arrived late again.|Do it now.=Could you please do it as soon as possible?|
I hate this idea.=I'm not very keen on this idea.|Your report is too long.=Could the report perhaps be a little shorter?|You never reply.=I'd appreciate a reply when you have time.|This is your fault.=I think this may have happened on your side.|Wait.=Could you please wait a moment?""".replace("\n", "")
URGENT = re.compile(r"(?: right)? (?:now|away|immediately|already|at once)$")
TIMED = re.compile(r"\b(?:by|today|tomorrow|tonight|before|next|this after|this week|on Mon)")
FRAMES = ["Could you please {}?", "Could you please {}?", "Could you please {}?", "Would you mind {ing}?", "Would you be able to {}, please?", "I would be grateful if you could {}.", "When you have a moment, could you please {}?", "If possible, could you please {}?"]
# Found in messages: pattern -> (polite form).
RULES = [
    (re.compile(r"^Can you ([^,;:?]*)\?$"), "Could you please {}?"), (re.compile(r"^Will you ([^,;:?]*)\?$"), "Would you please {}?"), (re.compile(r"^I want you to ([^,;:?]*?)[.!]$"), "Could you please {}?"),
    (re.compile(r"^I need you to ([^,;:?]*?)[.!]$"), "Could you please {}?"), (re.compile(r"^(?:Yes, )?I want to (?!help|thank|be|say)([^;:?]*?)[.!]$"), "I would like to {}, please."), (re.compile(r"^I want ((?:a|an|some|the|two|my) [^;:?]*?)[.!]$"), "I would like {}, please."),
    (re.compile(r"^I need ((?:a|an|some|the|two|my|help|more) [^,;:?]*?)[.!]$"), "Could I have {}, please?"), (re.compile(r"^Why did you ([^,;:?]*)\?$"), "May I ask why you decided to {}?"), (re.compile(r"^Why are you ([^,;:?]*)\?$"), "May I ask why you are {}?"),
    (re.compile(r"^Where is ([^,;:?]*)\?$"), "Could you please tell me where {} is?"), (re.compile(r"^What is (your [^,;:?]*)\?$"), "May I ask what {} is?"), (re.compile(r"^What's (your [^,;:?]*)\?$"), "May I ask what {} is?"),
    (re.compile(r"^When is ([^,;:?]*)\?$"), "Could you please tell me when {} is?"), (re.compile(r"^How do I ([^,;:?]*)\?$"), "Could you please tell me how to {}?"), (re.compile(r"^Tell me ([^;:?]*?)[.!]$"), "Could you please tell me {}?"),
    (re.compile(r"^Give me ([^;:?]*?)[.!]$"), "Could I have {}, please?"), (re.compile(r"^I can't (?!believe|wait|help|stop|thank|imagine|remember|say|get enough|think)([^,;:?]*?)[.!]$"), "I'm afraid I can't {}."), (re.compile(r"^I cannot ([^,;:?]*?)[.!]$"), "I'm afraid I cannot {}."), (re.compile(r"^I don't have ([^;:?]*?)[.!]$"), "I'm afraid I don't have {}."),
    (re.compile(r"^You can't ([^;:?]*?)[.!]$"), "I'm afraid you can't {}."), (re.compile(r"^You cannot ([^;:?]*?)[.!]$"), "I'm afraid you cannot {}."), (re.compile(r"^We can't ([^;:?]*?)[.!]$"), "I'm afraid we can't {}."), (re.compile(r"^We cannot ([^;:?]*?)[.!]$"), "Unfortunately, we cannot {}."),
    (re.compile(r"^You should ([^;:?]*?)[.!]$"), "Perhaps you could {}."), (re.compile(r"^You must ([^;:?]*?)[.!]$"), "Could I ask you to {}?"), (re.compile(r"^You need to ([^;:?]*?)[.!]$"), "Could I ask you to {}?"), (re.compile(r"^You have to ([^;:?]*?)[.!]$"), "Could I ask you to {}?"),
    (re.compile(r"^(?:That|This) is wrong[.!]$"), "I'm afraid that is not quite right."), (re.compile(r"^I don't (?:want|like) ([^;:?]*?)[.!]$"), "I would rather not have {}."), (re.compile(r"^Do you (?:have|know) ([^;:?]*)\?$"), None), (re.compile(r"^Is there (?!anything else|something else)([^,;:?]*)\?$"), "Could you tell me if there is {}?"),
]
RULES = [(p, f) for p, f in RULES if f and "rather not have" not in f]
SOFT = Swap({"i disagree": "I see this a little differently", "you are wrong": "I am not sure that is right", "is wrong": "is not quite right", "is bad": "could be better", "is terrible": "could be improved", "i want": "I would like", "i don't want": "I would prefer not", "must": "should, if possible,", "asap": "as soon as you can",
             "terrible": "not ideal", "awful": "not ideal", "stupid": "not the best", "useless": "not very helpful", "boring": "not very engaging", "ugly": "not very attractive", "you failed to": "it seems you were not able to", "you forgot to": "it seems you may have forgotten to", "you didn't": "it seems you didn't", "i hate": "I'm not very fond of", "i doubt": "I'm not entirely sure",
             "no,": "I'm afraid not,", "immediately": "as soon as possible", "your mistake": "a small mistake", "your fault": "a misunderstanding", "i refuse to": "I would prefer not to", "wrong": "not quite right", "bad": "not ideal", "don't": "don't"})
for _w in ("must", "don't", "no,", "i don't want", "immediately", "wrong", "bad"):
    SOFT.by_first.pop(_w.split(" ")[0], None) if " " not in _w else None
OPINION = re.compile(r"^(?:It|This|That|The \w+|Your \w+) (?:is|was|isn't|wasn't|are|were) (?:not |too |very |really |so )?(?:\w+)(?: \w+){0,4}[.!]$")
CRITICAL = re.compile(r"\b(?:too|not|n't|bad|wrong|slow|late|long|short|boring|terrible|awful|poor|weak|unclear|confusing|missing|broken|expensive|difficult|hard|ugly|worse|worst|useless|problem|mistake|error|fail\w*|impossible|never|disappoint\w*)\b|n't\b")
NEED = re.compile(r"^(?:I need to|I have to) ([^,;:?]{4,60})[.!]$")
LETS = re.compile(r"^Let's (?!see|say|not)([^,;:?]{4,60})[.!]$")
ASKING = re.compile(r"^(?:What time|What is the|What's the|Which|How much|How many|Where (?:can|do|should)|When (?:will|can|does|do)|Can I|Is it possible|Do you have|Do you know|Are you able|Will you|How long|What kind|How do)\b[^;:?]{3,80}(?<!please)\?$")
YOU = re.compile(r"^You (didn't [^;:?]{4,70}|never [^;:?]{4,70}|forgot [^;:?]{4,70}|haven't [^;:?]{4,70}|did not [^;:?]{4,70}|made [^;:?]{4,70}|missed [^;:?]{4,70}|sent [^;:?]{4,70}|are (?:late|wrong|mistaken)[^;:?]{0,70})[.!]$")
SOFTENERS = ["I'm afraid ", "It seems that ", "I have the impression that ", "If I may say so, ", "With respect, ", "I think "]
BLUNT_ENDS = ["!", "!", ".", ".", " now.", ", okay?", " or else."]


def gerund(phrase):
    from makers.inflect import conjugate

    first, _, rest = phrase.partition(" ")
    return conjugate(first)[3] + (" " + rest if rest else "") if first.isalpha() else None


def imperative(text):
    words = text.split()
    if not 2 <= len(words) <= 22 or not text.endswith((".", "!")):
        return False
    first = words[1].lower() if words[0].lower().rstrip(",") == "please" else words[0].lower()
    return first in VERBS and words[0][0].isupper() and text.count(".") + text.count("!") == 1 and ":" not in text and words[1].lower() not in ("is", "are", "was", "you", "to", "of", "and")


def strip_please(text):
    return upper_first(re.sub(r"^please,? |,? please(?=[.!?]?$)", "", text, flags=re.I))


def request(r):
    """A verb phrase such as 'send me the report by Friday'."""
    vp = r.choice(REQUESTS.split("|"))
    return vp.replace("{n2}", r.choice(NOUNS2.split("|"))).replace("{n}", r.choice(NOUNS.split("|"))).replace("{t}", r.choice(TIMES.split("|"))).strip()


def asked(r, vp):
    frame = r.choice(FRAMES)
    ing = gerund(vp)
    if "{ing}" in frame:
        return frame.replace("{ing}", ing) if ing and not vp.startswith("be ") else f"Could you please {vp}?"
    return frame.format(vp)


def invented(r):
    """A demand and its polite form."""
    if r.random() < 0.2:
        source, target = r.choice(SENTENCES.split("|")).split("=")
        if r.random() < 0.3:
            source = source.rstrip(".") + "!" if source.endswith(".") else source
        return (source.lower() if r.random() < 0.1 else source), target
    vp = request(r)
    urgent = r.choice([" now", " right now", " immediately", " at once", " already"]) if r.random() < 0.25 and not TIMED.search(vp) else ""
    rude = vp + urgent
    you = f"I told you to {rude}." if r.random() < 0.5 else f"Why don't you {rude}?"
    frames = [f"{upper_first(rude)}.", f"{upper_first(rude)}!", f"I want you to {rude}.", f"You need to {rude}.", f"You have to {rude}.", f"I need you to {rude}.", f"Can you {rude}?", f"You must {rude}.", f"Just {rude}.", rude, you,
              f"{upper_first(rude)}, okay?", f"You'd better {rude}.", f"Why haven't you done what I asked? {upper_first(rude)}.", f"How many times do I have to ask you to {rude}?", rude.upper() + "!"]
    target = asked(r, vp + (" as soon as possible" if urgent else ""))
    return r.choice(frames[:2] * 3 + frames), target


def found(r, text):
    """A demand, request, refusal or criticism in the text made polite; None if there is none."""
    if imperative(text):
        words = strip_please(text)
        vp = lower_first(words).rstrip(".!")
        calm = URGENT.sub("", vp)
        vp = re.sub(r",? (?:okay|ok)$", "", calm) + (" as soon as possible" if calm != vp else "")
        return text, asked(r, vp) if len(vp) < 90 and "," not in vp else f"Could you please {vp}?"
    for pattern, form in RULES:
        m = pattern.match(text)
        if m:
            first = m[1].split(" ")[0] if m.groups() else ""
            if form == "Could I ask you to {}?" and first not in VERBS:
                continue
            return text, form.format(re.sub(r",? (?:please|now|okay)$", "", m[1])) if m.groups() else form
    target = SOFT(text)
    if target != text:
        return text, target.replace("!", ".")
    m = NEED.match(text)
    if m and m[1].split(" ")[0].lower() not in ("be", "know", "go", "stop", "say"):
        return text, f"I would like to {m[1]}, please."
    m = LETS.match(text)
    if m:
        return text, f"Perhaps we could {m[1]}."
    if ASKING.match(text):
        return text, ("Excuse me, " + lower_first(text) if r.random() < 0.5 else f"{text[:-1]}, please?")
    m = YOU.match(text)
    if m:
        return text, f"It seems that you {m[1]}."
    if OPINION.match(text) and CRITICAL.search(text):
        start = r.choice(SOFTENERS)
        return text, start + lower_first(text).rstrip("!.") + "."
    return None


def bluntly(r, text):
    """Polite phrases of a clean text taken away: the clean text is the target."""
    m = re.match(r"^(?:Could|Would|Can) you (?:please )?([^?]*)\?$", text)
    if m and "please" in text.lower() and m[1].split(" ")[0] in VERBS:
        return upper_first(re.sub(r",? please$", "", m[1])) + r.choice(BLUNT_ENDS), text
    for polite, blunt in (("I would like ", "I want "), ("I'd like ", "I want "), ("Would you mind ", None), ("I'm afraid ", ""), ("I am afraid ", ""), ("May I ", "I want to "), ("Could I ", "I want to ")):
        if blunt is not None and text.startswith(polite):
            out = upper_first(blunt + text[len(polite):].removeprefix("that "))
            return (out[:-1] + "." if out.endswith("?") else out), text
    return None


def make(r, text, tables):
    if r.random() < 0.07:  # most texts hold no demand, so this is about half of the pairs
        return invented(r)
    return found(r, text) or bluntly(r, text)
