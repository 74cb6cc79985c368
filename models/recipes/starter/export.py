"""Checkpoint -> Hugging Face folder: python export.py CHECKPOINT TOKENIZER.json FOLDER [--raw]

The averaged weights are written, or with --raw those of the last step.
"""

import os
import shutil
import sys

import torch
from transformers import T5Config, T5ForConditionalGeneration


def export(checkpoint, tokenizer, folder, raw=False):
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)
    model = T5ForConditionalGeneration(T5Config(**state["config"]))
    model.load_state_dict(state["model"])
    if not raw:
        with torch.no_grad():
            for p, mean in zip(model.parameters(), state["average"]):
                p.copy_(mean)
    model.generation_config.update(decoder_start_token_id=0, eos_token_id=1, pad_token_id=0)
    model.save_pretrained(folder)
    shutil.copyfile(tokenizer, os.path.join(folder, "tokenizer.json"))
    return state["step"]


if __name__ == "__main__":
    print("step", export(*sys.argv[1:4], raw="--raw" in sys.argv))
