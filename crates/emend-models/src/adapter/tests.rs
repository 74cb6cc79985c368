#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_cmp)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor, Var};
use emend_decode::TokenId;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::convert::{Quantization, convert};
use crate::error::ModelError;
use crate::fixture::Tiny;
use crate::seq2seq::{Seq2Seq, open_folder};
use crate::t5::{Ops, T5};

/// A tiny model on disk, converted, and a place for adapters.
struct Bench {
    tiny: Tiny,
    base: Seq2Seq,
}

impl Bench {
    fn new(tiny: Tiny, quantization: Quantization) -> Bench {
        let report = convert(&tiny.folder, &tiny.root.path().join("out"), quantization).unwrap();
        Bench { base: open_folder(&report.weights).unwrap(), tiny }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.tiny.root.path().join(name)
    }

    /// A random adapter in a folder, and the model that it was made with.
    fn write(&self, name: &str, config: &LoraConfig, seed: u64) -> (PathBuf, T5) {
        let mut model = self.base.t5.clone();
        let variables = fresh(&mut model, config, seed).unwrap();
        move_b(&variables);
        let card = Card::new(&self.base, json!({"name": "none"}), Value::Null, 7).unwrap();
        let folder = self.place(name);
        write(&folder, config, "tiny", &variables, &card).unwrap();
        (folder, model)
    }
}

/// Gives every B numbers that are not zero.
fn move_b(variables: &[(String, Var)]) {
    for (name, b) in variables.iter().filter(|(name, _)| name.contains("lora_B")) {
        let numbers: Vec<f32> =
            (0..b.elem_count()).map(|i| ((i * 37 + name.len()) % 101) as f32 / 500.0 - 0.1).collect();
        b.set(&Tensor::from_vec(numbers, b.dims(), &Device::Cpu).unwrap()).unwrap();
    }
}

fn config() -> LoraConfig {
    LoraConfig {
        rank: 4,
        alpha: 8.0,
        dropout: 0.0,
        targets: BTreeSet::from([Target::Attention, Target::FeedForward]),
        stacks: BTreeSet::from([Stack::Encoder, Stack::Decoder]),
    }
}

fn logits(model: &T5) -> Vec<f32> {
    let logits = model.logits(&[&[5, 270, 9, 1]], &[&[40, 41, 280, 1]], Ops::Fused).unwrap();
    logits.flatten_all().unwrap().to_vec1().unwrap()
}

#[test]
fn a_new_adapter_changes_nothing_and_follows_from_its_seed() {
    for tiny in [Tiny::tied(), Tiny::gated()] {
        let bench = Bench::new(tiny, Quantization::Q8_0);
        let mut model = bench.base.t5.clone();
        let variables = fresh(&mut model, &config(), 3).unwrap();
        assert_eq!(logits(&model), logits(&bench.base.t5));

        let numbers = |seed: u64| -> Vec<f32> {
            let variables = fresh(&mut bench.base.t5.clone(), &config(), seed).unwrap();
            variables[0].1.flatten_all().unwrap().to_vec1().unwrap()
        };
        assert_eq!(variables[0].0, "base_model.model.encoder.block.0.layer.0.SelfAttention.q.lora_A.weight");
        assert_eq!(variables[1].0, "base_model.model.encoder.block.0.layer.0.SelfAttention.q.lora_B.weight");
        assert_eq!(numbers(3), variables[0].1.flatten_all().unwrap().to_vec1::<f32>().unwrap());
        assert_ne!(numbers(3), numbers(4));
        // Uniform within ±1/√32: the standard deviation is a third of the root of that.
        let (a, bound) = (numbers(3), 32_f32.sqrt().recip());
        assert!(a.iter().all(|x| x.abs() <= bound));
        let deviation = (a.iter().map(|x| x * x).sum::<f32>() / a.len() as f32).sqrt();
        assert!((deviation / (bound / 3_f32.sqrt()) - 1.0).abs() < 0.15, "{deviation}");
    }
}

#[test]
fn no_matrix_is_an_error() {
    let bench = Bench::new(Tiny::tied(), Quantization::F32);
    let config = LoraConfig {
        targets: BTreeSet::from([Target::CrossAttention]),
        stacks: BTreeSet::from([Stack::Encoder]),
        ..config()
    };
    let error = fresh(&mut bench.base.t5.clone(), &config, 0).unwrap_err();
    assert!(error.to_string().contains("CrossAttention"), "{error}");
}

#[test]
fn an_adapter_of_the_float_model_fits_its_quantized_one_and_no_other() {
    let float = Bench::new(Tiny::gated(), Quantization::F32);
    let (folder, _) = float.write("mine", &config(), 1);
    let quantized = Bench::new(Tiny::gated(), Quantization::Q8_0);
    let adapted = open(&folder, &quantized.base).unwrap();
    assert!(adapted.effect > 0.01, "{}", adapted.effect);
    assert!(
        matches!(adapted.origin, Origin::Bound(card) if card.recipe["name"] == "none" && card.created == 7)
    );

    let other = Bench::new(Tiny::tied(), Quantization::F32);
    let error = open(&folder, &other.base).unwrap_err();
    assert!(matches!(error, ModelError::OtherBase { what: "weights", .. }), "{error}");

    let tokenizer = &quantized.base.manifest.tokenizer.path;
    fs::write(tokenizer, fs::read_to_string(tokenizer).unwrap() + " ").unwrap();
    let error = open(&folder, &quantized.base).unwrap_err();
    assert!(matches!(error, ModelError::OtherBase { what: "the tokenizer", .. }), "{error}");
}

#[test]
fn a_folder_without_a_card_says_so() {
    let bench = Bench::new(Tiny::tied(), Quantization::F32);
    let (folder, _) = bench.write("mine", &config(), 1);
    fs::remove_file(folder.join(CARD)).unwrap();
    assert_eq!(open(&folder, &bench.base).unwrap().origin, Origin::Unbound);
}

#[test]
fn a_prefix_is_read_before_every_source() {
    let bench = Bench::new(Tiny::tied(), Quantization::Q8_0);
    let (folder, alone) = bench.write("mine", &config(), 1);
    edit(&folder.join(CARD), "prefix", json!("we rest"));
    let mut adapted = open(&folder, &bench.base).unwrap().t5;
    let prefix = bench.base.tokens.encode("we rest");
    assert!(!prefix.is_empty());
    let (source, target): (&[TokenId], &[TokenId]) = (&[5, 270, 9, 1], &[40, 41, 280, 1]);
    let behind = [&prefix, source].concat();
    for how in [Ops::Fused, Ops::Differentiable] {
        let scores = |model: &T5, source: &[TokenId]| -> Vec<f32> {
            let logits = model.logits(&[source], &[target], how).unwrap();
            let known = model.log_probs(&[source], &[target], how).unwrap();
            [logits, known].iter().flat_map(|x| x.flatten_all().unwrap().to_vec1().unwrap()).collect()
        };
        assert_eq!(scores(&adapted, source), scores(&alone, &behind), "{how:?}");
        assert_ne!(scores(&adapted, source), scores(&alone, source), "{how:?}");
    }
    assert!(adapted.read(&[&[]]).is_err(), "nothing is nothing, with a prefix as well");
    adapted.set_prefix(&[]);
    assert_eq!(logits(&adapted), logits(&alone));

    edit(&folder.join(CARD), "prefix", json!("we rest ".repeat(64)));
    let error = open(&folder, &bench.base).unwrap_err();
    assert!(error.to_string().contains("prefix") || format!("{error:?}").contains("prefix"), "{error}");
}

#[test]
fn an_adapter_that_changes_nothing_is_refused() {
    let bench = Bench::new(Tiny::tied(), Quantization::F32);
    let variables = fresh(&mut bench.base.t5.clone(), &config(), 1).unwrap();
    let card = Card::new(&bench.base, Value::Null, Value::Null, 7).unwrap();
    let folder = bench.place("untrained");
    write(&folder, &config(), "tiny", &variables, &card).unwrap();
    let error = open(&folder, &bench.base).unwrap_err();
    assert!(matches!(error, ModelError::NoEffect { .. }), "{error}");
}

#[test]
fn a_folder_is_written_once_and_wholly() {
    let bench = Bench::new(Tiny::tied(), Quantization::F32);
    let (folder, _) = bench.write("mine", &config(), 1);
    let before = fs::read(folder.join(MATRICES)).unwrap();
    let variables = fresh(&mut bench.base.t5.clone(), &config(), 2).unwrap();
    let card = Card::new(&bench.base, Value::Null, Value::Null, 7).unwrap();
    let error = write(&folder, &config(), "tiny", &variables, &card).unwrap_err();
    assert!(matches!(error, ModelError::Write { .. }), "{error}");
    assert_eq!(fs::read(folder.join(MATRICES)).unwrap(), before);
    let hidden = fs::read_dir(bench.tiny.root.path()).unwrap();
    assert!(hidden.flatten().all(|entry| !entry.file_name().to_string_lossy().ends_with(".part")));
}

/// Changes a JSON file in an adapter's folder.
fn edit(path: &Path, key: &str, value: Value) {
    let mut json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    json[key] = value;
    fs::write(path, json.to_string()).unwrap();
}

#[test]
fn what_is_not_plain_lora_is_refused_by_name() {
    let bench = Bench::new(Tiny::tied(), Quantization::F32);
    for (number, (key, value, part)) in [
        ("peft_type", json!("IA3"), "peft_type"),
        ("task_type", json!("CAUSAL_LM"), "SEQ_2_SEQ_LM"),
        ("use_dora", json!(true), "use_dora"),
        ("bias", json!("all"), "bias"),
        ("modules_to_save", json!(["lm_head"]), "lm_head"),
        ("alpha_pattern", json!({"q": 2}), "alpha_pattern"),
        ("fan_in_fan_out", json!(true), "fan_in_fan_out"),
        ("init_lora_weights", json!("pissa"), "pissa"),
        ("r", json!(1_000_000_000), "r: expected 1 to 256"),
        ("r", json!(5), "[5, 32]"),
        ("lora_alpha", json!(0), "lora_alpha"),
        ("r", json!("eight"), "eight"),
    ]
    .into_iter()
    .enumerate()
    {
        let (folder, _) = bench.write(&format!("a{number}"), &config(), 1);
        edit(&folder.join(CONFIG), key, value);
        let error = open(&folder, &bench.base).unwrap_err().to_string();
        assert!(error.contains(part), "{error} does not mention {part}");
    }
}

/// Writes the matrices anew, with a change.
fn change(folder: &Path, change: impl FnOnce(&mut Vec<(String, Var)>)) {
    let file = folder.join(MATRICES);
    let mut tensors: Vec<(String, Var)> = candle_core::safetensors::load(&file, &Device::Cpu)
        .unwrap()
        .into_iter()
        .map(|(name, tensor)| (name, Var::from_tensor(&tensor).unwrap()))
        .collect();
    tensors.sort_by(|a, b| a.0.cmp(&b.0));
    change(&mut tensors);
    let tensors: std::collections::HashMap<String, Tensor> =
        tensors.into_iter().map(|(name, variable)| (name, variable.as_tensor().clone())).collect();
    candle_core::safetensors::save(&tensors, &file).unwrap();
}

/// Something done to an adapter's matrices before they are read back.
type Change<'c> = &'c dyn Fn(&mut Vec<(String, Var)>);

#[test]
fn matrices_that_do_not_belong_are_refused_by_name() {
    let bench = Bench::new(Tiny::gated(), Quantization::F32);
    let zeros = |shape: (usize, usize)| Var::zeros(shape, candle_core::DType::F32, &Device::Cpu).unwrap();
    let refused = |name: &str, part: &str, change_it: Change<'_>| {
        let (folder, _) = bench.write(name, &config(), 1);
        change(&folder, change_it);
        let error = open(&folder, &bench.base).unwrap_err().to_string();
        assert!(error.contains(part), "{error} does not mention {part}");
    };
    let first = "base_model.model.decoder.block.0.layer.0.SelfAttention.k.lora_A.weight";
    refused("without-a", first, &|tensors| drop(tensors.remove(0)));
    refused("without-pair", first, &|tensors| drop(tensors.drain(..2)));
    refused("narrow", "[4, 31]", &|tensors| tensors[0].1 = zeros((4, 31)));
    refused("layer", "block.9", &|tensors| {
        tensors.push((first.replace("block.0", "block.9"), zeros((4, 32))));
    });
    refused("head", "lm_head", &|tensors| {
        tensors.push(("base_model.model.lm_head.lora_A.weight".into(), zeros((4, 32))));
    });
    refused("nan", "finite", &|tensors| {
        tensors[1].1 = Var::from_tensor(&(zeros((24, 4)).as_tensor() / 0.0).unwrap()).unwrap();
    });

    let (folder, _) = bench.write("cut", &config(), 1);
    let whole = fs::read(folder.join(MATRICES)).unwrap();
    for length in [0, 7, 8, 200, whole.len() - 1] {
        fs::write(folder.join(MATRICES), &whole[..length]).unwrap();
        assert!(matches!(open(&folder, &bench.base), Err(ModelError::Header { .. })), "{length} bytes");
    }
    for file in [MATRICES, CONFIG] {
        fs::remove_file(folder.join(file)).unwrap();
        assert!(
            matches!(open(&folder, &bench.base), Err(ModelError::Missing { expected, .. }) if expected == file)
        );
    }
}

fn targets() -> impl Strategy<Value = BTreeSet<Target>> {
    let all = vec![Target::Attention, Target::SelfAttention, Target::CrossAttention, Target::FeedForward];
    proptest::sample::subsequence(all, 1..=4).prop_map(|targets| targets.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// What was written scores as what was trained; off again, the base scores as before; all to the bit.
    #[test]
    fn an_adapter_comes_back_as_it_was(
        rank in 1_usize..20, alpha in 0.5_f64..64.0, seed: u64, targets in targets(), quantized: bool,
    ) {
        let quantization = if quantized { Quantization::Q8_0 } else { Quantization::F32 };
        let bench = Bench::new(Tiny::gated(), quantization);
        let config = LoraConfig {
            rank, alpha, targets, stacks: BTreeSet::from([Stack::Decoder]), ..config()
        };
        let before = logits(&bench.base.t5);
        let (folder, trained) = bench.write("mine", &config, seed);
        let mut adapted = open(&folder, &bench.base).unwrap();
        prop_assert_eq!(logits(&adapted.t5), logits(&trained));
        prop_assert_ne!(&logits(&adapted.t5), &before);
        prop_assert_eq!(&logits(&bench.base.t5), &before);
        for (_, linear) in adapted.t5.linears_mut() {
            linear.set_lora(None).unwrap();
        }
        prop_assert_eq!(logits(&adapted.t5), before);
    }
}

#[test]
fn dropout_is_for_learning_alone() {
    let bench = Bench::new(Tiny::gated(), Quantization::F32);
    let mut model = bench.base.t5.clone();
    let variables = fresh(&mut model, &LoraConfig { dropout: 0.5, ..config() }, 3).unwrap();
    move_b(&variables);
    let learning = || {
        let logits = model.logits(&[&[5, 270, 9, 1]], &[&[40, 41, 280, 1]], Ops::Differentiable).unwrap();
        logits.flatten_all().unwrap().to_vec1::<f32>().unwrap()
    };
    model.dropout().unwrap().begin(1);
    let first = learning();
    assert_ne!(first, learning());
    model.dropout().unwrap().begin(1);
    assert_eq!(first, learning());

    let mut without = bench.base.t5.clone();
    let same = fresh(&mut without, &config(), 3).unwrap();
    move_b(&same);
    assert!(without.dropout().is_none());
    assert_eq!(logits(&model), logits(&without), "nothing is dropped when it writes");
}
