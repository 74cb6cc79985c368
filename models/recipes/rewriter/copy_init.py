"""Induction-copy initialisation: an untrained T5 that repeats its source, so that every training step goes into edits.

A copier must know, at each output position, where it stands in the source. Heads are set by hand to find the place by
its context: in encoder layer 0, head i (i = 1..CONTEXT) looks i tokens back and writes a mark of that token into a
subspace of its own; in decoder layer 0, self-attention heads bring the tokens before the last one; every
cross-attention head then matches the last CONTEXT output tokens against the marks and fetches the source token found
there. The start token begins as the embedding of ":" and so stands behind the instruction. All other output
projections are damped, not zeroed: they learn from the first step. (Induction heads: Olsson et al. 2022.)
"""

import torch

WIDTHS = (32, 18, 14)  # of d_kv = 64: how much the last, second and third last token count in the match
LOOK = 14.0  # relative bias that makes a head look at one distance only
SHARP, GAIN, OUT, DAMP = 0.25, 1.5, 6.0, 0.2


def orthogonal(rows, columns, generator):
    q, _ = torch.linalg.qr(torch.randn(max(rows, columns), min(rows, columns), generator=generator))
    return q if rows >= columns else q.T


@torch.no_grad()
def copy_init(model, colon, seed=0, sharp=SHARP, gain=GAIN, out=OUT, damp=DAMP, widths=WIDTHS):
    """Set `model` (T5ForConditionalGeneration, d_kv 64) up as a copier. colon: id of the token ":"."""
    g = torch.Generator().manual_seed(seed)
    c = model.config
    d, heads, k = c.d_model, c.num_heads, c.d_kv
    assert sum(widths) == k and heads > len(widths)
    model.shared.weight.normal_(0, 1, generator=g)
    model.shared.weight[c.decoder_start_token_id] = model.shared.weight[colon]
    for stack in (model.encoder, model.decoder):
        for block in stack.block:
            for layer in block.layer:
                for name, part in (("SelfAttention", "o"), ("EncDecAttention", "o"), ("DenseReluDense", "wo")):
                    if hasattr(layer, name):
                        getattr(getattr(layer, name), part).weight.mul_(damp)

    read = torch.split(orthogonal(k, d, g), widths)  # projections of the tokens, one to a distance
    places = torch.split(orthogonal(d, 2 * k, g), [*widths, *widths], dim=1)
    marks, last = places[:len(widths)], places[len(widths):]  # where the encoder's marks and the decoder's history are written

    def look_back(attention, head, distance, what, where):
        rows = slice(head * k, (head + 1) * k)
        attention.q.weight[rows] = 0
        attention.relative_attention_bias.weight[:, head] = 0
        attention.relative_attention_bias.weight[distance, head] = LOOK
        attention.v.weight[rows] = 0
        attention.v.weight[head * k:head * k + len(what)] = what
        attention.o.weight[:, rows] = 0
        attention.o.weight[:, head * k:head * k + len(what)] = where * gain

    encoder = model.encoder.block[0].layer[0].SelfAttention
    decoder = model.decoder.block[0].layer[0].SelfAttention
    for i, what in enumerate(read):
        look_back(encoder, i, i + 1, what, marks[i])
        if i:
            look_back(decoder, i - 1, i, what, last[i])
    cross = model.decoder.block[0].layer[1].EncDecAttention
    query = torch.cat([read[0] * 1.2] + [place.T for place in last[1:]])
    key = torch.cat([mark.T for mark in marks])
    width = -(-d // heads)
    for head in range(heads):
        rows = slice(head * k, (head + 1) * k)
        cross.q.weight[rows] = query * sharp**0.5
        cross.k.weight[rows] = key * sharp**0.5
        part = torch.eye(d)[head * width:(head + 1) * width]
        cross.v.weight[rows] = 0
        cross.v.weight[head * k:head * k + len(part)] = part
        cross.o.weight[:, rows] = 0
        cross.o.weight[:, head * k:head * k + len(part)] = part.T * out
