"""A shipped GGUF back into a Hugging Face folder, to train on: python unpack.py MODEL.gguf FOLDER

Needs the `gguf` package. What 8 bits lost stays lost; training goes on from there all the same. tokenizer.json is
copied from beside the file.
"""

import os
import shutil
import sys

import numpy as np
import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from transformers import T5Config, T5ForConditionalGeneration

# The parts of a block: llama.cpp's name, layer and module in transformers.
ENCODER = [("attn", 0, "SelfAttention"), ("ffn", 1, "DenseReluDense")]
DECODER = [("attn", 0, "SelfAttention"), ("cross_attn", 1, "EncDecAttention"), ("ffn", 2, "DenseReluDense")]


def read(path):
    """(tensors by llama.cpp's names as float32, metadata)"""
    reader = GGUFReader(path)
    tensors = {t.name: torch.from_numpy(dequantize(t.data, t.tensor_type).astype(np.float32)).reshape([int(n) for n in reversed(t.shape)]) for t in reader.tensors}
    return tensors, {k: f.contents() for k, f in reader.fields.items() if not k.startswith("tokenizer.")}


def config(tensors, facts):
    def fact(name):
        return facts["t5." + name]

    return T5Config(vocab_size=len(tensors["token_embd.weight"]), d_model=fact("embedding_length"), d_kv=fact("attention.key_length"), d_ff=fact("feed_forward_length"),
                    num_heads=fact("attention.head_count"), num_layers=fact("block_count"), num_decoder_layers=fact("decoder_block_count"), dropout_rate=0.0,
                    feed_forward_proj="relu", tie_word_embeddings=True, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1)


def weights(tensors, c):
    """Hugging Face's names for a tied ReLU T5 of this configuration."""
    out = {"shared.weight": tensors["token_embd.weight"]}
    for theirs, ours, blocks, parts in (("enc", "encoder", c.num_layers, ENCODER), ("dec", "decoder", c.num_decoder_layers, DECODER)):
        for i in range(blocks):
            for part, layer, module in parts:
                a, b = f"{theirs}.blk.{i}.{part}", f"{ours}.block.{i}.layer.{layer}"
                out[f"{b}.layer_norm.weight"] = tensors[f"{a}_norm.weight"]
                names = {"up": "wi", "down": "wo"} if part == "ffn" else {x: x for x in ("q", "k", "v", "o")}
                for there, here in names.items():
                    out[f"{b}.{module}.{here}.weight"] = tensors[f"{a}_{there}.weight"]
        bias = tensors[f"{theirs}.blk.0.attn_rel_b.weight"]
        out[f"{ours}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"] = bias if bias.shape[1] == c.num_heads else bias.T
        out[f"{ours}.final_layer_norm.weight"] = tensors[f"{theirs}.output_norm.weight"]
    return out


def unpack(path):
    tensors, facts = read(path)
    model = T5ForConditionalGeneration(config(tensors, facts))
    missing, unexpected = model.load_state_dict(weights(tensors, model.config), strict=False)
    if unexpected or any("embed_tokens" not in name and "lm_head" not in name for name in missing):
        raise ValueError(f"{path} is no tied ReLU T5 of ours: missing {missing}, unexpected {unexpected}")
    return model


if __name__ == "__main__":
    model = unpack(sys.argv[1])
    model.save_pretrained(sys.argv[2])
    shutil.copyfile(os.path.join(os.path.dirname(sys.argv[1]), "tokenizer.json"), os.path.join(sys.argv[2], "tokenizer.json"))
