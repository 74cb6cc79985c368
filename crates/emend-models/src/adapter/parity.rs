//! Adapters against the PEFT library, on the golden files of `tests/parity` (made by `make_adapter.py`).

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use candle_core::quantized::{GgmlDType, QTensor, gguf_file};
use candle_core::{DType, Device, Tensor, safetensors};
use emend_decode::TokenId;
use serde_json::Value;

use super::open::put_on;
use super::{Card, LoraConfig, Stack, Target, fresh, write};
use crate::t5::{Ops, T5};
use crate::weights::Weights;

/// Positions that `make_adapter.py` keeps.
const POSITIONS: usize = 48;

const MODELS: [&str; 2] = ["t5-v1.0-relu-tied", "t5-v1.1-gated-untied"];

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/golden").join(name)
}

/// Scores of the golden targets, (3, 48, V).
fn logits(model: &T5, folder: &Path, how: Ops) -> Tensor {
    let cases = safetensors::load(folder.join("cases.safetensors"), &Device::Cpu).unwrap();
    let rows =
        |name: &str| -> Vec<Vec<TokenId>> { cases[name].to_dtype(DType::U32).unwrap().to_vec2().unwrap() };
    let lengths: Vec<TokenId> = cases["source_lengths"].to_dtype(DType::U32).unwrap().to_vec1().unwrap();
    let mut sources = rows("sources");
    sources.iter_mut().zip(lengths).for_each(|(source, length)| source.truncate(length as usize));
    let targets = rows("targets");
    let sources: Vec<&[TokenId]> = sources.iter().map(Vec::as_slice).collect();
    let targets: Vec<&[TokenId]> = targets.iter().map(|target| &target[..POSITIONS]).collect();
    model.logits(&sources, &targets, how).unwrap()
}

fn distance(a: &Tensor, b: &Tensor) -> f32 {
    (a - b).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
}

#[test]
fn an_adapter_of_peft_scores_as_there() {
    for name in MODELS {
        let folder = golden(name);
        let cases = safetensors::load(folder.join("adapter_cases.safetensors"), &Device::Cpu).unwrap();
        let expected = &cases["logits"];
        let base = T5::load(&Weights::open(&folder).unwrap()).unwrap();
        let adapted = put_on(&folder.join("adapter"), &base).unwrap().t5;
        let change = distance(&logits(&base, &folder, Ops::Fused), expected);
        for how in [Ops::Fused, Ops::Differentiable] {
            let found = distance(&logits(&adapted, &folder, how), expected);
            println!("{name} {how:?}: differs by {found:.1e}; the adapter changes scores by {change:.1}");
            assert!(found <= 1e-4, "{name}: {found}");
        }
        assert!(change > 5.0, "the bound means something only at this size");
    }
}

#[test]
fn on_a_quantized_base_it_scores_nearly_as_there() {
    for name in MODELS {
        let folder = golden(name);
        let cases =
            |file: &str| safetensors::load(folder.join(file), &Device::Cpu).unwrap()["logits"].clone();
        let quantized = quantized(&folder);
        let base = T5::load(&Weights::open(quantized.path()).unwrap()).unwrap();
        let adapted = put_on(&folder.join("adapter"), &base).unwrap().t5;
        let error = |model: &T5, expected: &Tensor| -> f32 {
            let error = (logits(model, &folder, Ops::Fused) - expected).unwrap();
            error.sqr().unwrap().mean_all().unwrap().sqrt().unwrap().to_scalar().unwrap()
        };
        let without = error(&base, &cases("cases.safetensors").narrow(1, 0, POSITIONS).unwrap());
        let with = error(&adapted, &cases("adapter_cases.safetensors"));
        println!("{name}: root mean square error {without:.2} without, {with:.2} with the adapter");
        // Eight bits cost what they cost; the adapter adds none to that, since it is not merged.
        assert!(with < 1.5 * without, "{name}: {with} against {without}");
    }
}

/// The golden model with its matrices in `q8_0`.
fn quantized(golden: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(golden.join("config.json"), folder.path().join("config.json")).unwrap();
    let tensors = safetensors::load(golden.join("model.safetensors"), &Device::Cpu).unwrap();
    let tensors: BTreeMap<String, QTensor> = tensors
        .into_iter()
        .map(|(name, tensor)| {
            let plain = tensor.rank() < 2 || name.ends_with("relative_attention_bias.weight");
            let number = if plain { GgmlDType::F32 } else { GgmlDType::Q8_0 };
            (name, QTensor::quantize(&tensor, number).unwrap())
        })
        .collect();
    let listed: Vec<(&str, &QTensor)> =
        tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    let mut file = std::fs::File::create(folder.path().join("model.gguf")).unwrap();
    gguf_file::write(&mut file, &[], &listed).unwrap();
    folder
}

/// Writes an adapter and its scores for `make_adapter.py --check`, which sees whether PEFT reads it as it was meant.
#[test]
#[ignore = "needs Python: see tests/parity/make/README.md"]
fn an_adapter_for_peft() {
    let folder = golden(MODELS[1]);
    let mut model = T5::load(&Weights::open(&folder).unwrap()).unwrap();
    let config = LoraConfig {
        rank: 5,
        alpha: 7.5,
        dropout: 0.0,
        targets: BTreeSet::from([Target::CrossAttention, Target::FeedForward]),
        stacks: BTreeSet::from([Stack::Decoder]),
    };
    let variables = fresh(&mut model, &config, 1).unwrap();
    for (_, variable) in &variables {
        let numbers = (0..variable.elem_count()).map(|i| ((i * 37 % 101) as f32 - 50.0) / 500.0);
        let numbers = Tensor::from_iter(numbers, &Device::Cpu).unwrap().reshape(variable.dims()).unwrap();
        variable.set(&numbers).unwrap();
    }
    let card = Card {
        weights_id: "none".into(),
        tokenizer_sha256: "none".into(),
        prefix: String::new(),
        recipe: Value::Null,
        metrics: Value::Null,
        created: 0,
    };
    let out = Path::new(&std::env::var("EMEND_PEFT_CHECK").unwrap()).to_owned();
    write(&out.join("adapter"), &config, MODELS[1], &variables, &card).unwrap();
    let logits = HashMap::from([("logits", logits(&model, &folder, Ops::Fused))]);
    safetensors::save(&logits, out.join("logits.safetensors")).unwrap();
}
