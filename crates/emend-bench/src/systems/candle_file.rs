//! Our tensors, as they are, under the names that candle-transformers' `quantized_t5` reads.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use candle_core::Device;
use candle_core::quantized::{GgmlDType, QTensor, gguf_file};
use candle_transformers::models::quantized_t5::{Config, T5ForConditionalGeneration, VarBuilder};
use emend_models::{Stored, T5Config, Weights};
use serde_json::json;
use tempfile::TempDir;

use crate::BenchError;

/// A GGUF file in a temporary folder, and its configuration.
pub(crate) struct CandleFile {
    _folder: TempDir,
    path: std::path::PathBuf,
    config: Config,
}

impl CandleFile {
    /// Writes the tensors of `model` under Hugging Face names.
    pub(crate) fn of(model: &Path) -> Result<Self, BenchError> {
        let weights = Weights::open(model)?;
        let config = weights.config();
        let untied = weights.has("lm_head.weight");
        let tensors = tensors(&weights, untied)?;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("model.gguf");
        let named: Vec<(&str, &QTensor)> =
            tensors.iter().map(|(name, tensor)| (name.as_str(), tensor.as_ref())).collect();
        gguf_file::write(&mut File::create(&path)?, &[], &named)?;
        Ok(Self { _folder: folder, path, config: config_of(config, untied)? })
    }

    pub(super) fn load(&self) -> Result<T5ForConditionalGeneration, BenchError> {
        let vb = VarBuilder::from_gguf(&self.path, &Device::Cpu)?;
        Ok(T5ForConditionalGeneration::load(vb, &self.config)?)
    }
}

fn config_of(config: &T5Config, untied: bool) -> Result<Config, BenchError> {
    Ok(serde_json::from_value(json!({
        "vocab_size": config.vocab_size,
        "d_model": config.d_model,
        "d_kv": config.d_kv,
        "d_ff": config.d_ff,
        "num_layers": config.num_layers,
        "num_decoder_layers": config.num_decoder_layers,
        "num_heads": config.num_heads,
        "relative_attention_num_buckets": config.relative_attention_num_buckets,
        "relative_attention_max_distance": config.relative_attention_max_distance,
        "dropout_rate": 0.0,
        "layer_norm_epsilon": config.layer_norm_epsilon,
        "initializer_factor": 1.0,
        "feed_forward_proj": if config.feed_forward.gated { "gated-gelu" } else { "relu" },
        "tie_word_embeddings": !untied,
        "is_encoder_decoder": true,
        "use_cache": true,
        "pad_token_id": config.pad_token_id,
        "eos_token_id": config.eos_token_id,
        "decoder_start_token_id": config.decoder_start_token_id,
    }))?)
}

fn tensors(weights: &Weights, untied: bool) -> Result<Vec<(String, Arc<QTensor>)>, BenchError> {
    let config = weights.config();
    let (d, inner, ff, heads) =
        (config.d_model, config.num_heads * config.d_kv, config.d_ff, config.num_heads);
    let mut names: Vec<(String, Vec<usize>)> = vec![("shared.weight".into(), vec![config.vocab_size, d])];
    if untied {
        names.push(("lm_head.weight".into(), vec![config.vocab_size, d]));
    }
    for (stack, layers, parts) in [
        ("encoder", config.num_layers, &["SelfAttention"][..]),
        ("decoder", config.num_decoder_layers, &["SelfAttention", "EncDecAttention"][..]),
    ] {
        names.push((format!("{stack}.final_layer_norm.weight"), vec![d]));
        let buckets = vec![config.relative_attention_num_buckets, heads];
        names
            .push((format!("{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"), buckets));
        for block in 0..layers {
            for (layer, part) in parts.iter().enumerate() {
                let at = format!("{stack}.block.{block}.layer.{layer}");
                names.push((format!("{at}.layer_norm.weight"), vec![d]));
                for matrix in ["q", "k", "v"] {
                    names.push((format!("{at}.{part}.{matrix}.weight"), vec![inner, d]));
                }
                names.push((format!("{at}.{part}.o.weight"), vec![d, inner]));
            }
            let at = format!("{stack}.block.{block}.layer.{}", parts.len());
            names.push((format!("{at}.layer_norm.weight"), vec![d]));
            let inputs: &[&str] = if config.feed_forward.gated { &["wi_0", "wi_1"] } else { &["wi"] };
            for matrix in inputs {
                names.push((format!("{at}.DenseReluDense.{matrix}.weight"), vec![ff, d]));
            }
            names.push((format!("{at}.DenseReluDense.wo.weight"), vec![d, ff]));
        }
    }
    names
        .into_iter()
        .map(|(name, shape)| {
            let tensor = match weights.get(&name, &shape)? {
                Stored::Mapped(mapped) => Arc::new(mapped.to_quantized()?),
                Stored::Quantized(tensor) => tensor,
                Stored::Float(tensor) => Arc::new(QTensor::quantize(&tensor, GgmlDType::F32)?),
            };
            Ok((name, tensor))
        })
        .collect()
}
