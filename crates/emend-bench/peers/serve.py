"""One peer as a process: python serve.py pytorch|ctranslate2 FOLDER THREADS, FOLDER as `convert.py` writes it.

Each line of standard input asks for greedy outputs, {"sources": [[id, ...], ...], "limits": [n, ...], "rows": r}: r sources are
read and written together. Sources end with the end token; a limit counts the tokens of an output, its end included. The answer is one line,
{"outputs": [[id, ...], ...], "seconds": s}: outputs without start and end, and the time they took, reading and printing
of these lines not counted.
"""

import json
import os
import sys
import time

PAD, END = 0, 1


def pytorch(folder, threads):
    import torch
    from transformers import T5ForConditionalGeneration

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    model = T5ForConditionalGeneration.from_pretrained(os.path.join(folder, "pytorch")).eval()

    def write(sources, limit):
        longest = max(map(len, sources))
        ids = torch.tensor([s + [PAD] * (longest - len(s)) for s in sources])
        mask = torch.tensor([[1] * len(s) + [0] * (longest - len(s)) for s in sources])
        written = model.generate(input_ids=ids, attention_mask=mask, do_sample=False, num_beams=1, max_new_tokens=limit)
        return [row[1:] for row in written.tolist()]

    return write


def ctranslate2(folder, threads):
    import ctranslate2

    with open(os.path.join(folder, "tokens.json")) as file:
        names = json.load(file)
    ids = {name: i for i, name in enumerate(names)}
    model = ctranslate2.Translator(os.path.join(folder, "ctranslate2"), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads)

    def write(sources, limit):
        tokens = [[names[i] for i in source] for source in sources]
        written = model.translate_batch(tokens, beam_size=1, max_decoding_length=limit, max_input_length=0)
        return [[ids[name] for name in one.hypotheses[0]] for one in written]

    return write


def until_end(tokens, limit):
    tokens = tokens[:limit]
    return tokens[: tokens.index(END)] if END in tokens else tokens


def answer(write, ask):
    sources, limits, rows = ask["sources"], ask["limits"], ask["rows"]
    outputs = []
    start = time.perf_counter()
    for at in range(0, len(sources), rows):
        these = limits[at : at + rows]
        written = write(sources[at : at + rows], max(these))
        outputs += [until_end(tokens, limit) for tokens, limit in zip(written, these)]
    return {"outputs": outputs, "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    name, folder, threads = sys.argv[1:]
    write = {"pytorch": pytorch, "ctranslate2": ctranslate2}[name](folder, int(threads))
    for line in sys.stdin:
        print(json.dumps(answer(write, json.loads(line))), flush=True)
