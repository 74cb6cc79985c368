//! Weights by their Hugging Face names, whatever file they come from.

use std::path::Path;
use std::sync::Arc;

use candle_core::quantized::QTensor;
use candle_core::{Device, Tensor};

use crate::error::ModelError;
use crate::t5::T5Config;

/// A tensor as the file stores it.
#[derive(Debug, Clone)]
pub enum Stored {
    /// Plain numbers, always f32 on the CPU.
    Float(Tensor),
    /// Blocks of a GGML quantization (q8_0, q4_K, …); the last dimension is a multiple of the block size.
    Quantized(Arc<QTensor>),
}

/// The weights of one model.
///
/// The configuration comes from `config.json` through `T5Config::from_json(path: &Path, json: &str) -> Result<T5Config, ModelError>`,
/// the one place that checks it; GGUF metadata are translated into that form first.
#[derive(Debug)]
pub struct Weights {
    config: T5Config,
    device: Device,
}

impl Weights {
    /// Opens a folder or a weights file.
    pub fn open(path: &Path) -> Result<Weights, ModelError> {
        todo!("{}", path.display())
    }

    /// The configuration that belongs to the weights.
    pub fn config(&self) -> &T5Config {
        &self.config
    }

    /// Whether there is a tensor with this Hugging Face name.
    pub fn has(&self, hf_name: &str) -> bool {
        todo!("{hf_name}")
    }

    /// The tensor with this Hugging Face name, which must have this shape.
    pub fn get(&self, hf_name: &str, shape: &[usize]) -> Result<Stored, ModelError> {
        todo!("{hf_name} {shape:?}")
    }

    /// Where tensors are put.
    pub fn device(&self) -> &Device {
        &self.device
    }
}
