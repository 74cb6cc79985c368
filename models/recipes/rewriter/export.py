"""Checkpoint -> Hugging Face folder: python export.py CHECKPOINT TOKENIZER.json FOLDER [--model 0] [--raw]

The averaged weights are written as 16-bit floats, or with --raw those of the last step. `detector.safetensors` beside them is the head
that guesses which source tokens will be changed; the critic begins with it.
"""

import argparse
import os
import shutil

import torch
from safetensors.torch import save_file
from transformers import T5Config, T5ForConditionalGeneration


def export(checkpoint, tokenizer, folder, index=0, raw=False):
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)["learners"][index]
    model = T5ForConditionalGeneration(T5Config(**state["config"]))
    model.load_state_dict(state["model"])
    detector = torch.nn.Linear(model.config.d_model, 1)
    detector.load_state_dict(state["detector"])
    if not raw:
        with torch.no_grad():
            for p, mean in zip([*model.parameters(), *detector.parameters()], state["average"]):
                p.copy_(mean)
    model.generation_config.update(decoder_start_token_id=0, eos_token_id=1, pad_token_id=0)
    model.half().save_pretrained(folder)
    save_file({k: v.half() for k, v in detector.state_dict().items()}, os.path.join(folder, "detector.safetensors"))
    shutil.copyfile(tokenizer, os.path.join(folder, "tokenizer.json"))


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    for name in ("checkpoint", "tokenizer", "folder"):
        p.add_argument(name)
    p.add_argument("--model", type=int, default=0, help="which of the run's models")
    p.add_argument("--raw", action="store_true")
    a = p.parse_args()
    export(a.checkpoint, a.tokenizer, a.folder, a.model, a.raw)
