//! An encoder without a decoder: a T5 that reads and does not write.

use candle_core::{Device, Tensor};
use emend_decode::TokenId;

use super::buffers;
use super::embedding::Embedding;
use super::encoder::Encoder;
use super::load::Loader;
use super::{T5Config, encode, longest};
use crate::error::ModelError;
use crate::weights::Weights;

/// The table of tokens and the encoder of a T5.
#[derive(Debug, Clone)]
pub(crate) struct T5Encoder {
    config: T5Config,
    embedding: Embedding,
    encoder: Encoder,
    bytes: usize,
}

impl T5Encoder {
    /// Takes `shared` and `encoder` out of the weights; what else is there stays where it is.
    pub(crate) fn load(weights: &Weights) -> Result<Self, ModelError> {
        let (loader, config) = (Loader::frozen(weights), weights.config().clone());
        let root = loader.root();
        let (vocab, width) = (config.vocab_size, config.d_model);
        let embedding = Embedding::new(root.at("shared").stored(&[vocab, width])?, vocab, width);
        let encoder = Encoder::load(&root.at("encoder"), &config)?;
        let bytes = loader.finish().0;
        Ok(Self { config, embedding, encoder, bytes })
    }

    /// The shape of the model.
    pub(crate) fn config(&self) -> &T5Config {
        &self.config
    }

    /// Memory of the weights in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.bytes
    }

    /// Final states of S sources, (S·T, D) with T the longest source; behind the end of a shorter one they are 0. Errors
    /// as in [`super::T5::read`].
    pub(crate) fn read(&self, sources: &[&[TokenId]]) -> Result<Tensor, ModelError> {
        let longest = longest("source", sources)?; // T
        let width = self.embedding.width();
        let mut states = vec![0.0; sources.len() * longest * width];
        buffers::lent(|buffers| {
            let ranges = encode(&self.embedding, &self.encoder, sources, buffers)?;
            for (states, range) in states.chunks_exact_mut(longest * width).zip(ranges) {
                let numbers = &buffers.normed.floats()[range.start * width..range.end * width];
                states[..numbers.len()].copy_from_slice(numbers);
            }
            Ok::<_, ModelError>(())
        })?;
        Ok(Tensor::from_vec(states, (sources.len() * longest, width), &Device::Cpu)?)
    }
}
