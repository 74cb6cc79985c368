"""A deeper model that begins as the shallower one: every new layer is a copy of the one below it whose output projections
are zero, so that it passes its input on unchanged and learns from the first step. (Function-preserving growth: Net2Net,
Chen et al. 2016.)
"""

from copy import deepcopy

import torch
from transformers import T5ForConditionalGeneration

OUTPUTS = {"SelfAttention": "o", "EncDecAttention": "o", "DenseReluDense": "wo"}


def grow(model, num_layers, num_decoder_layers):
    """A copy of `model` (T5ForConditionalGeneration) with so many layers: each old one stays, new ones follow theirs."""
    config = deepcopy(model.config)
    config.num_layers, config.num_decoder_layers = num_layers, num_decoder_layers
    grown = T5ForConditionalGeneration(config).to(model.shared.weight.dtype)
    grown.shared.load_state_dict(model.shared.state_dict())
    for old, new in ((model.encoder, grown.encoder), (model.decoder, grown.decoder)):
        stretch(old.block, new.block)
        new.final_layer_norm.load_state_dict(old.final_layer_norm.state_dict())
    grown.tie_weights()
    return grown


@torch.no_grad()
def stretch(old, new):
    if len(new) < len(old):
        raise ValueError(f"a model of {len(old)} layers does not grow to {len(new)}")
    filled = -1
    for i, block in enumerate(new):
        source = i * len(old) // len(new)
        first, filled = source != filled, source
        # Only the lowest layer of a stack has the position bias; a copy of it further up goes without.
        state = {k: v for k, v in old[source].state_dict().items() if i == 0 or "relative_attention_bias" not in k}
        block.load_state_dict(state)
        if not first:
            for layer in block.layer:
                for name, output in OUTPUTS.items():
                    if hasattr(layer, name):
                        getattr(getattr(layer, name), output).weight.zero_()
