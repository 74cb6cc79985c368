"""LoRA training by PyTorch and PEFT as a process: python train.py MODEL ADAPTER THREADS RATE CLIP

MODEL is a T5 in Hugging Face's form, ADAPTER a folder of PEFT's to go on with. Each line of standard input asks for steps on one batch,
{"sources": [[id, ...], ...], "targets": [[id, ...], ...], "steps": n}, all with their end tokens. The answer is one line, {"losses": [...],
"seconds": s}: the mean loss of a target token before each step, and the time of all steps, reading and printing of these lines not counted.
"""

import json
import sys
import time

import torch
from peft import PeftModel
from transformers import T5ForConditionalGeneration

PAD, IGNORED = 0, -100


def padded(rows, pad):
    longest = max(map(len, rows))
    return torch.tensor([row + [pad] * (longest - len(row)) for row in rows])


def answer(model, optimizer, clip, ask):
    learned = [p for group in optimizer.param_groups for p in group["params"]]
    losses = []
    start = time.perf_counter()
    for _ in range(ask["steps"]):
        ids, labels = padded(ask["sources"], PAD), padded(ask["targets"], IGNORED)
        mask = padded([[1] * len(source) for source in ask["sources"]], 0)
        loss = model(input_ids=ids, attention_mask=mask, labels=labels, use_cache=False).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, clip)
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    folder, adapter, threads, rate, clip = sys.argv[1:]
    torch.set_num_threads(int(threads))
    base = T5ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    model = PeftModel.from_pretrained(base, adapter, is_trainable=True).train()
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=float(rate), weight_decay=0.0)
    for line in sys.stdin:
        print(json.dumps(answer(model, optimizer, float(clip), json.loads(line))), flush=True)
