"""Makes the golden adapters of the parity tests: random LoRA on the golden T5 models, and what PEFT computes with them.

    pip install -r requirements-adapter.txt
    python make_adapter.py ../golden

With `--check FOLDER` it does the reverse instead: it loads the adapter in FOLDER/adapter, which our own test has
written (see README.md), and compares the scores in FOLDER/logits.safetensors with those of PEFT.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import T5Config, T5ForConditionalGeneration

PAD = 0
POSITIONS = 48  # of 140: enough to see every matrix, and a small file

ADAPTERS = {
    "t5-v1.0-relu-tied": dict(
        r=3, lora_alpha=6, use_rslora=True, target_modules=["q", "k", "v", "o", "wi", "wo"], seed=5
    ),
    "t5-v1.1-gated-untied": dict(
        r=4, lora_alpha=8, use_rslora=False, target_modules=["q", "v", "o", "wi_0", "wi_1", "wo"], seed=6
    ),
}


def base_model(folder: Path) -> T5ForConditionalGeneration:
    config = json.loads((folder / "config.json").read_text())
    weights = load_file(folder / "model.safetensors")
    model = T5ForConditionalGeneration(T5Config(dropout_rate=0.0, **config)).eval()
    if "lm_head.weight" in weights:
        # Transformers 5 ties every T5; published v1.1 models have a head of their own.
        model.lm_head.weight = torch.nn.Parameter(torch.empty_like(weights["lm_head.weight"]))
    left = model.load_state_dict(weights, strict=False)
    assert not left.unexpected_keys, left
    assert all("embed_tokens" in key or key == "lm_head.weight" for key in left.missing_keys), left
    return model


@torch.no_grad()
def logits(model: torch.nn.Module, cases: dict[str, torch.Tensor]) -> torch.Tensor:
    sources = cases["sources"].long()
    mask = torch.zeros_like(sources)
    for row, length in enumerate(cases["source_lengths"].tolist()):
        mask[row, :length] = 1
    targets = cases["targets"].long()
    inputs = torch.cat([torch.full((len(sources), 1), PAD), targets[:, :-1]], dim=1)
    return model(input_ids=sources, attention_mask=mask, decoder_input_ids=inputs).logits[:, :POSITIONS]


def make(folder: Path, seed: int, **shape) -> None:
    cases = load_file(folder / "cases.safetensors")
    model = base_model(folder)
    without = logits(model, cases)
    assert torch.allclose(without, cases["logits"][:, :POSITIONS], atol=1e-4), "another base than make_t5.py's"
    torch.manual_seed(seed)
    model = get_peft_model(model, LoraConfig(task_type="SEQ_2_SEQ_LM", lora_dropout=0.0, **shape)).eval()
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, 0.0, 0.05)
    found = logits(model, cases)
    out = folder / "adapter"
    shutil.rmtree(out, ignore_errors=True)
    model.save_pretrained(out)
    (out / "README.md").unlink(missing_ok=True)  # a form to be filled in
    config = json.loads((out / "adapter_config.json").read_text())
    config["target_modules"] = sorted(config["target_modules"])  # a set, in no order
    config["base_model_name_or_path"] = folder.name
    (out / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    save_file({"logits": found.contiguous()}, folder / "adapter_cases.safetensors")
    print(f"{folder.name}: logits change by up to {(found - without).abs().max():.2f}")


def check(golden: Path, ours: Path) -> None:
    folder = golden / "t5-v1.1-gated-untied"
    model = PeftModel.from_pretrained(base_model(folder), ours / "adapter").eval()
    expected = load_file(ours / "logits.safetensors")["logits"]
    found = logits(model, load_file(folder / "cases.safetensors"))
    with model.disable_adapter():
        change = (logits(model, load_file(folder / "cases.safetensors")) - found).abs().max()
    distance = (found - expected[:, :POSITIONS]).abs().max()
    print(f"PEFT and we differ by at most {distance:.1e}; the adapter changes logits by up to {change:.2f}")
    assert distance < 1e-4 and change > 0.1


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    golden = Path(sys.argv[1])
    if sys.argv[2:3] == ["--check"]:
        return check(golden, Path(sys.argv[3]))
    for name, shape in ADAPTERS.items():
        make(golden / name, **shape)


if __name__ == "__main__":
    main()
