"""The shapes of the shipped models: deep encoders that read once, shallow decoders that run at every token."""

from transformers import T5Config, T5ForConditionalGeneration

from copy_init import copy_init
from grow import grow
from tokenizer import padded

SHAPES = {
    "starter": {"d_model": 384, "d_ff": 1536, "num_heads": 6, "num_layers": 10, "num_decoder_layers": 2},
    "starter-plus": {"d_model": 512, "d_ff": 2048, "num_heads": 8, "num_layers": 12, "num_decoder_layers": 3},
    "small": {"d_model": 256, "d_ff": 1024, "num_heads": 4, "num_layers": 6, "num_decoder_layers": 2},  # what two CPU cores can train in an hour
    "deep": {"d_model": 256, "d_ff": 1024, "num_heads": 4, "num_layers": 12, "num_decoder_layers": 4},  # the same, grown to twice its depth: starter-plus as shipped
    "tiny": {"d_model": 256, "d_ff": 512, "num_heads": 4, "num_layers": 2, "num_decoder_layers": 1},  # for tests
}


def config(shape, pieces):
    return T5Config(vocab_size=padded(pieces), d_kv=64, dropout_rate=0.0, feed_forward_proj="relu", tie_word_embeddings=True,
                    decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, **SHAPES[shape])


def fresh(shape, tokenizer, seed=0, copies=True):
    """A new model of this shape that already copies, or one of T5's own random start."""
    import torch

    torch.manual_seed(seed)
    model = T5ForConditionalGeneration(config(shape, tokenizer.get_vocab_size()))
    if copies:
        copy_init(model, tokenizer.token_to_id(":"), seed)
    return model


def begun(shape, folder):
    """The model in a Hugging Face folder, grown to the depth of this shape."""
    import torch

    model = T5ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    depth = {name: SHAPES[shape][name] for name in ("num_layers", "num_decoder_layers")}
    return model if all(getattr(model.config, name) == n for name, n in depth.items()) else grow(model, **depth)
