"""Makes the golden files of the T5 parity tests: tiny random models and what the reference computes with them.

    pip install -r requirements.txt
    python make_t5.py ../golden

The same versions give the same bytes on the same kind of machine; see README.md.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import T5Config, T5ForConditionalGeneration

VOCAB = 96
PAD, END = 0, 1
SOURCE_LENGTHS = [37, 150, 5]  # padded to 150: beyond the distance at which buckets stop growing
TARGET_LENGTH = 140
GENERATED = 80

# Widths are multiples of 32, so that q8_0 can hold every matrix. No head size is width / heads.
MODELS = {
    "t5-v1.0-relu-tied": {
        "config": dict(
            d_model=32, d_kv=32, num_heads=3, d_ff=64, num_layers=2, num_decoder_layers=2,
            relative_attention_num_buckets=32, relative_attention_max_distance=128,
            feed_forward_proj="relu", tie_word_embeddings=True, layer_norm_epsilon=1e-6,
        ),
        # A tied head scores high what was just read; only a loud decoder writes more than its own input.
        "decoder_loudness": 6.0,
        "seed": 19,
    },
    "t5-v1.1-gated-untied": {
        "config": dict(
            d_model=64, d_kv=8, num_heads=4, d_ff=32, num_layers=3, num_decoder_layers=2,
            relative_attention_num_buckets=20, relative_attention_max_distance=50,
            feed_forward_proj="gated-gelu", tie_word_embeddings=False, layer_norm_epsilon=1e-5,
        ),
        "decoder_loudness": 1.0,
        "seed": 2,
    },
}


def random_model(config: dict, decoder_loudness: float, seed: int) -> T5ForConditionalGeneration:
    """Weights that make every part matter: attention is peaked, distances count, logits are of order 10."""
    torch.manual_seed(seed)
    full = T5Config(
        vocab_size=VOCAB, dropout_rate=0.0, pad_token_id=PAD, eos_token_id=END, decoder_start_token_id=PAD, **config
    )
    model = T5ForConditionalGeneration(full).eval()
    if not config["tie_word_embeddings"]:
        # Transformers 5 ties every T5; published v1.1 models have a head of their own.
        model.lm_head.weight = torch.nn.Parameter(torch.empty(VOCAB, config["d_model"]))
    width = config["d_model"]
    inner = config["d_kv"] * config["num_heads"]
    for name, parameter in model.named_parameters():
        loud = 4.0 * (decoder_loudness if name.startswith("decoder.") else 1.0)
        if name == "shared.weight":
            std = 1.0
        elif name == "lm_head.weight":
            std = 5.0 * width**-0.5
        elif "relative_attention_bias" in name:
            std = 1.5
        elif "layer_norm" in name:
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
            if name == "decoder.final_layer_norm.weight" and config["tie_word_embeddings"]:
                parameter.data *= 5.0
            continue
        elif name.endswith(".q.weight"):
            std = 1.5 * (width * config["d_kv"]) ** -0.5  # the missing 1/sqrt(d_kv) of the scores
        elif name.endswith(".o.weight"):
            std = loud * inner**-0.5
        elif name.endswith(".wo.weight"):
            std = loud * config["d_ff"] ** -0.5
        else:
            std = width**-0.5
        torch.nn.init.normal_(parameter, 0.0, std)
    return model


def random_tokens(generator: torch.Generator, rows: int, length: int) -> torch.Tensor:
    return torch.randint(2, VOCAB, (rows, length), generator=generator)


@torch.no_grad()
def cases(model: T5ForConditionalGeneration, seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    rows = len(SOURCE_LENGTHS)
    sources = random_tokens(generator, rows, max(SOURCE_LENGTHS))
    mask = torch.zeros_like(sources)
    for row, length in enumerate(SOURCE_LENGTHS):
        sources[row, length - 1] = END
        sources[row, length:] = PAD
        mask[row, :length] = 1
    targets = random_tokens(generator, rows, TARGET_LENGTH)
    inputs = torch.cat([torch.full((rows, 1), PAD), targets[:, :-1]], dim=1)

    def logits() -> torch.Tensor:
        return model(input_ids=sources, attention_mask=mask, decoder_input_ids=inputs).logits

    reference = logits()
    generated = model.generate(
        input_ids=sources, attention_mask=mask, do_sample=False, num_beams=1, max_new_tokens=GENERATED,
        output_scores=True, return_dict_in_generate=True,
    )
    # Rounding must not decide a greedy choice, or the golden file would test luck.
    for row in range(rows):
        for step, scores in enumerate(generated.scores):
            best = scores[row].topk(2).values
            margin = (best[0] - best[1]).item()
            assert margin > 1e-3, f"row {row}, step {step}: margin {margin}; choose another seed"
            if generated.sequences[row, step + 1] == END:
                break

    attention = model.encoder.block[0].layer[0].SelfAttention
    def buckets(relative: torch.Tensor, bidirectional: bool) -> torch.Tensor:
        return attention._relative_position_bucket(
            relative, bidirectional, model.config.relative_attention_num_buckets,
            model.config.relative_attention_max_distance,
        )

    distances = torch.arange(1000)
    result = {
        "sources": sources,
        "source_lengths": torch.tensor(SOURCE_LENGTHS),
        "targets": targets,
        "logits": reference,
        "greedy": generated.sequences[:, 1:],
        "buckets_before": buckets(-distances, True),
        "buckets_after": buckets(distances, True),
        "buckets_back": buckets(-distances, False),
    }
    for dtype, name in [(torch.bfloat16, "bf16"), (torch.float16, "f16")]:
        # Weights as a half-width file holds them, computed in f32; one source is enough.
        kept = {name: parameter.data.clone() for name, parameter in model.named_parameters()}
        for parameter in model.parameters():
            parameter.data = parameter.data.to(dtype).float()
        result[f"logits_{name}"] = logits()[:1, :64]
        for parameter_name, parameter in model.named_parameters():
            parameter.data = kept[parameter_name]
    assert torch.equal(logits(), reference)
    return result


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    golden = Path(sys.argv[1])
    for name, recipe in MODELS.items():
        folder = golden / name
        folder.mkdir(parents=True, exist_ok=True)
        model = random_model(**recipe)
        made = cases(model, recipe["seed"])

        # As published models have it: each tensor once, `tie_word_embeddings` meant literally.
        weights = {
            key: tensor.contiguous()
            for key, tensor in model.state_dict().items()
            if not key.endswith("embed_tokens.weight")
            and not (key == "lm_head.weight" and recipe["config"]["tie_word_embeddings"])
        }
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        config = {
            "architectures": ["T5ForConditionalGeneration"], "model_type": "t5", "vocab_size": VOCAB,
            **recipe["config"], "pad_token_id": PAD, "eos_token_id": END, "decoder_start_token_id": PAD,
        }
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        narrow = {
            key: (tensor if tensor.is_floating_point() else tensor.to(torch.uint8 if tensor.max() < 256 else torch.int64))
            for key, tensor in made.items()
        }
        save_file({key: tensor.contiguous() for key, tensor in narrow.items()}, folder / "cases.safetensors")

        logits = made["logits"]
        ends = [(row == END).nonzero().flatten().tolist()[:1] for row in made["greedy"]]
        distinct = [len(set(row.tolist())) for row in made["greedy"]]
        print(
            f"{name}: {sum(t.numel() for t in weights.values())} parameters, logits std {logits.std():.2f} "
            f"max {logits.abs().max():.2f}, greedy ends {ends}, distinct tokens {distinct}"
        )


if __name__ == "__main__":
    main()
