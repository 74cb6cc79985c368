"""Checkpoint -> Hugging Face folder: python export.py CHECKPOINT TOKENIZER.json FOLDER [--raw] [--bytes 1.15]

The averaged weights are written, or with --raw those of the last step. --bytes lengthens the embedding rows of the
byte pieces and of everything after them: after a short training these rare pieces are copied too seldom.
"""

import argparse
import json
import os
import shutil

import torch
from transformers import T5Config, T5ForConditionalGeneration


def export(checkpoint, tokenizer, folder, raw=False, longer_bytes=1.0):
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)
    model = T5ForConditionalGeneration(T5Config(**state["config"]))
    model.load_state_dict(state["model"])
    if not raw:
        with torch.no_grad():
            for p, mean in zip(model.parameters(), state["average"]):
                p.copy_(mean)
    with open(tokenizer, encoding="utf-8") as f:
        first = next(i for i, (piece, _) in enumerate(json.load(f)["model"]["vocab"]) if piece == "<0x00>")
    with torch.no_grad():
        model.get_input_embeddings().weight[first:] *= longer_bytes
    model.generation_config.update(decoder_start_token_id=0, eos_token_id=1, pad_token_id=0)
    model.save_pretrained(folder)
    shutil.copyfile(tokenizer, os.path.join(folder, "tokenizer.json"))
    return state["step"]


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    for name in ("checkpoint", "tokenizer", "folder"):
        p.add_argument(name)
    p.add_argument("--raw", action="store_true")
    p.add_argument("--bytes", type=float, default=1.0)
    a = p.parse_args()
    print("step", export(a.checkpoint, a.tokenizer, a.folder, a.raw, a.bytes))
