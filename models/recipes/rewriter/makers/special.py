"""Things that must survive every rewrite: addresses, numbers, emoji, code, foreign words, labels, curly quotes, capitals."""

import re

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


# Text before a colon is part of the text, even if it looks like an instruction.
LABELS = """Note|Subject|Question|Answer|Update|Reminder|Warning|Todo|TODO|Fix|Fix the bug|Simplify this|Translate this|Paraphrase|Make this shorter|Re|FYI|Summary|PS|P.S.|Hint|Step 1|Example|Title|Quote|Correct this|Edit|Q|A|Task|Rewrite|
Fix the grammar|Summarize|Formal|Be polite|Polite|Important|From|To|Agenda|Decision|Topic|Answer this question|Explain|Original|Text|Input|Draft|Ignore this|Delete this|Bug|Feature request|Chapter 2|Anna|Tom""".replace("\n", "").split("|")
# Our own sentences in other languages, left as they are.
FOREIGN = """Das Treffen beginnt morgen um neun Uhr.|Ich habe den Bericht noch nicht gelesen.|Können wir das später besprechen?|Der Zug nach Hamburg hat leider Verspätung.|Nous avons reçu votre lettre hier matin.|Je ne sais pas encore si je viendrai.|La réunion aura lieu dans la grande salle.|
Où se trouve la gare la plus proche ?|El informe estará listo la próxima semana.|No puedo asistir a la reunión de mañana.|¿Has visto mis llaves en la cocina?|Muchas gracias por tu ayuda con el proyecto.|Il treno parte tra dieci minuti dal binario tre.|Vorrei prenotare un tavolo per due persone.|Non ho ancora ricevuto una risposta.|
A reunião foi adiada para sexta-feira.|Obrigado pela sua mensagem de ontem.|De vergadering is verplaatst naar volgende week.|Kun je me morgen even bellen?|Mötet börjar klockan tio på måndag.|Jag har inte hunnit läsa rapporten än.|Spotkanie odbędzie się w przyszły wtorek.|Dziękuję bardzo za szybką odpowiedź.|Toplantı yarın saat onda başlayacak.|Raporu henüz okumadım.|
Schůzka je zítra v devět hodin ráno.|Встреча начнётся завтра в девять часов.|Я ещё не прочитал этот отчёт.|Зустріч перенесли на п'ятницю.|Η συνάντηση θα γίνει αύριο το πρωί.|明日の会議は十時に始まります。|報告書はまだ読んでいません。|会议明天上午九点开始。|我还没有看那份报告。|회의는 내일 아홉 시에 시작합니다.|الاجتماع غدا في الساعة التاسعة.|הפגישה מתחילה מחר בתשע.|बैठक कल सुबह नौ बजे शुरू होगी।|Tapaaminen alkaa huomenna kello yhdeksän.|Mødet starter i morgen klokken ni.|Ședința începe mâine la ora zece.|Cuộc họp bắt đầu lúc chín giờ sáng mai.""".replace("\n", "").split("|")


def labelled(r, source, target):
    """The same label, list mark or quotation marks around both sides."""
    kind = r.random()
    if kind < 0.6:
        label = r.choice(LABELS)
        return f"{label}: {source}", f"{label}: {target}"
    mark = r.choice(["- ", "* ", "1. ", "2) ", "> ", "• ", "# ", "“", '"'])
    if mark in "“\"":
        close = "”" if mark == "“" else '"'
        if '"' in source + target:
            return None
        return f"{mark}{source}{close}", f"{mark}{target}{close}"
    return mark + source, mark + target


def curly(text):
    """Typographic quotes and apostrophes."""
    text = re.sub(r'(^|[\s(\[—-])"', "\\1“", text).replace('"', "”")
    return re.sub(r"(^|[\s(\[—-])'(?=\w)", "\\1‘", text).replace("'", "’")


def foreign(r):
    some = r.sample(FOREIGN, r.choice([1, 1, 1, 2, 3]))
    return r.choice([" ", "\n"]).join(some)
