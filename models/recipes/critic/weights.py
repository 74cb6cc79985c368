"""Write and read the critic's weights: safetensors with the usual T5 names, heads.<name>.weight/bias, and critic.json.

kinds: f32, f16, q8 (numbers in blocks of 32 along a row as in q8_0: NAME.q8 int8, NAME.scale f16; vectors stay f16).
python weights.py FROM TO --kind f16   turns one kind into another.
"""

import argparse
import json
import os

import torch
from safetensors.torch import load_file, save_file

import model

BLOCK = 32


def quantised(w):
    blocks = w.float().reshape(-1, BLOCK)
    scale = (blocks.abs().amax(1, keepdim=True) / 127).half()
    q = torch.round(blocks / scale.float().clamp(min=1e-12)).clamp(-127, 127).to(torch.int8)
    return q.reshape(w.shape), scale.reshape(w.shape[0], -1)


def packed(state, kind):
    out = {}
    for name, w in state.items():
        w = w.detach().cpu().contiguous()
        if kind == "q8" and w.ndim == 2 and w.shape[1] % BLOCK == 0 and w.numel() > 4096:
            out[name + ".q8"], out[name + ".scale"] = quantised(w)
        else:
            out[name] = w.float() if kind == "f32" else w.half()
    return out


def unpacked(tensors):
    out = {}
    for name, w in tensors.items():
        if name.endswith(".q8"):
            scale = tensors[name[:-3] + ".scale"].float()
            out[name[:-3]] = (w.float().reshape(*scale.shape, BLOCK) * scale[..., None]).reshape(w.shape)
        elif not name.endswith(".scale"):
            out[name] = w.float()
    return out


def parts(tensors, megabytes):
    """Runs of tensors below the size."""
    now, size = {}, 0
    for name, w in tensors.items():
        n = w.numel() * w.element_size()
        if now and size + n > megabytes * 2**20:
            yield now
            now, size = {}, 0
        now[name], size = w, size + n
    yield now


def save(folder, state, meta, kind="f16", megabytes=1e9):
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        if name.startswith("critic-") and name.endswith(".safetensors"):
            os.remove(os.path.join(folder, name))
    for i, part in enumerate(parts(packed(state, kind), megabytes)):
        save_file(part, os.path.join(folder, f"critic-{i:02}.safetensors"))
    with open(os.path.join(folder, "critic.json"), "w") as f:
        json.dump(meta, f, indent=1)


def load(folder):
    with open(os.path.join(folder, "critic.json")) as f:
        meta = json.load(f)
    tensors = {}
    for name in sorted(os.listdir(folder)):
        if name.startswith("critic-") and name.endswith(".safetensors"):
            tensors.update(load_file(os.path.join(folder, name)))
    critic = model.Critic(meta["config"], meta["sentence_heads"])
    critic.load_state_dict(unpacked(tensors))
    return critic, meta


def main():
    p = argparse.ArgumentParser()
    p.add_argument("source")
    p.add_argument("target")
    p.add_argument("--kind", default="f16", choices=["f32", "f16", "q8"])
    p.add_argument("--part", type=float, default=1e9, help="MiB of a file")
    a = p.parse_args()
    critic, meta = load(a.source)
    save(a.target, critic.state_dict(), meta, a.kind, a.part)


if __name__ == "__main__":
    main()
