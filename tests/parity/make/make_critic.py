"""Makes the golden files of the critic's parity test: a tiny random critic and what the recipe's own program says.

    pip install -r ../../../models/recipes/requirements.txt
    python make_critic.py ../golden

The same versions give the same bytes on the same kind of machine; see README.md.
"""

import hashlib
import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "../../../models/recipes/critic"))

import model  # noqa: E402
import weights  # noqa: E402
from prepare import encode  # noqa: E402

SEED = 5
SHAPE = {"d_model": 32, "num_layers": 2, "num_heads": 3, "d_kv": 32, "d_ff": 64}
PIECES = ["▁", "e", "t", "a", "o", "i", "n", "s", "r", "h", "▁the", "▁a", "▁is", "ing", "er", "▁we", ".", ",", "l", "d"]
TEXTS = [
    "The rain is over, and we are resting in the shade.",
    "the rain is over and we rest in the shade",
    "No.",
    "x",
    "A line ends here,\nand another begins: café, 日本 and 🙂.",
    "We are rather late, " * 12 + "as ever.",  # longer than the critic reads
]


def tokenizer() -> str:
    """Unigram with byte fallback and no normalizer, as the recipes make it."""
    special = ["<pad>", "</s>", "<unk>"]
    vocab = [[piece, 0.0] for piece in special] + [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]
    vocab += [[piece, -3.0 - 0.1 * i] for i, piece in enumerate(PIECES)]
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "post_processor": None,
        "added_tokens": [{"id": i, "content": piece, "single_word": False, "lstrip": False, "rstrip": False,
                          "normalized": False, "special": True} for i, piece in enumerate(special)],
        "pre_tokenizer": metaspace, "decoder": {"type": "ByteFallback"},
        "model": {"type": "Unigram", "unk_id": 2, "vocab": vocab, "byte_fallback": True},
    }, ensure_ascii=False)  # fmt: skip


def random_critic(vocabulary: int) -> model.Critic:
    """Weights that make every part matter: attention is peaked, distances count, logits are of order 1."""
    torch.manual_seed(SEED)
    critic = model.fresh(vocabulary, **SHAPE, dropout_rate=0.0)
    width, inner = SHAPE["d_model"], SHAPE["num_heads"] * SHAPE["d_kv"]
    spread = {"q": 1.5 * (width * SHAPE["d_kv"]) ** -0.5, "k": width**-0.5, "v": width**-0.5, "o": 4 * inner**-0.5,
              "wi": width**-0.5, "wo": 4 * SHAPE["d_ff"] ** -0.5, "relative_attention_bias": 1.5, "shared": 1.0}  # fmt: skip
    for name, parameter in critic.named_parameters():
        part = name.split(".")[-2]
        if "layer_norm" in name:
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
        elif name.startswith("heads.") and name.endswith("bias"):
            torch.nn.init.normal_(parameter, 0.0, 0.5)
        else:
            torch.nn.init.normal_(parameter, 0.0, spread.get(part, 2 * width**-0.5))
    return critic.eval()


@torch.no_grad()
def read(critic: model.Critic, ids: list[int]):
    """Sentence logits, unit vector and token logits of one text, alone in its row."""
    length = len(ids)
    batch = {"ids": torch.tensor([ids]), "segments": torch.ones(1, length, dtype=torch.long),
             "mean": torch.full((1, 1, length), 1 / length), "row": torch.tensor([0]), "slot": torch.tensor([0]),
             "last": torch.tensor([length - 1])}  # fmt: skip
    sentence, vector, token = critic(batch)
    return sentence[0], vector[0], token[0]


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    folder = Path(sys.argv[1]) / "critic"
    folder.mkdir(parents=True, exist_ok=True)
    written = tokenizer()
    (folder / "tokenizer.json").write_text(written)
    tokens = Tokenizer.from_str(written)
    critic = random_critic(tokens.get_vocab_size())
    calibration = {name: {"scale": 0.6 + 0.1 * i, "offset": 0.3 - 0.15 * i}
                   for i, name in enumerate([*critic.sentence_heads, "token", "meaning"])}  # fmt: skip

    def score(name: str, logit: torch.Tensor) -> list[float]:
        c = calibration[name]
        return [round(x, 6) for x in torch.sigmoid(c["scale"] * logit + c["offset"]).flatten().tolist()]

    rows = encode(tokens, TEXTS)
    found = [read(critic, row) for row in rows]
    cases = [
        {"text": text, "tokens": len(row), "wrong": score("token", token)}
        | {name: score(name, sentence[i])[0] for i, name in enumerate(critic.sentence_heads)}
        for text, row, (sentence, _, token) in zip(TEXTS, rows, found)
    ]
    vectors = torch.stack([vector for _, vector, _ in found])
    alike = [score("meaning", row) for row in vectors @ vectors.T]
    (folder / "cases.json").write_text(json.dumps({"texts": cases, "alike": alike}, ensure_ascii=False, indent=1) + "\n")

    meta = {"config": critic.config, "sentence_heads": critic.sentence_heads, "meaning_size": model.MEANING, "end_token": 1,
            "longest": 96, "tokenizer_sha256": hashlib.sha256(written.encode()).hexdigest(), "calibration": calibration}  # fmt: skip
    weights.save(folder, critic.state_dict(), meta, "f32")
    (folder / "critic-00.safetensors").rename(folder / "model.safetensors")
    for case in cases:
        print({k: v for k, v in case.items() if k != "wrong"}, case["wrong"][:3])


if __name__ == "__main__":
    main()
