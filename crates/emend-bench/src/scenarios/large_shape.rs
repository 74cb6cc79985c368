//! A model of CoEdIT-large's exact shape with random weights: its real ones cannot be passed on, and time does not depend
//! on them.

use std::fs::File;
use std::path::Path;

use candle_core::quantized::{GgmlDType, QStorage, QTensor, gguf_file};
use candle_core::{Device, Tensor};
use serde_json::json;

use crate::BenchError;

const WIDTH: usize = 1024;
const INNER: usize = 2816;
const HEADS: usize = 16;
const LAYERS: usize = 24;
const VOCABULARY: usize = 32_128;
const BUCKETS: usize = 32;

/// Writes `model.gguf`, matrices in `q8_0`, and `config.json` into `folder`: 0.83 GB.
pub(crate) fn write(folder: &Path) -> Result<(), BenchError> {
    let config = json!({
        "model_type": "t5",
        "architectures": ["T5ForConditionalGeneration"],
        "vocab_size": VOCABULARY,
        "d_model": WIDTH,
        "d_kv": WIDTH / HEADS,
        "d_ff": INNER,
        "num_layers": LAYERS,
        "num_decoder_layers": LAYERS,
        "num_heads": HEADS,
        "relative_attention_num_buckets": BUCKETS,
        "relative_attention_max_distance": 128,
        "layer_norm_epsilon": 1e-6,
        "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": false,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "decoder_start_token_id": 0,
    });
    std::fs::write(folder.join("config.json"), config.to_string())?;

    // Tensors of a shape share their numbers, which keeps this process small; in the file each has its own.
    let (square, up) = (blocks(WIDTH, WIDTH)?, blocks(INNER, WIDTH)?);
    let (down, table) = (blocks(WIDTH, INNER)?, blocks(VOCABULARY, WIDTH)?);
    let norm = plain(&[WIDTH], 0.5)?;
    let bias = plain(&[BUCKETS, HEADS], 0.1)?;
    let mut tensors: Vec<(String, &QTensor)> =
        vec![("shared.weight".into(), &table), ("lm_head.weight".into(), &table)];
    for (stack, parts) in
        [("encoder", &["SelfAttention"][..]), ("decoder", &["SelfAttention", "EncDecAttention"])]
    {
        tensors.push((format!("{stack}.final_layer_norm.weight"), &norm));
        let first = format!("{stack}.block.0.layer.0.SelfAttention");
        tensors.push((format!("{first}.relative_attention_bias.weight"), &bias));
        for block in 0..LAYERS {
            for (layer, part) in parts.iter().chain(&["DenseReluDense"]).enumerate() {
                let at = format!("{stack}.block.{block}.layer.{layer}");
                tensors.push((format!("{at}.layer_norm.weight"), &norm));
                let matrices: &[(&str, &QTensor)] = if *part == "DenseReluDense" {
                    &[("wi_0", &up), ("wi_1", &up), ("wo", &down)]
                } else {
                    &[("q", &square), ("k", &square), ("v", &square), ("o", &square)]
                };
                tensors.extend(
                    matrices.iter().map(|(name, numbers)| (format!("{at}.{part}.{name}.weight"), *numbers)),
                );
            }
        }
    }
    let listed: Vec<(&str, &QTensor)> =
        tensors.iter().map(|(name, numbers)| (name.as_str(), *numbers)).collect();
    gguf_file::write(&mut File::create(folder.join("model.gguf"))?, &[], &listed)?;
    Ok(())
}

/// What one pass of one row reads: the decoder's matrices and the head, in bytes.
pub(crate) fn decoder_bytes() -> f64 {
    let weights = LAYERS * (8 * WIDTH * WIDTH + 3 * WIDTH * INNER) + VOCABULARY * WIDTH;
    weights as f64 * 34.0 / 32.0
}

/// A matrix of `q8_0`, its numbers between −0.05 and 0.05.
fn blocks(out: usize, width: usize) -> Result<QTensor, BenchError> {
    const SCALE: [u8; 2] = [0x9d, 0x0e]; // 0.05 / 127 as f16
    let mut state = 1_u32;
    let mut bytes = Vec::with_capacity(out * width / 32 * 34);
    for _ in 0..out * width / 32 {
        bytes.extend(SCALE);
        bytes.extend((0..32).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }));
    }
    let storage = QStorage::from_data(bytes.into(), &Device::Cpu, GgmlDType::Q8_0)?;
    Ok(QTensor::new(storage, (out, width))?)
}

fn plain(shape: &[usize], value: f32) -> Result<QTensor, BenchError> {
    Ok(QTensor::quantize(&Tensor::full(value, shape, &Device::Cpu)?, GgmlDType::F32)?)
}
