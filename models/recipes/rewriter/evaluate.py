"""Measure a model: python evaluate.py --data DIR --model FOLDER [--limit N] [--only gleu,clean,tokens,pairs,samples] [--json FILE]

gleu     JFLEG dev, sentence fix: corpus GLEU (Napoles et al. 2016), 500 draws of a reference, seed 0; words and
         single punctuation marks are the tokens; copying the source is printed beside it. Evaluation only: the
         data is NonCommercial and never trains.
         "guarded" figures put the source back where a simple check fails (length, repetition, shared words)
clean    share of clean text left unchanged: held-out sentences, and correct sentences of a grammar checker's tests
tokens   share of addresses, numbers, emoji, foreign words, quotations and code copied exactly
pairs    share of held-out one-error sentences restored exactly (harper.dev)
samples  one sentence of our own per intent, side by side
Greedy decoding throughout.
"""

import argparse
import collections
import json
import math
import os
import random
import re
import zlib

import corpus
import makers
from mix import WORDINGS

WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


# ---------------------------------------------------------------- GLEU


def grams(tokens, n):
    return collections.Counter(zip(*(tokens[i:] for i in range(n))))


def gleu_counts(source, hypothesis, reference):
    """[length of hypothesis, of reference, matches and totals for 1- to 4-grams]"""
    counts = [len(hypothesis), len(reference)]
    for n in range(1, 5):
        h, s, ref = grams(hypothesis, n), grams(source, n), grams(reference, n)
        wrong = collections.Counter({g: c for g, c in s.items() if g not in ref})
        counts += [max(sum((h & ref).values()) - sum((h & wrong).values()), 0), max(len(hypothesis) + 1 - n, 0)]
    return counts


def gleu_score(counts):
    if min(counts) == 0:
        return 0.0
    logs = [math.log(counts[i] / counts[i + 1]) for i in range(2, 10, 2)]
    return math.exp(min(0, 1 - counts[1] / counts[0]) + sum(logs) / 4)


def gleu(sources, hypotheses, references, draws=500, seed=0):
    """Mean corpus GLEU in percent over random choices of one reference a sentence."""
    tokens = WORD.findall
    table = [[gleu_counts(tokens(s), tokens(h), tokens(ref)) for ref in refs] for s, h, refs in zip(sources, hypotheses, references)]
    r = random.Random(seed)
    total = 0.0
    for _ in range(draws):
        counts = [0] * 10
        for options in table:
            for i, v in enumerate(r.choice(options)):
                counts[i] += v
        total += gleu_score(counts)
    return 100 * total / draws


# ---------------------------------------------------------------- the model


class Rewriter:
    def __init__(self, folder):
        import torch
        from tokenizers import Tokenizer
        from transformers import T5ForConditionalGeneration

        self.torch = torch
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = T5ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval().to(self.device)
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))

    def __call__(self, intent, texts, batch=24):
        prompts = [self.tokenizer.encode(f"{WORDINGS[intent][0]}: {t}").ids + [1] for t in texts]
        order = sorted(range(len(texts)), key=lambda i: len(prompts[i]))
        out = [None] * len(texts)
        for at in range(0, len(order), batch):
            rows = order[at:at + batch]
            longest = max(len(prompts[i]) for i in rows)
            ids = self.torch.tensor([prompts[i] + [0] * (longest - len(prompts[i])) for i in rows], device=self.device)
            with self.torch.inference_mode():
                made = self.model.generate(input_ids=ids, attention_mask=(ids != 0).long(), max_new_tokens=longest + 16, do_sample=False, num_beams=1)
            for i, row in zip(rows, made.tolist()):
                row = row[1:]
                row = row[:row.index(1)] if 1 in row else row
                out[i] = self.tokenizer.decode(row)
        return out


# ---------------------------------------------------------------- the measures


def guarded(source, output):
    """A simple stand-in for the app's checks of a correction: the source comes back when the output is much longer or
    shorter, repeats itself, or shares too few words."""
    a, b = WORD.findall(source.lower()), WORD.findall(output.lower())
    shared = sum((collections.Counter(a) & collections.Counter(b)).values())
    repeats = any(n > 1 and n > grams(a, 3)[g] for g, n in grams(b, 3).items())
    sound = abs(len(b) - len(a)) <= 2 + 0.1 * len(a) and shared >= 0.6 * len(a) and not repeats
    return output if sound else source


def some(items, limit):
    """A fixed subset, the same whatever else changes."""
    return sorted(items, key=lambda x: zlib.crc32(str(x).encode()))[:limit] if limit else items


def held_out_sentences(data, limit):
    """Sentences that training leaves out by their hash; a few of each file."""
    found = []
    for file in corpus.PROSE:
        mine = []
        for x in corpus.read(data, file):
            mine += [s for s in corpus.sentences(x["text"]) if corpus.looks_clean(s) and corpus.held_out(s)]
            if len(mine) >= 40:
                break
        found += mine[:40]
    return some(found, limit)


def protected_texts(limit, seed=0):
    """Own sentences with one special token each."""
    r = random.Random(seed)
    frames = ["Please write to {} before Friday.", "She said that {} was not on the list.", "The answer is {} and nothing else.", "I has seen {} two time this week.",
              "Can you check {} for me?", "Our team use {} every day.", "He sent {} to all of us yesterday."]
    return [(r.choice(frames).format(t), t) for t in (makers.special(r) for _ in range(limit))]


SAMPLES = [
    ("fix", "She go to school every days and she like it very much."), ("fix", "their going to the store becuase they need milk"),
    ("fix", "I has been working here since three year."), ("fix", "The report was wrote by the team on last week."), ("fix", "He don't know what he want to doing."),
    ("fix", "Please send me the document as soon as possible."), ("clearer", "I, um, wanted to to ask whether, you know, the room is free."),
    ("simpler", "We will commence the project and utilize the new tools."), ("shorter", "It is important to note that we met in order to discuss the budget."),
    ("formal", "I can't come because the kids aren't well, thanks for asking."), ("friendly", "Thank you very much. We will contact you regarding the parcel."),
    ("polite", "Send me the report by Friday."), ("polite", "I want you to fix this now."), ("neutral", "The legendary singer was obviously born in Leeds."),
    ("appropriate", "Where is my damn package, you idiot?"), ("paraphrase", "I need to finish this quickly because I have a train to catch."),
    ("coherent", "I opened the letter. I read it twice."),
]


def evaluate(data, folder, limit, only):
    rewrite, results = Rewriter(folder), {}
    if "gleu" in only:
        rows = list(corpus.read(data, "rewrite/jfleg.dev", evaluation=True))
        rows = rows[:limit] if limit else rows
        sources, refs = [x["src"] for x in rows], [x["refs"] for x in rows]
        hyps = rewrite("fix", sources)
        safe = [guarded(s, h) for s, h in zip(sources, hyps)]
        results["jfleg_dev"] = {"sentences": len(rows), "gleu": gleu(sources, hyps, refs), "gleu_guarded": gleu(sources, safe, refs),
                                "gleu_copy": gleu(sources, sources, refs), "unchanged": sum(h == s for h, s in zip(hyps, sources)) / len(rows)}
    if "clean" in only:
        clean = held_out_sentences(data, limit)
        checker = [x["src"] for x in corpus.read(data, "rewrite/harper_nochange.train", evaluation=True)]
        checker = checker[:limit] if limit else checker
        for name, texts in (("heldout", clean), ("harper_nochange", checker)):
            hyps = rewrite("fix", texts)
            results["clean_" + name] = {"sentences": len(texts), "unchanged": sum(h == s for h, s in zip(hyps, texts)) / len(texts),
                                        "unchanged_guarded": sum(guarded(s, h) == s for h, s in zip(hyps, texts)) / len(texts)}
    if "tokens" in only:
        texts = protected_texts(limit or 300)
        kept = [t in h for h, (_, t) in zip(rewrite("fix", [s for s, _ in texts]), texts)]
        results["tokens"] = {"texts": len(texts), "kept": sum(kept) / len(kept)}
    if "pairs" in only:
        rows = list(corpus.read(data, "rewrite/harper.dev", evaluation=True))
        hyps = rewrite("fix", [x["src"] for x in rows])
        results["harper_dev"] = {"sentences": len(rows), "exact": sum(h in x["refs"] for h, x in zip(hyps, rows)) / len(rows),
                                 "unchanged": sum(h == x["src"] for h, x in zip(hyps, rows)) / len(rows)}
    if "samples" in only:
        for intent, text in SAMPLES:
            print(f"{intent:12} {text}\n{'':10}-> {rewrite(intent, [text])[0]}")
    return results


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--model", required=True)
    p.add_argument("--limit", type=int, default=0, help="at most so many sentences of each set; 0 for all")
    p.add_argument("--only", default="gleu,clean,tokens,pairs,samples")
    p.add_argument("--json")
    a = p.parse_args()
    results = evaluate(a.data, a.model, a.limit, a.only.split(","))
    for name, values in results.items():
        print(name, " ".join(f"{k} {v:.4g}" for k, v in values.items()))
    if a.json:
        with open(a.json, "w", encoding="utf-8") as f:
            json.dump(results, f, indent=1)


if __name__ == "__main__":
    main()
