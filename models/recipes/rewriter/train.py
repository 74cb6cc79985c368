"""Train the starter model: python train.py --data DIR --out DIR [--from CHECKPOINT] [--steps N]

Runs the same on CPU and GPU. Every batch is a function of (seed, step), so an interrupted run goes on where its
last checkpoint stood: start the same command again (SIGTERM saves and stops). --from names a Hugging Face folder to begin with; its
tokenizer gets byte fallback and its embedding the rows for it.
"""

import argparse
import collections
import json
import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from transformers import T5ForConditionalGeneration

import tokenizer as byte_tokenizer
from export import export
from mix import Mix

POOL = 8  # batches made, sorted by length and cut at a time


def start(folder, out):
    """The model and tokenizer to begin with."""
    with open(os.path.join(folder, "tokenizer.json"), encoding="utf-8") as f:
        spec = json.load(f)
    if not spec["model"]["byte_fallback"]:
        spec = byte_tokenizer.add_byte_fallback(spec)
    with open(os.path.join(out, "tokenizer.json"), "w", encoding="utf-8") as f:
        json.dump(spec, f, ensure_ascii=False)
    model = T5ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    old = model.get_input_embeddings().weight.detach()
    rows = byte_tokenizer.padded(len(spec["model"]["vocab"]))
    if rows > len(old):
        model.resize_token_embeddings(rows, mean_resizing=False)
        g = torch.Generator().manual_seed(0)
        fresh = torch.randn(rows - len(old), old.shape[1], generator=g)
        with torch.no_grad():
            model.get_input_embeddings().weight[len(old):] = fresh / fresh.norm(dim=1, keepdim=True) * old.norm(dim=1).mean()
    return model


COPIED, FORKED, EDITED = 0, 1, 2


def kinds(source, target):
    """How each target token relates to the source: EDITED where it does not follow its neighbour there, FORKED where
    it does but the neighbour stands in the source more than once with different successors (a copier may take the
    wrong way there), else COPIED."""
    seen, after = {(-1, t) for t in source}, collections.defaultdict(set)
    for pair in zip([-1] + source, source):
        seen.add(pair)
        after[pair[0]].add(pair[1])
    return [EDITED if pair not in seen else FORKED if len(after[pair[0]]) > 1 else COPIED for pair in zip([-1] + target, target)]


def pool(mix, tok, r, tokens, longest=160):
    """POOL batches of about `tokens` padded source and target tokens, each of like lengths."""
    rows = []
    total = 0
    while total < tokens * POOL:
        _, prompt, target = mix.example(r)
        x, y = tok.encode(prompt).ids + [1], tok.encode(target).ids + [1]
        if len(x) <= longest and len(y) <= longest:
            rows.append((x, y, kinds(x, y)))
            total += len(x) + len(y)
    rows.sort(key=lambda row: (len(row[0]), len(row[1])))
    batches, count = [[]], 0
    for row in rows:
        if count >= total / POOL and len(batches) < POOL:
            batches.append([])
            count = 0
        batches[-1].append(row)
        count += len(row[0]) + len(row[1])
    r.shuffle(batches)
    return batches


def pad(rows, value):
    longest = max(map(len, rows))
    return torch.tensor([list(row) + [value] * (longest - len(row)) for row in rows])


def loss_of(model, batch, weight, device, share=1.0):
    """(weighted loss sum, weights, plain loss sum, plain loss sum on edited positions, tokens, edited tokens)

    share < 1 puts only that share of the copied tokens through the output layer, each counted 1/share times.
    Forked copies weigh 2."""
    x, y = pad([b[0] for b in batch], 0).to(device), pad([b[1] for b in batch], -1).to(device)
    kind = pad([b[2] for b in batch], COPIED).to(device)
    mask = (x != 0).long()
    begin = torch.cat([torch.zeros_like(y[:, :1]), y[:, :-1].clamp(min=0)], 1)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        memory = model.encoder(input_ids=x, attention_mask=mask)[0]
        hidden = model.decoder(input_ids=begin, encoder_hidden_states=memory, encoder_attention_mask=mask, use_cache=False)[0]
        keep = (y >= 0) & ((kind != COPIED) | (torch.rand(y.shape, device=device) < share))
        logits = F.linear(hidden[keep] * model.config.d_model**-0.5, model.get_input_embeddings().weight)
    nll = F.cross_entropy(logits.float(), y[keep], reduction="none")
    kind = kind[keep]
    edit = kind == EDITED
    weights = torch.tensor([1 / share, 2.0, weight], device=device)[kind]
    plain = nll.detach() * torch.where(kind == COPIED, 1 / share, 1)
    return (nll * weights).sum(), weights.sum().item(), plain.sum().item(), plain[edit].sum().item(), int((y >= 0).sum()), int(edit.sum())


def gradients(model, params, batch, *settings):
    """Gradients of the weighted loss sum, with the sums of loss_of."""
    loss, *sums = loss_of(model, batch, *settings)
    return torch.autograd.grad(loss, params), sums


def set_gradients(workers, parts, model, params, batch, *settings):
    """Put the mean gradient of the batch into params. On busy CPU cores several one-thread workers with a part of
    the batch each lose less time than one many-thread worker, which waits for its slowest thread in every operation."""
    size = -(-len(batch) // parts)
    pieces = [batch[i:i + size] for i in range(0, len(batch), size)]
    total = [0.0] * 5
    for p in params:
        p.grad = torch.zeros_like(p)
    grads = [p.grad for p in params]
    for piece_grads, sums in workers.map(lambda piece: gradients(model, params, piece, *settings), pieces):
        torch._foreach_add_(grads, list(piece_grads))
        total = [a + b for a, b in zip(total, sums)]
    torch._foreach_div_(grads, total[0])
    return total[1:]


def rate(step, a):
    """Warm-up, inverse square root, and a straight descent over the last part."""
    peak = a.lr * min(1, (step + 1) / a.warmup) * (a.warmup * 4 / max(a.warmup * 4, step)) ** 0.5
    left = (a.steps - step) / max(1, a.cooldown * a.steps)
    return peak * max(0.03, min(1, left))


def save(path, **state):
    torch.save(state, path + ".tmp")
    os.replace(path + ".tmp", path)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--from", dest="begin", help="Hugging Face folder to begin with (not needed to resume)")
    p.add_argument("--steps", type=int, default=4000)
    p.add_argument("--tokens", type=int, default=5000, help="source + target tokens in a batch")
    p.add_argument("--lr", type=float, default=8e-4)
    p.add_argument("--warmup", type=int, default=200)
    p.add_argument("--cooldown", type=float, default=0.25, help="share of the steps in which the rate falls to nearly 0")
    p.add_argument("--edit-weight", type=float, default=2.0, help="loss weight of edited positions at the start; falls to 1.3")
    p.add_argument("--average", type=float, default=0.998, help="decay of the running average of the weights")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--save-every", type=float, default=180, help="seconds between checkpoints")
    p.add_argument("--workers", type=int, default=1, help="one-thread workers; 2 is best on two busy CPU cores")
    p.add_argument("--copied", type=float, default=1.0, help="share of the copied tokens that go through the output layer; 0.35 saves a fifth of the time on a CPU")
    p.add_argument("--research", action="store_true", help="also train on files marked research; never ship the result")
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    checkpoint = os.path.join(a.out, "checkpoint.pt")
    torch.manual_seed(a.seed)
    if a.workers > 1:
        torch.set_num_threads(1)
    workers = ThreadPoolExecutor(a.workers)

    state = torch.load(checkpoint, map_location="cpu", weights_only=False) if os.path.exists(checkpoint) else None
    if state:
        from transformers import T5Config

        model = T5ForConditionalGeneration(T5Config(**state["config"]))
        model.load_state_dict(state["model"])
    else:
        model = start(a.begin, a.out)
    model.to(device).train()
    tok = Tokenizer.from_file(os.path.join(a.out, "tokenizer.json"))
    params = list(model.parameters())
    average = [p.detach().clone() for p in params]
    opt = torch.optim.AdamW(params, lr=a.lr, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    step = 0
    if state:
        opt.load_state_dict(state["optimizer"])
        average = [t.to(device) for t in state["average"]]
        torch.set_rng_state(state["rng"])
        step = state["step"]
    del state

    mix = Mix(a.data, a.research)
    log = open(os.path.join(a.out, "log.jsonl"), "a", encoding="utf-8")
    print(f"{sum(p.numel() for p in params) / 1e6:.2f} M parameters, {len(mix.corpus.clean)} sentences, step {step}", flush=True)

    def keep():
        save(checkpoint, model=model.state_dict(), config=model.config.to_dict(), optimizer=opt.state_dict(), average=average,
             rng=torch.get_rng_state(), step=step, arguments=vars(a))

    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    saved = began = time.time()
    sums = [0.0] * 6
    batches, made = [], -1
    while step < a.steps:
        if step // POOL != made:
            made = step // POOL
            batches = pool(mix, tok, random.Random(f"{a.seed}-{made}"), a.tokens)
        batch = batches[step % POOL]
        for group in opt.param_groups:
            group["lr"] = rate(step, a)
        weight = a.edit_weight + (1.3 - a.edit_weight) * step / a.steps if a.edit_weight > 1.3 else a.edit_weight
        plain, on_edits, n, n_edits = set_gradients(workers, a.workers, model, params, batch, weight, device, a.copied)
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        opt.step()
        step += 1
        decay = min(a.average, step / (step + 10))
        torch._foreach_lerp_(average, [p.detach() for p in params], 1 - decay)
        for i, v in enumerate((plain, on_edits, n, n_edits, len(batch), 1)):
            sums[i] += v
        if step % 40 == 0:
            seconds = time.time() - began
            row = {"step": step, "loss": sums[0] / sums[2], "edit_loss": sums[1] / max(1, sums[3]), "edited": sums[3] / sums[2], "lr": rate(step, a),
                   "target_tokens_per_s": sums[2] / seconds, "examples_per_s": sums[4] / seconds, "time": time.time()}
            log.write(json.dumps({k: round(v, 6) for k, v in row.items()}) + "\n")
            log.flush()
            print(f"step {step} loss {row['loss']:.4f} edits {row['edit_loss']:.3f} {row['target_tokens_per_s']:.0f} tok/s {row['examples_per_s']:.0f} ex/s", flush=True)
            sums, began = [0.0] * 6, time.time()
        if time.time() - saved > a.save_every:
            keep()
            saved = time.time()
        if stop:
            break
    keep()
    export(checkpoint, os.path.join(a.out, "tokenizer.json"), os.path.join(a.out, "export"))


if __name__ == "__main__":
    main()
