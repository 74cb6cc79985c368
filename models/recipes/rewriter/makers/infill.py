"""infill: T5's span corruption on clean text, without an instruction: 15 % of the words in spans of about three."""


def make(r, text, share=0.15, longest=5):
    """(text with <extra_id_n> for its spans, the spans); whole words, spans never side by side."""
    words = text.split(" ")
    wanted = max(1, round(len(words) * share))
    taken, spans = set(), []
    for _ in range(20):
        if wanted <= 0:
            break
        n = min(r.randint(1, longest), wanted, len(words))
        at = r.randrange(len(words) - n + 1)
        if any(i in taken for i in range(at - 1, at + n + 1)):
            continue
        taken.update(range(at, at + n))
        spans.append((at, n))
        wanted -= n
    source, target, here = [], [], 0
    for k, (at, n) in enumerate(sorted(spans)[:100]):
        source += words[here:at] + [f"<extra_id_{k}>"]
        target += [f"<extra_id_{k}>"] + words[at:at + n]
        here = at + n
    return " ".join(source + words[here:]), " ".join(target + [f"<extra_id_{len(spans)}>"])
