//! The T5 encoder-decoder (Raffel et al. 2020), for inference and training, float or quantized.
//!
//! Each part has two forms: `forward` on candle's tensors, through which gradients flow, and `apply` on slices with our
//! own kernels, many times as fast. Tests tie both to the reference.
//!
//! Reading order: the configuration, the parts, the two stacks, then [`T5`] itself. Letters in shape comments: B
//! rows of a training batch, S sources, R rows being decoded, T tokens of a source or target, n new tokens,
//! N any number of positions, Q queries, L keys, D width, H heads, K width of a head, A = H·K, F inner width,
//! V vocabulary. Activations stay two-dimensional, (N, D), outside attention, so that a matrix meets all
//! positions at once and its gradient is not kept per row.

mod activated;
mod attended;
mod attention;
mod buffers;
mod config;
mod decoder;
mod embedding;
mod encoder;
mod encoder_model;
mod feed_forward;
mod generation;
mod load;
mod norm;
mod position_bias;
mod prefix;
mod reading;
mod readings;
mod scored;
mod state;
mod targets;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use candle_core::Var;
use emend_decode::TokenId;
use emend_kernels::threads::pass;

pub use config::{Activation, FeedForward, T5Config};
pub(crate) use encoder_model::T5Encoder;
pub use reading::Reading;
pub use readings::Readings;
pub use state::DecoderState;

use buffers::Buffers;
use decoder::Decoder;
use embedding::Embedding;
use encoder::Encoder;
use generation::Generation;
use load::{Branch, Loader};
use prefix::{Prefix, slices};
use reading::input;
use state::{Past, Source};

use crate::adapter::Dropout;
use crate::error::ModelError;
use crate::linear::Linear;
use crate::weights::{Stored, Weights};

/// Most tokens in one source or one target. T5's distances have no limit, but memory grows with the square:
/// at this length the scores of one layer of 16 heads take 268 MB.
pub const MAX_TOKENS: usize = 2048;

/// Which kernels a pass uses. The numbers agree to rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ops {
    /// Our own kernels: much faster, without gradients.
    Fused,
    /// Candle's, which have a backward pass, all the way to every weight and adapter.
    Differentiable,
}

/// A T5 model: weights and nothing else. It is only ever read, so any number of searches share one; a clone
/// shares the weights and has its own adapters.
#[derive(Debug, Clone)]
pub struct T5 {
    config: T5Config,
    embedding: Embedding,
    encoder: Encoder,
    decoder: Decoder,
    head: Head,
    dropout: Option<Dropout>,
    /// Read before every source: part of an adapter.
    prefix: Prefix,
    generation: Generation,
    bytes: usize,
}

/// From the decoder's output to scores.
#[derive(Debug, Clone)]
struct Head {
    linear: Linear,
    /// D^-0.5 where the head is the embedding table of a v1.0 model.
    scale: Option<f64>,
    /// Whether it has a tensor of its own, `lm_head`.
    own: bool,
}

impl T5 {
    /// Takes the model out of its weights, one tensor after the other.
    ///
    /// [`ModelError::NoTensor`] and [`ModelError::Shape`] when the weights are not those of the configuration.
    pub fn load(weights: &Weights) -> Result<T5, ModelError> {
        let loader = Loader::frozen(weights);
        let mut model = Self::build(weights.config(), &loader.root())?;
        model.bytes = loader.finish().0;
        Ok(model)
    }

    /// Like [`T5::load`], with every tensor a variable, by its Hugging Face name. Quantized tensors are unpacked.
    /// A change of a variable is a change of the model. For adapters use [`T5::linears_mut`] instead.
    pub fn load_trainable(weights: &Weights) -> Result<(T5, BTreeMap<String, Var>), ModelError> {
        let loader = Loader::trainable(weights);
        let mut model = Self::build(weights.config(), &loader.root())?;
        let (bytes, variables) = loader.finish();
        model.bytes = bytes;
        Ok((model, variables))
    }

    fn build(config: &T5Config, root: &Branch<'_>) -> Result<T5, ModelError> {
        let shared = root.at("shared").stored(&[config.vocab_size, config.d_model])?;
        Ok(T5 {
            config: config.clone(),
            embedding: Embedding::new(shared.clone(), config.vocab_size, config.d_model),
            encoder: Encoder::load(&root.at("encoder"), config)?,
            decoder: Decoder::load(&root.at("decoder"), config)?,
            head: Head::load(root, config, shared)?,
            dropout: None,
            prefix: Prefix::default(),
            generation: Generation::next(),
            bytes: 0,
        })
    }

    /// The shape of the model.
    pub fn config(&self) -> &T5Config {
        &self.config
    }

    /// Memory of the weights in bytes. Most of it is the mapped file, whose pages the system can drop. Adapters are not
    /// counted.
    pub fn memory_bytes(&self) -> usize {
        self.bytes
    }

    /// What is dropped of the inputs of an adapter that learns, with [`Ops::Differentiable`] alone.
    pub fn dropout(&self) -> Option<&Dropout> {
        self.dropout.as_ref()
    }

    pub(crate) fn set_dropout(&mut self, dropout: Option<Dropout>) {
        self.dropout = dropout;
    }

    /// What is read before every source from now on, by all that reads: an adapter that was taught to be asked like this
    /// brings it.
    pub fn set_prefix(&mut self, tokens: &[TokenId]) {
        self.prefix = Prefix::new(tokens);
        self.generation = Generation::next();
    }

    /// Encodes S sources, each with its end token, and prepares them for decoding.
    ///
    /// [`ModelError::Input`] when there is no source, or one is empty or longer than [`MAX_TOKENS`];
    /// [`ModelError::UnknownToken`] for a token outside the vocabulary.
    pub fn read(&self, sources: &[&[TokenId]]) -> Result<Reading<'_>, ModelError> {
        let sources = self.prefix.before(sources);
        Ok(Reading { model: self, sources: self.encoded(&slices(&sources))? })
    }

    /// What the decoder sees of sources, the prefix in front of each.
    fn encoded(&self, sources: &[&[TokenId]]) -> Result<Vec<Arc<Source>>, ModelError> {
        let seen = buffers::lent(|buffers| {
            let ranges = encode(&self.embedding, &self.encoder, sources, buffers)?;
            let work = buffers.normed.rows() * self.decoder.multiplications();
            Ok::<_, ModelError>(pass(work, || self.decoder.look_at(&ranges, buffers))?)
        })?;
        Ok(seen.into_iter().map(Arc::new).collect())
    }

    /// Every matrix that can take an adapter, by its Hugging Face name without `.weight`, in the order of the
    /// network. A head that is the embedding table is not among them.
    pub fn linears_mut(&mut self) -> Vec<(String, &mut Linear)> {
        self.generation = Generation::next();
        let mut list = Vec::new();
        self.encoder.linears_mut("encoder", &mut list);
        self.decoder.linears_mut("decoder", &mut list);
        if self.head.own {
            list.push(("lm_head".into(), &mut self.head.linear));
        }
        list
    }

    /// Lets rows read new tokens, `new[r]` of row r; x becomes the decoder's output, (N, D). Rows as in
    /// [`Decoder::apply`].
    #[allow(clippy::too_many_arguments)]
    fn write(
        &self,
        tokens: &[TokenId],
        rows: &[usize],
        new: &[usize],
        past: &mut Past,
        sources: &[Arc<Source>],
        x: &mut Vec<f32>,
        buffers: &mut Buffers,
    ) -> Result<(), ModelError> {
        self.embedding.apply(tokens, x)?;
        let work = tokens.len() * self.decoder.multiplications();
        Ok(pass(work, || self.decoder.apply(x, rows, new, past, sources, buffers))?)
    }

    /// Decoder output x (N, D) → scores (N, V).
    fn score(&self, x: &[f32], buffers: &mut Buffers, scores: &mut Vec<f32>) -> Result<(), ModelError> {
        self.decoder.normalise(x, &mut buffers.normed)?;
        if let Some(scale) = self.head.scale {
            buffers.normed.scale(scale as f32);
        }
        let work = x.len() * self.config.vocab_size;
        Ok(pass(work, || self.head.linear.apply(&mut buffers.normed, scores))?)
    }
}

impl Head {
    /// A head of its own is used as it is: v1.1 has never scaled, and a converted v1.0 has the scale folded in.
    /// Old v1.0 files also hold a copy of the table under the head's name; that is the table, and scaled.
    fn load(root: &Branch<'_>, config: &T5Config, shared: Stored) -> Result<Head, ModelError> {
        let (vocab, width) = (config.vocab_size, config.d_model);
        let own = root.at("lm_head");
        let tied = config.tie_word_embeddings
            && (!own.has_weight() || own.holds_the_same_as(&root.at("shared"), &[vocab, width])?);
        if !tied {
            return Ok(Head { linear: own.linear(vocab, width)?, scale: None, own: true });
        }
        let scale = config.scales_output().then(|| (width as f64).powf(-0.5));
        Ok(Head { linear: Linear::new(shared)?, scale, own: false })
    }
}

/// S sources through the encoder, one after the other without padding: final states (N, D) in `buffers.normed`, and the
/// positions of each source.
fn encode(
    embedding: &Embedding,
    encoder: &Encoder,
    sources: &[&[TokenId]],
    buffers: &mut Buffers,
) -> Result<Vec<Range<usize>>, ModelError> {
    longest("source", sources)?;
    let ranges = ranges(sources);
    let end = ranges.last().map_or(0, |range| range.end);
    let mut x = Vec::new();
    embedding.apply(&sources.concat(), &mut x)?;
    pass(end * encoder.multiplications(), || encoder.apply(&mut x, &ranges, buffers))?;
    Ok(ranges)
}

/// Where each row stands, when they follow each other.
fn ranges(rows: &[&[TokenId]]) -> Vec<Range<usize>> {
    let mut end = 0;
    rows.iter()
        .map(|row| {
            end += row.len();
            end - row.len()..end
        })
        .collect()
}

/// Length of the longest row; an error when there is none, or when one is empty or too long.
fn longest(what: &'static str, rows: &[&[TokenId]]) -> Result<usize, ModelError> {
    if rows.is_empty() {
        return Err(input(what, "at least one".into(), "none"));
    }
    let expected = || format!("1 to {MAX_TOKENS} tokens");
    if let Some(row) = rows.iter().find(|row| row.is_empty() || row.len() > MAX_TOKENS) {
        return Err(input(what, expected(), row.len()));
    }
    Ok(rows.iter().map(|row| row.len()).max().unwrap_or(0))
}
