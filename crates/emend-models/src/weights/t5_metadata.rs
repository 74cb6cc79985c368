//! A T5's configuration from the metadata of a GGUF file, as llama.cpp names it.

use std::path::Path;

use serde_json::json;

use super::gguf::{Gguf, Value};
use crate::error::ModelError;
use crate::names;
use crate::t5::T5Config;

/// llama.cpp fixes the largest distance of T5's position buckets; GGUF has no key for it.
pub(crate) const MAX_DISTANCE: usize = 128;

/// Whether the file carries its own configuration; candle's `tensor-tools` writes none.
pub(super) fn is_present(gguf: &Gguf) -> bool {
    gguf.value("general.architecture").is_some()
}

/// Reads the configuration. The metadata are brought into the form of `config.json`, so that both are checked in
/// one place.
pub(super) fn config(gguf: &Gguf) -> Result<T5Config, ModelError> {
    let path = gguf.path();
    match gguf.value("general.architecture") {
        Some(Value::Text(name)) if name == "t5" => {}
        other => return Err(wrong(path, "general.architecture", "\"t5\"", other)),
    }
    let number = |key: &str| match optional(gguf, key)? {
        Some(number) => Ok(number),
        None => Err(wrong(path, key, "a whole number", None)),
    };
    let has = |hf_name: &str| find(gguf, hf_name).is_some();

    let vocab_size = names::EMBEDDING
        .iter()
        .find_map(|name| gguf.shape(&find(gguf, name)?)?.first().copied())
        .ok_or_else(|| ModelError::NoTensor { path: path.to_owned(), name: names::EMBEDDING[0].into() })?;
    let key_length = number("t5.attention.key_length")?;
    let value_length = optional(gguf, "t5.attention.value_length")?.unwrap_or(key_length);
    if value_length != key_length {
        let found = Value::Unsigned(value_length);
        return Err(wrong(
            path,
            "t5.attention.value_length",
            &format!("the key length {key_length}"),
            Some(&found),
        ));
    }
    let blocks = number("t5.block_count")?;
    let gated = has("encoder.block.0.layer.1.DenseReluDense.wi_0.weight");
    let config = json!({
        "vocab_size": vocab_size,
        "d_model": number("t5.embedding_length")?,
        "d_kv": key_length,
        "d_ff": number("t5.feed_forward_length")?,
        "num_heads": number("t5.attention.head_count")?,
        "num_layers": blocks,
        "num_decoder_layers": optional(gguf, "t5.decoder_block_count")?.unwrap_or(blocks),
        "relative_attention_num_buckets": number("t5.attention.relative_buckets_count")?,
        "relative_attention_max_distance": MAX_DISTANCE,
        "layer_norm_epsilon": epsilon(gguf)?,
        "feed_forward_proj": if gated { "gated-gelu" } else { "relu" },
        "tie_word_embeddings": !has(names::HEAD),
        "decoder_start_token_id": optional(gguf, "t5.decoder_start_token_id")?.unwrap_or(0),
        "pad_token_id": optional(gguf, "tokenizer.ggml.padding_token_id")?.unwrap_or(0),
        "eos_token_id": optional(gguf, "tokenizer.ggml.eos_token_id")?.unwrap_or(1),
    });
    T5Config::from_json(path, &config.to_string())
}

/// The name under which the file holds a tensor: Hugging Face's own, or llama.cpp's.
pub(super) fn find(gguf: &Gguf, hf_name: &str) -> Option<String> {
    if gguf.shape(hf_name).is_some() {
        return Some(hf_name.to_owned());
    }
    names::llama(hf_name).filter(|name| gguf.shape(name).is_some())
}

fn optional(gguf: &Gguf, key: &str) -> Result<Option<u64>, ModelError> {
    match gguf.value(key) {
        None => Ok(None),
        Some(Value::Unsigned(number)) => Ok(Some(*number)),
        Some(Value::Signed(number)) if *number >= 0 => Ok(Some(*number as u64)),
        other => Err(wrong(gguf.path(), key, "a whole number", other)),
    }
}

fn epsilon(gguf: &Gguf) -> Result<f64, ModelError> {
    let key = "t5.attention.layer_norm_rms_epsilon";
    match gguf.value(key) {
        Some(Value::Float(number)) if number.is_finite() => Ok(*number),
        other => Err(wrong(gguf.path(), key, "a small number", other)),
    }
}

fn wrong(path: &Path, key: &str, expected: &str, found: Option<&Value>) -> ModelError {
    ModelError::Config {
        path: path.to_owned(),
        field: key.to_owned(),
        expected: expected.to_owned(),
        found: match found {
            None => "nothing".into(),
            Some(Value::Text(text)) => format!("{text:?}"),
            Some(Value::Unsigned(number)) => number.to_string(),
            Some(Value::Signed(number)) => number.to_string(),
            Some(Value::Float(number)) => number.to_string(),
            Some(Value::Bool(value)) => value.to_string(),
            Some(Value::Texts { .. } | Value::Numbers) => "a list".into(),
        },
    }
}
