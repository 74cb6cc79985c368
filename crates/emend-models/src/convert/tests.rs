#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixture::{Numbers, Tiny, write_safetensors};

fn numbers(weights: &Weights, hf_name: &str, shape: &[usize]) -> Vec<f32> {
    let tensor = weights.get(hf_name, shape).unwrap().into_float().unwrap();
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

#[test]
fn every_tensor_arrives_within_the_precision_of_its_type() {
    for tiny in [Tiny::tied(), Tiny::gated()] {
        let source = tiny.numbers();
        for (quantization, worst) in [
            (Quantization::F32, 0.0),
            (Quantization::F16, 0.0002),
            (Quantization::Q8_0, 0.3 / 127.0),
            (Quantization::Q6K, 0.3 / 127.0),
        ] {
            let report = convert(&tiny.folder, &tiny.root.path().join("out"), quantization).unwrap();
            let weights = Weights::open(&report.weights).unwrap();
            for (name, (shape, expected)) in &source {
                let found = numbers(&weights, name, shape);
                let difference = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(difference <= worst, "{quantization}, {name}: {difference}");
            }
        }
    }
}

#[test]
fn the_scale_of_a_tied_model_is_folded_into_its_head() {
    let tiny = Tiny::tied();
    let report = convert(&tiny.folder, &tiny.root.path().join("out.gguf"), Quantization::F32).unwrap();
    let weights = Weights::open(&report.weights).unwrap();
    assert!(!weights.config().tie_word_embeddings && !weights.config().scales_output());
    let shape = [tiny.config.vocab_size, tiny.config.d_model];
    let (table, head) = (numbers(&weights, "shared.weight", &shape), numbers(&weights, names::HEAD, &shape));
    let scale = 1.0 / 32_f32.sqrt();
    assert!(table.iter().zip(&head).all(|(t, h)| (t * scale - h).abs() < 1e-7));
    // Apart from the head the configuration is the source's.
    let mut config = weights.config().clone();
    config.tie_word_embeddings = true;
    assert_eq!(config, tiny.config);

    let own_head = Tiny::gated();
    let report = convert(&own_head.folder, &own_head.root.path().join("out"), Quantization::F32).unwrap();
    let weights = Weights::open(&report.weights).unwrap();
    assert_eq!(numbers(&weights, names::HEAD, &shape), own_head.numbers()[names::HEAD].1);
    assert_eq!(weights.config(), &own_head.config);
}

#[test]
fn the_report_tells_what_is_on_disk() {
    let tiny = Tiny::tied();
    let out = tiny.root.path().join("models/small");
    fs::create_dir_all(&out).unwrap();
    let manifest = r#"
        id = "small"
        name = "Small one"
        role = "rewriter"
        architecture = "t5"
        licence = "CC0-1.0"
        source = "a test"
        files.weights.path = "small/model.gguf"
        files.tokenizer.path = "small/tokenizer.json""#;
    fs::write(tiny.root.path().join("models/small.toml"), manifest).unwrap();
    let report = convert(&tiny.folder, &out, Quantization::Q8_0).unwrap();
    assert_eq!(report.weights, out.join("model.gguf"));
    assert_eq!(report.bytes, fs::metadata(&report.weights).unwrap().len());
    assert_eq!(report.sha256, sha256(&report.weights).unwrap());
    assert_eq!(fs::read(&report.tokenizer).unwrap(), fs::read(tiny.folder.join("tokenizer.json")).unwrap());
    assert_eq!(fs::read_dir(&out).unwrap().count(), 2, "no partial files are left");
    let count: usize = tiny.numbers().values().map(|(_, numbers)| numbers.len()).sum();
    assert_eq!((report.parameters, report.float_bytes), (count as u64, 4 * count as u64));
    assert_eq!(report.tensors, tiny.numbers().len() + 1);

    let weights = Weights::open(&report.weights).unwrap();
    assert_eq!(weights.weights_id(), Some(report.weights_id.as_str()));
    assert_eq!(weights.tokenizer_sha256().unwrap(), sha256(&report.tokenizer).unwrap());
    assert_eq!(weights.vocabulary().unwrap().len(), tiny.config.vocab_size);
    check_fit(&weights, &Tokens::from_file(&report.tokenizer).unwrap()).unwrap();
    let bytes = fs::read(&report.weights).unwrap();
    for text in ["Small one", "CC0-1.0", "[PAD287]"] {
        assert!(bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{text}");
    }
}

#[test]
fn the_identity_is_that_of_the_float_numbers() {
    let tiny = Tiny::tied();
    let out = tiny.root.path().join("out");
    let id = |quantization| convert(&tiny.folder, &out, quantization).unwrap().weights_id;
    let first = id(Quantization::F32);
    assert_eq!(id(Quantization::Q8_0), first);
    // A repeated table changes nothing, a changed number does.
    let path = tiny.folder.join("model.safetensors");
    let mut changed: Numbers = tiny.numbers();
    changed.insert("decoder.embed_tokens.weight".into(), changed["shared.weight"].clone());
    write_safetensors(&path, &changed);
    assert_eq!(id(Quantization::F32), first);
    changed.get_mut("decoder.final_layer_norm.weight").unwrap().1[0] += 1.0;
    write_safetensors(&path, &changed);
    assert_ne!(id(Quantization::F32), first);
}

#[test]
fn the_identity_is_defined_bytewise() {
    // Worked by hand for the first tensor in order of names, so that another program can compute the same.
    let tiny = Tiny::tied();
    let mut hash = Sha256::new();
    for (name, (shape, numbers)) in tiny.numbers() {
        hash.update(format!("{name}\0"));
        hash.update((shape.len() as u64).to_le_bytes());
        for dimension in shape {
            hash.update((dimension as u64).to_le_bytes());
        }
        for number in numbers {
            hash.update(number.to_le_bytes());
        }
    }
    let report = convert(&tiny.folder, &tiny.root.path().join("out"), Quantization::F16).unwrap();
    assert_eq!(report.weights_id, hex(&hash.finalize()));
}

#[test]
fn what_cannot_be_converted_leaves_nothing_behind() {
    let out = |tiny: &Tiny| tiny.root.path().join("out");
    let refused = |tiny: &Tiny, quantization, part: &str| {
        let error = convert(&tiny.folder, &out(tiny), quantization).unwrap_err().to_string();
        assert!(error.contains(part), "\"{error}\" does not mention {part:?}");
        assert!(!out(tiny).join("model.gguf").exists());
    };
    let with = |change: &dyn Fn(&mut Numbers)| {
        let tiny = Tiny::tied();
        let mut numbers = tiny.numbers();
        change(&mut numbers);
        write_safetensors(&tiny.folder.join("model.safetensors"), &numbers);
        tiny
    };
    let norm = "encoder.final_layer_norm.weight";
    let table = "shared.weight";
    refused(&with(&|n| n.get_mut(norm).unwrap().1[3] = f32::NAN), Quantization::Q8_0, "finite");
    refused(&with(&|n| n.get_mut(table).unwrap().1[3] = 1e6), Quantization::F16, "65504");
    refused(
        &with(&|n| drop(n.insert("prompt.weight".into(), (vec![1], vec![0.0])))),
        Quantization::F32,
        "prompt",
    );
    refused(&with(&|n| drop(n.remove(norm))), Quantization::F32, norm);

    let tiny = Tiny::tied();
    let config = fs::read_to_string(tiny.folder.join("config.json")).unwrap();
    let with = |from: &str, to: &str| {
        fs::write(tiny.folder.join("config.json"), config.replace(from, to)).unwrap();
    };
    with("relu", "silu");
    refused(&tiny, Quantization::F32, "relu and gated-gelu");
    with("\"vocab_size\"", "\"relative_attention_max_distance\":64,\"vocab_size\"");
    refused(&tiny, Quantization::F32, "128");
    with("\"vocab_size\"", "\"eos_token_id\":5,\"vocab_size\"");
    refused(&tiny, Quantization::F32, "</s>");
    with("relu", "relu");
    let done = convert(&tiny.folder, &out(&tiny), Quantization::Q8_0).unwrap();
    let again = convert(&done.weights, &tiny.root.path().join("again"), Quantization::F16).unwrap_err();
    assert!(again.to_string().contains("float weights as a source"), "{again}");
}
