#![allow(clippy::unwrap_used)]

use std::fs;
use std::sync::LazyLock;

use candle_core::quantized::{GgmlDType, gguf_file};
use proptest::prelude::*;

use super::*;
use crate::convert::{Quantization, convert};
use crate::fixture::{Tiny, write_safetensors};

/// Every number of every tensor, so that each byte of the file is used.
fn read_all(weights: &Weights) -> Result<Vec<Vec<f32>>, ModelError> {
    names::tensors(weights.config())
        .iter()
        .map(|(name, shape)| {
            let tensor = weights.get(name, shape)?.into_float()?;
            assert_eq!(tensor.dims(), shape);
            Ok(tensor.flatten_all()?.to_vec1()?)
        })
        .collect()
}

#[test]
fn safetensors_give_the_numbers_that_were_written() {
    for tiny in [Tiny::tied(), Tiny::gated()] {
        let weights = Weights::open(&tiny.folder).unwrap();
        assert_eq!(weights.config(), &tiny.config);
        let numbers = tiny.numbers();
        for (read, (name, _)) in read_all(&weights).unwrap().iter().zip(names::tensors(&tiny.config)) {
            assert_eq!(*read, numbers[&name].1, "{name}");
        }
        assert_eq!(weights.has(names::HEAD), !tiny.config.tie_word_embeddings);
        assert!(!weights.has("encoder.block.9.layer.0.layer_norm.weight"));
    }
}

#[test]
fn the_embedding_table_has_three_names() {
    let tiny = Tiny::tied();
    let mut numbers = tiny.numbers();
    let table = numbers.remove("shared.weight").unwrap();
    numbers.insert("decoder.embed_tokens.weight".into(), table.clone());
    write_safetensors(&tiny.folder.join("model.safetensors"), &numbers);
    let weights = Weights::open(&tiny.folder).unwrap();
    for name in names::EMBEDDING {
        assert!(weights.has(name));
        let tensor = weights.get(name, &table.0).unwrap().into_float().unwrap();
        assert_eq!(tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap(), table.1);
    }
}

#[test]
fn a_tensor_that_does_not_fit_the_configuration_is_named() {
    let tiny = Tiny::tied();
    let norm = "encoder.block.1.layer.1.layer_norm.weight";
    let mut numbers = tiny.numbers();
    numbers.insert(norm.into(), (vec![16, 2], vec![0.0; 32]));
    let path = tiny.folder.join("model.safetensors");
    write_safetensors(&path, &numbers);
    let error = read_all(&Weights::open(&tiny.folder).unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{}: tensor {norm} has shape [16, 2], the configuration asks for [32]", path.display())
    );

    numbers.remove(norm);
    write_safetensors(&path, &numbers);
    let error = read_all(&Weights::open(&tiny.folder).unwrap()).unwrap_err();
    assert!(matches!(error, ModelError::NoTensor { name, .. } if name == norm));
}

#[test]
fn a_configuration_with_absurd_numbers_allocates_nothing() {
    let tiny = Tiny::tied();
    let text = fs::read_to_string(tiny.folder.join("config.json")).unwrap();
    for (from, to) in [
        ("\"vocab_size\":288", "\"vocab_size\":18446744073709551615"),
        ("\"d_model\":32", "\"d_model\":1e300"),
        ("\"d_model\":32", "\"d_model\":-32"),
        ("\"num_layers\":2", "\"num_layers\":4000000000"),
        ("\"d_ff\":64", "\"d_ff\":null"),
        ("{", "["),
    ] {
        assert!(text.contains(from));
        fs::write(tiny.folder.join("config.json"), text.replacen(from, to, 1)).unwrap();
        let error = Weights::open(&tiny.folder).unwrap_err();
        assert!(matches!(error, ModelError::Config { .. } | ModelError::Parse { .. }), "{to}: {error:?}");
    }
    // Within bounds, but larger than the file.
    fs::write(tiny.folder.join("config.json"), text.replace(":288", ":900000")).unwrap();
    let error = read_all(&Weights::open(&tiny.folder).unwrap()).unwrap_err();
    assert!(matches!(error, ModelError::Shape { expected, .. } if expected == [900_000, 32]));

    fs::remove_file(tiny.folder.join("config.json")).unwrap();
    assert!(matches!(Weights::open(&tiny.folder), Err(ModelError::Missing { .. })));
    fs::remove_file(tiny.folder.join("model.safetensors")).unwrap();
    assert!(matches!(Weights::open(&tiny.folder), Err(ModelError::Missing { .. })));
}

#[test]
fn shards_are_found_through_their_index() {
    let tiny = Tiny::gated();
    let whole = read_all(&Weights::open(&tiny.folder).unwrap()).unwrap();
    let mut first = tiny.numbers();
    let second = first.split_off("encoder");
    let map: std::collections::BTreeMap<&String, &str> = first
        .keys()
        .map(|name| (name, "1.safetensors"))
        .chain(second.keys().map(|name| (name, "2.safetensors")))
        .collect();
    fs::remove_file(tiny.folder.join("model.safetensors")).unwrap();
    write_safetensors(&tiny.folder.join("1.safetensors"), &first);
    write_safetensors(&tiny.folder.join("2.safetensors"), &second);
    let index = serde_json::json!({"metadata": {"total_size": 1}, "weight_map": map});
    fs::write(tiny.folder.join(SHARDED), index.to_string()).unwrap();
    assert_eq!(read_all(&Weights::open(&tiny.folder).unwrap()).unwrap(), whole);
}

/// What candle's `tensor-tools quantize` makes: Hugging Face names and no metadata.
#[test]
fn gguf_in_candles_naming_takes_the_configuration_beside_it() {
    let tiny = Tiny::gated();
    let float = read_all(&Weights::open(&tiny.folder).unwrap()).unwrap();
    let blocks: Vec<(String, QTensor)> = tiny
        .numbers()
        .into_iter()
        .map(|(name, (shape, numbers))| {
            let tensor = Tensor::from_vec(numbers, shape.as_slice(), &Device::Cpu).unwrap();
            let whole = shape.len() == 2 && shape[1] % 32 == 0;
            let dtype = if whole { GgmlDType::Q8_0 } else { GgmlDType::F32 };
            (name, QTensor::quantize(&tensor, dtype).unwrap())
        })
        .collect();
    let path = tiny.folder.join("model.gguf");
    let tensors: Vec<(&str, &QTensor)> =
        blocks.iter().map(|(name, blocks)| (name.as_str(), blocks)).collect();
    gguf_file::write(&mut fs::File::create(&path).unwrap(), &[], &tensors).unwrap();

    let weights = Weights::open(&tiny.folder).unwrap();
    assert_eq!(weights.path(), path);
    let read = read_all(&weights).unwrap();
    let largest =
        read.iter().flatten().zip(float.iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(largest > 0.0 && largest < 0.3 / 127.0, "{largest}");

    fs::remove_file(tiny.folder.join("config.json")).unwrap();
    assert!(
        matches!(Weights::open(&path), Err(ModelError::Missing { expected, .. }) if expected == "config.json")
    );
}

#[test]
fn metadata_of_another_model_are_refused_by_key() {
    let tiny = Tiny::tied();
    let path = convert(&tiny.folder, &tiny.root.path().join("out"), Quantization::F32).unwrap().weights;
    let bytes = fs::read(&path).unwrap();
    let after =
        |key: &str| bytes.windows(key.len()).position(|part| part == key.as_bytes()).unwrap() + key.len();
    let patched = |key: &str, at: usize, new: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[after(key) + at..][..new.len()].copy_from_slice(new);
        fs::write(&path, &bytes).unwrap();
        Weights::open(&path).unwrap_err()
    };
    let epsilon = "t5.attention.layer_norm_rms_epsilon";
    for (key, at, new, field) in [
        ("general.architecture", 12, &b"t6"[..], "general.architecture"),
        ("t5.embedding_length", 0, &6_u32.to_le_bytes(), "t5.embedding_length"), // the same bits as a float
        ("t5.embedding_length", 4, &0_u32.to_le_bytes(), "d_model"),
        ("t5.block_count", 4, &u32::MAX.to_le_bytes(), "num_layers"),
        ("t5.attention.value_length", 4, &13_u32.to_le_bytes(), "t5.attention.value_length"),
        ("t5.attention.head_count", 0, &5_u32.to_le_bytes(), ""),
        (epsilon, 4, &f32::NAN.to_le_bytes(), epsilon),
        (epsilon, 4, &f32::NEG_INFINITY.to_le_bytes(), epsilon),
        ("t5.decoder_start_token_id", 4, &288_u32.to_le_bytes(), "decoder_start_token_id"),
        ("t5.attention.key_length", 0, &6_u32.to_le_bytes(), "t5.attention.key_length"),
    ] {
        if field.is_empty() {
            // A signed 2 is as good as an unsigned one.
            let mut bytes = bytes.clone();
            bytes[after(key) + at..][..new.len()].copy_from_slice(new);
            fs::write(&path, &bytes).unwrap();
            assert_eq!(Weights::open(&path).unwrap().config().num_heads, 2);
            continue;
        }
        let error = patched(key, at, new);
        assert!(
            matches!(&error, ModelError::Config { field: named, .. } if named == field),
            "{key}: {error:?}"
        );
    }
    // A configuration of the right form that is not this file's.
    let mut bytes = bytes.clone();
    let at = after("t5.feed_forward_length") + 4;
    bytes[at..at + 4].copy_from_slice(&96_u32.to_le_bytes());
    fs::write(&path, &bytes).unwrap();
    let error = read_all(&Weights::open(&path).unwrap()).unwrap_err();
    assert!(
        matches!(&error, ModelError::Shape { expected, found, .. } if expected[0] == 96 && found[0] == 64)
    );
}

#[test]
fn truncated_models_are_refused_whatever_their_format() {
    let tiny = Tiny::tied();
    let gguf = convert(&tiny.folder, &tiny.root.path().join("out"), Quantization::Q8_0).unwrap().weights;
    for path in [tiny.folder.join("model.safetensors"), gguf] {
        let bytes = fs::read(&path).unwrap();
        for length in (0..bytes.len() - 32).step_by(97) {
            fs::write(&path, &bytes[..length]).unwrap();
            let error = Weights::open(&path).unwrap_err();
            assert!(matches!(error, ModelError::Header { .. }), "{length} bytes: {error:?}");
        }
    }
}

/// A `q8_0` GGUF, a safetensors file, and the configuration of the latter.
static WHOLE: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
    let tiny = Tiny::tied();
    let gguf = convert(&tiny.folder, &tiny.root.path().join("out"), Quantization::Q8_0).unwrap().weights;
    [gguf, tiny.folder.join("model.safetensors"), tiny.folder.join("config.json")]
        .map(|path| fs::read(path).unwrap())
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// A damaged file is an error or a model with other numbers, never a panic.
    #[test]
    fn damage_anywhere_in_the_header_is_survived(
        gguf: bool,
        damage in prop::collection::vec((0.0..1.0_f64, any::<u8>()), 1..4),
    ) {
        let [whole_gguf, safetensors, config] = &*WHOLE;
        let (name, whole, last) = if gguf {
            ("model.gguf", whole_gguf, &b"output.weight"[..])
        } else {
            ("model.safetensors", safetensors, &b"shared.weight"[..])
        };
        // The last tensor to be described, and what is said of it.
        let header = whole.windows(last.len()).rposition(|part| part == last).unwrap() + 60;
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = whole.clone();
        for (place, byte) in damage {
            bytes[(place * header as f64) as usize] ^= byte;
        }
        fs::write(folder.path().join("config.json"), config).unwrap();
        fs::write(folder.path().join(name), bytes).unwrap();
        if let Ok(weights) = Weights::open(folder.path()) {
            // Any error is fine here.
            let _ = read_all(&weights);
            let _ = weights.vocabulary().map(Iterator::count);
        }
    }
}
