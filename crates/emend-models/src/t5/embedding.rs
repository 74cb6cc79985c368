//! Token numbers in, vectors out. Encoder and decoder share the table.

use std::sync::Arc;

use candle_core::quantized::QTensor;
use candle_core::{Device, Tensor};
use emend_decode::TokenId;

use crate::error::ModelError;
use crate::weights::Stored;

/// The table (V, D) as the file stores it: a quantized one is only unpacked row by row.
#[derive(Debug, Clone)]
pub(super) enum Embedding {
    Float(Tensor),
    Quantized(Arc<QTensor>),
}

impl Embedding {
    pub(super) fn new(stored: &Stored) -> Self {
        match stored {
            Stored::Float(table) => Self::Float(table.clone()),
            Stored::Quantized(table) => Self::Quantized(table.clone()),
        }
    }

    /// One row per token, (N, D). [`ModelError::UnknownToken`] for a token outside the table.
    pub(super) fn forward(&self, tokens: &[TokenId]) -> Result<Tensor, ModelError> {
        let vocab = match self {
            Self::Float(table) => table.dim(0)?,
            Self::Quantized(table) => table.shape().dims2()?.0,
        };
        if let Some(&token) = tokens.iter().find(|&&token| token as usize >= vocab) {
            return Err(ModelError::UnknownToken { token, vocab });
        }
        let ids = Tensor::from_slice(tokens, tokens.len(), self.device())?; // (N)
        Ok(match self {
            Self::Float(table) => table.index_select(&ids, 0)?,
            Self::Quantized(table) => table.embedding(&ids)?,
        })
    }

    /// Where the table lies.
    pub(super) fn device(&self) -> &Device {
        match self {
            Self::Float(table) => table.device(),
            // A quantized table gives no reference to its device; quantized models run on the CPU.
            Self::Quantized(_) => &Device::Cpu,
        }
    }
}
