"""The critic: a T5 encoder and linear heads.

The encoder computes what Hugging Face's T5EncoderModel computes and has its parameter names (a test compares them), but
takes packed rows: several texts one after the other in a row, which see only themselves. Relative positions make that
exact, and no work is spent on padding.
"""

import json
import math
import os

import torch
import torch.nn.functional as F
from torch import nn

SENTENCE_HEADS = ["toxicity", "politeness", "formality", "acceptability", "needs_edit"]
TINY = {"d_model": 384, "num_layers": 10, "num_heads": 6, "d_kv": 64, "d_ff": 1536, "vocab_size": 12288, "dropout_rate": 0.1,
        "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128, "layer_norm_epsilon": 1e-6, "feed_forward_proj": "relu"}
MEANING = 256  # size of the meaning embedding


class Norm(nn.Module):
    def __init__(self, size, epsilon):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(size)), epsilon

    def forward(self, x):
        return F.rms_norm(x.float(), self.weight.shape, self.weight.float(), self.epsilon)


class Attention(nn.Module):
    def __init__(self, c, first):
        super().__init__()
        inner = c["num_heads"] * c["d_kv"]
        self.heads, self.dropout = c["num_heads"], c["dropout_rate"]
        self.q, self.k, self.v = (nn.Linear(c["d_model"], inner, bias=False) for _ in range(3))
        self.o = nn.Linear(inner, c["d_model"], bias=False)
        if first:
            self.relative_attention_bias = nn.Embedding(c["relative_attention_num_buckets"], c["num_heads"])

    def forward(self, x, bias):
        rows, length, _ = x.shape
        q, k, v = (f(x).view(rows, length, self.heads, -1).transpose(1, 2) for f in (self.q, self.k, self.v))
        weights = F.softmax((q @ k.transpose(2, 3)).float() + bias, -1)
        weights = F.dropout(weights, self.dropout, self.training).to(v.dtype)
        return self.o((weights @ v).transpose(1, 2).reshape(rows, length, -1))


class SelfAttentionLayer(nn.Module):
    def __init__(self, c, first):
        super().__init__()
        self.SelfAttention, self.layer_norm = Attention(c, first), Norm(c["d_model"], c["layer_norm_epsilon"])


class Dense(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.wi, self.wo = nn.Linear(c["d_model"], c["d_ff"], bias=False), nn.Linear(c["d_ff"], c["d_model"], bias=False)


class FeedForwardLayer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.DenseReluDense, self.layer_norm = Dense(c), Norm(c["d_model"], c["layer_norm_epsilon"])


class Block(nn.Module):
    def __init__(self, c, first):
        super().__init__()
        self.layer, self.dropout = nn.ModuleList([SelfAttentionLayer(c, first), FeedForwardLayer(c)]), c["dropout_rate"]

    def forward(self, x, bias):
        drop = lambda y: F.dropout(y, self.dropout, self.training)  # noqa: E731
        x = x + drop(self.layer[0].SelfAttention(self.layer[0].layer_norm(x), bias))
        dense = self.layer[1].DenseReluDense
        return x + drop(dense.wo(drop(F.relu(dense.wi(self.layer[1].layer_norm(x))))))


class Encoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.block = nn.ModuleList(Block(c, i == 0) for i in range(c["num_layers"]))
        self.final_layer_norm = Norm(c["d_model"], c["layer_norm_epsilon"])


def position_buckets(length, buckets, far):
    """T5's buckets of (memory - query) distances, both directions."""
    distance = torch.arange(length)[None, :] - torch.arange(length)[:, None]
    half = buckets // 2
    exact = half // 2
    size = distance.abs()
    large = exact + (torch.log(size.clamp(min=1).float() / exact) / math.log(far / exact) * (half - exact)).long()
    return (distance > 0).long() * half + torch.where(size < exact, size, large.clamp(max=half - 1))


class Critic(nn.Module):
    def __init__(self, config, heads=SENTENCE_HEADS):
        super().__init__()
        self.sentence_heads = list(heads)
        if config["feed_forward_proj"] != "relu":
            raise ValueError(f"feed_forward_proj must be relu, is {config['feed_forward_proj']}")
        self.config = config
        d = config["d_model"]
        self.shared, self.encoder = nn.Embedding(config["vocab_size"], d), Encoder(config)
        self.heads = nn.ModuleDict({name: nn.Linear(2 * d, 1) for name in heads})
        self.heads["token"] = nn.Linear(d, 1)
        self.heads["meaning"] = nn.Linear(d, MEANING, bias=False)

    def encode(self, ids, segments):
        """ids, segments [rows, length]; segment 0 is padding. Tokens see the tokens of their own segment."""
        c, first = self.config, self.encoder.block[0].layer[0].SelfAttention
        at = position_buckets(ids.shape[1], c["relative_attention_num_buckets"], c["relative_attention_max_distance"]).to(ids.device)
        bias = first.relative_attention_bias(at).permute(2, 0, 1).float()[None]
        other = segments[:, None, :, None] != segments[:, None, None, :]
        bias = bias.masked_fill(other, -1e9)
        x = F.dropout(self.shared(ids), c["dropout_rate"], self.training)
        for block in self.encoder.block:
            x = block(x, bias)
        return F.dropout(self.encoder.final_layer_norm(x), c["dropout_rate"], self.training)

    def forward(self, batch):
        """batch: see arrays.pack. Sentence logits [texts, heads], unit vectors [texts, MEANING], token logits [rows, length]."""
        hidden = self.encode(batch["ids"], batch["segments"])
        means = batch["mean"].to(hidden.dtype) @ hidden  # [rows, texts in a row, d]
        row, slot, last = batch["row"], batch["slot"], batch["last"]
        mean, end = means[row, slot], hidden[row, last]
        pooled = torch.cat([mean, end], -1)
        sentence = torch.cat([self.heads[name](pooled) for name in self.sentence_heads], -1).float()
        return sentence, F.normalize(self.heads["meaning"](mean).float(), dim=-1), self.heads["token"](hidden).squeeze(-1).float()


def fresh(vocabulary, heads=SENTENCE_HEADS, **changes):
    """A new critic with T5's initialisation."""
    c = {**TINY, "vocab_size": vocabulary, **changes}
    critic = Critic(c, heads)
    d, ff, kv, heads = c["d_model"], c["d_ff"], c["d_kv"], c["num_heads"]
    spread = {"q": (d * kv) ** -0.5, "k": d ** -0.5, "v": d ** -0.5, "o": (heads * kv) ** -0.5, "wi": d ** -0.5, "wo": ff ** -0.5}
    for name, p in critic.named_parameters():
        part = name.split(".")[-2]
        if part in spread:
            nn.init.normal_(p, std=spread[part])
        elif part == "relative_attention_bias":
            nn.init.normal_(p, std=d ** -0.5)
        elif part == "shared":
            nn.init.normal_(p, std=1.0)
    return critic


def from_starter(folder, heads=SENTENCE_HEADS):
    """The encoder of a Hugging Face T5 folder; the heads are new."""
    from safetensors.torch import load_file

    with open(os.path.join(folder, "config.json")) as f:
        found = json.load(f)
    critic = fresh(found["vocab_size"], heads, **{k: found[k] for k in TINY if k in found and k not in ("vocab_size", "dropout_rate")})
    tensors = {}
    for name in sorted(os.listdir(folder)):
        if name.startswith("model") and name.endswith(".safetensors"):
            tensors.update(load_file(os.path.join(folder, name)))
    if "shared.weight" not in tensors and "encoder.embed_tokens.weight" in tensors:
        tensors["shared.weight"] = tensors["encoder.embed_tokens.weight"]
    wanted = {k: tensors[k].float() for k in critic.state_dict() if not k.startswith("heads.")}
    critic.load_state_dict(wanted, strict=False)
    return critic
