"""A real llama.cpp server with a tiny chat model of random weights, for `real_server.rs`.

    pip install gguf==0.19.0 xllamacpp==2026.10.11549
    python serve.py FOLDER [TOKEN]

Writes FOLDER/tiny-chat.gguf (a llama of two layers over single bytes), starts llama.cpp's own server on it, prints its
address, and serves until it is stopped. What it answers is noise in printable letters.
"""

import sys
import time
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, TokenType

WIDTH, HIDDEN, LAYERS, HEADS, CONTEXT = 64, 128, 2, 4, 4096
SPECIAL = ["<|begin|>", "<|im_start|>", "<|im_end|>"]
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def byte_names() -> list[str]:
    """Printable stand-ins for the 256 bytes, as byte-level BPE has them (Radford et al. 2019, GPT-2)."""
    plain = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in plain else chr(next(others)) for byte in range(256)]


def write_model(path: Path) -> None:
    random = np.random.default_rng(0)
    tokens = byte_names() + SPECIAL
    out = GGUFWriter(str(path), "llama")
    out.add_name("tiny-chat")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_feed_forward_length(HIDDEN)
    out.add_block_count(LAYERS)
    out.add_head_count(HEADS)
    out.add_head_count_kv(HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(WIDTH // HEADS)
    out.add_vocab_size(len(tokens))
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("gpt-2")
    out.add_token_list(tokens)
    out.add_token_types([TokenType.NORMAL] * 256 + [TokenType.CONTROL] * len(SPECIAL))
    out.add_token_merges(["t h"])
    out.add_bos_token_id(256)
    out.add_eos_token_id(258)
    out.add_chat_template(TEMPLATE)

    def matrix(name: str, *shape: int, rows: list[int] | None = None) -> None:
        values = random.normal(0, 0.3, shape).astype(np.float32)
        if rows is not None:
            values[[row for row in range(shape[0]) if row not in rows]] = 0
        out.add_tensor(f"{name}.weight", values, raw_dtype=GGMLQuantizationType.F32)

    def ones(name: str) -> None:
        out.add_tensor(f"{name}.weight", np.ones(WIDTH, np.float32), raw_dtype=GGMLQuantizationType.F32)

    matrix("token_embd", len(tokens), WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        ones(f"{block}.attn_norm")
        ones(f"{block}.ffn_norm")
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            matrix(f"{block}.{name}", WIDTH, WIDTH)
        matrix(f"{block}.ffn_gate", HIDDEN, WIDTH)
        matrix(f"{block}.ffn_up", HIDDEN, WIDTH)
        matrix(f"{block}.ffn_down", WIDTH, HIDDEN)
    ones("output_norm")
    # All others have the score 0, which is never the highest of so many: it goes on until it is cut or cancelled.
    matrix("output", len(tokens), WIDTH, rows=[*range(ord(" "), ord("~") + 1)])
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def main() -> None:
    import xllamacpp

    folder = Path(sys.argv[1])
    model = folder / "tiny-chat.gguf"
    write_model(model)
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1
    parameters.hostnames, parameters.port = ["127.0.0.1"], 0
    parameters.warmup = False
    if len(sys.argv) > 2:
        parameters.api_keys = [sys.argv[2]]
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
