//! A tiny T5 in a folder of its own, for tests: the published file formats, numbers from a generator.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::json;
use tempfile::TempDir;

use crate::names;
use crate::t5::T5Config;

/// The special tokens, then all bytes, then these pieces.
const PIECES: [&str; 20] = [
    "▁", "e", "t", "a", "o", "i", "n", "s", "r", "h", "▁the", "▁a", "▁is", "ing", "er", "▁we", ".", ",", "l",
    "d",
];

/// A folder with `config.json`, `model.safetensors` and `tokenizer.json` of a new tiny model.
pub(crate) struct Tiny {
    /// Removed with the value.
    pub(crate) root: TempDir,
    /// The model's folder, inside `root`.
    pub(crate) folder: PathBuf,
    pub(crate) config: T5Config,
}

impl Tiny {
    /// T5 v1.0: `ReLU`, tied.
    pub(crate) fn tied() -> Tiny {
        Tiny::new("relu", true)
    }

    /// T5 v1.1: gated GELU, a head of its own.
    pub(crate) fn gated() -> Tiny {
        Tiny::new("gated-gelu", false)
    }

    fn new(feed_forward: &str, tied: bool) -> Tiny {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("tiny");
        fs::create_dir(&folder).unwrap();
        // D is a whole number of blocks of 32; A and F are not both, so that fallbacks are taken as well.
        let config = json!({
            "model_type": "t5", "vocab_size": 288, "d_model": 32, "d_kv": 12, "d_ff": 64, "num_heads": 2,
            "num_layers": 2, "num_decoder_layers": 1, "feed_forward_proj": feed_forward,
            "tie_word_embeddings": tied, "relative_attention_num_buckets": 8,
        });
        fs::write(folder.join("config.json"), config.to_string()).unwrap();
        fs::write(folder.join("tokenizer.json"), tokenizer().to_string()).unwrap();
        let config = T5Config::from_json(Path::new("config.json"), &config.to_string()).unwrap();
        let tiny = Tiny { root, folder, config };
        write_safetensors(&tiny.folder.join("model.safetensors"), &tiny.numbers());
        tiny
    }

    /// The same numbers on every call.
    pub(crate) fn numbers(&self) -> Numbers {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5) * 0.6
        };
        let tensor = |(name, shape): (String, Vec<usize>)| {
            let numbers = (0..shape.iter().product()).map(|_| next()).collect();
            (name, (shape, numbers))
        };
        names::tensors(&self.config).into_iter().map(tensor).collect()
    }
}

/// Shapes and numbers by Hugging Face name.
pub(crate) type Numbers = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

pub(crate) fn write_safetensors(path: &Path, numbers: &Numbers) {
    let bytes: BTreeMap<&String, Vec<u8>> = numbers
        .iter()
        .map(|(name, (_, n))| (name, n.iter().flat_map(|x| x.to_le_bytes()).collect()))
        .collect();
    let views = numbers.iter().map(|(name, (shape, _))| {
        (name.as_str(), TensorView::new(Dtype::F32, shape.clone(), &bytes[name]).unwrap())
    });
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

/// Unigram with byte fallback and no normalizer, as our recipes make it.
pub(crate) fn tokenizer() -> serde_json::Value {
    let special = ["<pad>", "</s>", "<unk>"];
    let bytes = (0..=255_u8).map(|byte| json!([format!("<0x{byte:02X}>"), -20.0]));
    let pieces = PIECES.iter().enumerate().map(|(i, piece)| json!([piece, -3.0 - 0.1 * i as f64]));
    let vocab: Vec<_> = special.iter().map(|piece| json!([piece, 0.0])).chain(bytes).chain(pieces).collect();
    let added: Vec<_> = special
        .iter()
        .enumerate()
        .map(|(id, content)| {
            json!({"id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
                   "normalized": false, "special": true})
        })
        .collect();
    let metaspace =
        json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true});
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": added, "normalizer": null,
        "pre_tokenizer": metaspace, "post_processor": null,
        "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, metaspace, {"type": "Fuse"}]},
        "model": {"type": "Unigram", "unk_id": 2, "vocab": vocab, "byte_fallback": true},
    })
}
