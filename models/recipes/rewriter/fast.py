"""T5's forward pass for training, on the weights of a Hugging Face `T5ForConditionalGeneration`.

The same function with a third of the operations: one product makes queries, keys and values, masks and position biases
are added up once for all layers, norms are fused, matrices are cast once. A small model on a GPU spends its time on
starting operations, not on doing them. No dropout; ReLU; every row of a mask lets at least one position through.
"""

import torch
import torch.nn.functional as F

MASKED = -1e4  # far below any score, and finite: no 0 * inf in a gradient


def norm(x, layer, dtype):
    return F.rms_norm(x, layer.weight.shape, layer.weight, layer.variance_epsilon).to(dtype)


def heads(x, number):
    """(rows, positions, heads * k) -> (rows, heads, positions, k)"""
    return x.unflatten(-1, (number, -1)).transpose(1, 2)


def attend(queries, keys, values, bias, module):
    """bias broadcasts to (rows, heads, queries, keys); T5 does not scale the scores."""
    scores = queries @ keys.transpose(-1, -2) + bias
    mixed = scores.softmax(-1).to(values.dtype) @ values
    return F.linear(mixed.transpose(1, 2).flatten(2), module.o.weight.to(values.dtype))


def attend_self(x, bias, module):
    weight = torch.cat([module.q.weight, module.k.weight, module.v.weight]).to(x.dtype)
    queries, keys, values = (heads(part, module.n_heads) for part in F.linear(x, weight).chunk(3, -1))
    return attend(queries, keys, values, bias, module)


def attend_across(x, memory, bias, module):
    weight = torch.cat([module.k.weight, module.v.weight]).to(x.dtype)
    keys, values = (heads(part, module.n_heads) for part in F.linear(memory, weight).chunk(2, -1))
    return attend(heads(F.linear(x, module.q.weight.to(x.dtype)), module.n_heads), keys, values, bias, module)


def feed_forward(x, module):
    return F.linear(F.linear(x, module.wi.weight.to(x.dtype)).relu(), module.wo.weight.to(x.dtype))


def encode(model, ids, mask, dtype):
    """ids, mask (rows, S) -> states (rows, S, d) in float32"""
    stack = model.encoder
    padding = (1 - mask)[:, None, None, :] * MASKED
    bias = (stack.block[0].layer[0].SelfAttention.compute_bias(ids.shape[1], ids.shape[1], ids.device) + padding).to(dtype)
    x = F.embedding(ids, model.shared.weight)
    for block in stack.block:
        x = x + attend_self(norm(x, block.layer[0].layer_norm, dtype), bias, block.layer[0].SelfAttention)
        x = x + feed_forward(norm(x, block.layer[1].layer_norm, dtype), block.layer[1].DenseReluDense)
    return norm(x, stack.final_layer_norm, torch.float32)


def decode(model, ids, memory, mask, dtype):
    """ids (rows, T), memory (rows, S, d), mask (rows, S) -> states (rows, T, d) in float32"""
    stack = model.decoder
    later = torch.ones(ids.shape[1], ids.shape[1], device=ids.device).triu(1) * MASKED
    bias = (stack.block[0].layer[0].SelfAttention.compute_bias(ids.shape[1], ids.shape[1], ids.device) + later).to(dtype)
    padding = ((1 - mask)[:, None, None, :] * MASKED).to(dtype)
    x, memory = F.embedding(ids, model.shared.weight), memory.to(dtype)
    for block in stack.block:
        x = x + attend_self(norm(x, block.layer[0].layer_norm, dtype), bias, block.layer[0].SelfAttention)
        x = x + attend_across(norm(x, block.layer[1].layer_norm, dtype), memory, padding, block.layer[1].EncDecAttention)
        x = x + feed_forward(norm(x, block.layer[2].layer_norm, dtype), block.layer[2].DenseReluDense)
    return norm(x, stack.final_layer_norm, torch.float32)
