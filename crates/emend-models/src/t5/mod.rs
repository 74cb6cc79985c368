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
mod load;
mod norm;
mod position_bias;
mod reading;
mod scored;
mod state;

use std::collections::BTreeMap;
use std::ops::Range;

use candle_core::{Device, Tensor, Var};
use emend_decode::TokenId;
use emend_kernels::threads::pass;

pub use config::{Activation, FeedForward, T5Config};
pub(crate) use encoder_model::T5Encoder;
pub use reading::Reading;
pub use state::DecoderState;

use buffers::Buffers;
use decoder::Decoder;
use embedding::Embedding;
use encoder::Encoder;
use load::{Branch, Loader};
use reading::input;
use state::{Past, Sources};

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

    /// Encodes S sources, each with its end token, and prepares them for decoding.
    ///
    /// [`ModelError::Input`] when there is no source, or one is empty or longer than [`MAX_TOKENS`];
    /// [`ModelError::UnknownToken`] for a token outside the vocabulary.
    pub fn read(&self, sources: &[&[TokenId]]) -> Result<Reading<'_>, ModelError> {
        let mut buffers = Buffers::default();
        let ranges = encode(&self.embedding, &self.encoder, sources, &mut buffers)?;
        let positions = buffers.normed.rows();
        let work = positions * self.decoder.multiplications();
        let sources = pass(work, || self.decoder.look_at(&mut buffers.normed, ranges))?;
        Ok(Reading { model: self, sources })
    }

    /// Scores of given targets (teacher forcing): entry (b, t) holds the scores, (B, T, V) in all, of the token
    /// that follows the first t tokens of target b, so that target b's own token t is the one to compare with.
    ///
    /// With S sources, S a divisor of B, each serves B / S successive targets and is encoded once. The start token is
    /// put in front here. T is the longest target; positions behind the end of a shorter one
    /// hold finite numbers without meaning. With [`Ops::Differentiable`], gradients reach every variable.
    /// Errors as in [`T5::read`].
    pub fn logits(
        &self,
        sources: &[&[TokenId]],
        targets: &[&[TokenId]],
        how: Ops,
    ) -> Result<Tensor, ModelError> {
        check(sources, targets)?;
        match how {
            Ops::Fused => self.logits_fused(sources, targets),
            Ops::Differentiable => Ok(self.logits_and_states(sources, targets)?.0),
        }
    }

    /// [`T5::logits`] with gradients, and beside them what the head makes its scores of: the decoder's states, (B, T, D).
    pub fn logits_and_states(
        &self,
        sources: &[&[TokenId]],
        targets: &[&[TokenId]],
    ) -> Result<(Tensor, Tensor), ModelError> {
        let x = self.states(sources, targets)?; // (N, D)
        let longest = longest("target", targets)?; // T
        // A place behind the end of a target holds what stands in the first.
        let places: Vec<u32> = places(targets, longest).map(|place| place.unwrap_or(0) as u32).collect();
        let x = x.index_select(&Tensor::from_vec(places, targets.len() * longest, &Device::Cpu)?, 0)?; // (B·T, D)
        let scaled = match self.head.scale {
            Some(scale) => (&x * scale)?,
            None => x.clone(),
        };
        let logits = self.head.linear.forward(&scaled)?; // (B·T, V)
        let shape = (targets.len(), longest, ());
        Ok((logits.reshape(shape)?, x.reshape(shape)?))
    }

    /// Log-probabilities of given targets, (B, T), and 0 behind the end of a shorter one; sources and errors as in
    /// [`T5::logits`]. Gradients reach every variable. Where the head does not learn, the scores of the whole vocabulary are
    /// gone when this returns.
    pub fn log_probs(&self, sources: &[&[TokenId]], targets: &[&[TokenId]]) -> Result<Tensor, ModelError> {
        let longest = longest("target", targets)?;
        let places: Vec<Option<usize>> = places(targets, longest).collect();
        let shape = (targets.len(), longest);
        if let Some(matrix) = self.head.linear.frozen() {
            let head = scored::Head { matrix, scale: self.head.scale.unwrap_or(1.0) as f32 };
            let x = self.states(sources, targets)?;
            return Ok(head.log_probs(&x, &targets.concat(), places, shape)?);
        }
        let logits = self.logits(sources, targets, Ops::Differentiable)?; // (B, T, V)
        let tokens = Tensor::from_vec(padded(targets, longest, 0), shape, &Device::Cpu)?.unsqueeze(2)?;
        let log_probs = (logits.gather(&tokens, 2)?.squeeze(2)? - logits.log_sum_exp(2)?)?;
        let inside = places.iter().map(|place| if place.is_some() { 1.0_f32 } else { 0.0 });
        Ok((log_probs * Tensor::from_iter(inside, &Device::Cpu)?.reshape(shape)?)?)
    }

    fn logits_fused(&self, sources: &[&[TokenId]], targets: &[&[TokenId]]) -> Result<Tensor, ModelError> {
        let reading = self.read(sources)?;
        let each = targets.len() / sources.len();
        let rows: Vec<usize> = (0..targets.len()).map(|target| target / each).collect();
        let new: Vec<usize> = targets.iter().map(|target| target.len()).collect();
        let tokens = self.inputs(targets);
        let (mut x, mut buffers, mut scores) = (Vec::new(), Buffers::default(), Vec::new());
        let mut past = Past::new(self.decoder.layers(), rows.len());
        self.write(&tokens, &rows, &new, &mut past, &reading.sources, &mut x, &mut buffers)?;
        self.score(&x, &mut buffers, &mut scores)?;
        let (longest, vocab) = (longest("target", targets)?, self.config.vocab_size);
        let mut logits = vec![0.0; targets.len() * longest * vocab];
        let mut begin = 0;
        for (logits, target) in logits.chunks_exact_mut(longest * vocab).zip(targets) {
            let numbers = &scores[begin..begin + target.len() * vocab];
            logits[..numbers.len()].copy_from_slice(numbers);
            begin += numbers.len();
        }
        Ok(Tensor::from_vec(logits, (targets.len(), longest, vocab), &Device::Cpu)?)
    }

    /// The decoder's states before each token of the targets, one after the other without padding: (N, D), with gradients.
    fn states(&self, sources: &[&[TokenId]], targets: &[&[TokenId]]) -> Result<Tensor, ModelError> {
        check(sources, targets)?;
        longest("source", sources)?;
        let (read, written) = (ranges(sources), ranges(targets));
        let encoded = self.encoder.forward(self.embedding.forward(&sources.concat())?, &read)?; // (N of sources, D)
        let x = self.embedding.forward(&self.inputs(targets))?; // (N, D)
        Ok(self.decoder.forward(x, &written, &encoded, &read)?)
    }

    /// What the decoder reads where it is to write the targets: their tokens moved on by one place, the start token first.
    fn inputs(&self, targets: &[&[TokenId]]) -> Vec<TokenId> {
        let mut tokens = Vec::new();
        for target in targets {
            tokens.push(self.config.decoder_start_token_id);
            tokens.extend_from_slice(&target[..target.len() - 1]);
        }
        tokens
    }

    /// Every matrix that can take an adapter, by its Hugging Face name without `.weight`, in the order of the
    /// network. A head that is the embedding table is not among them.
    pub fn linears_mut(&mut self) -> Vec<(String, &mut Linear)> {
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
        sources: &Sources,
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

/// For each place of rows that are brought to the length of the longest, (B, T), where its token stands when they follow each
/// other; `None` behind the end of a row.
fn places(rows: &[&[TokenId]], longest: usize) -> impl Iterator<Item = Option<usize>> {
    let each = ranges(rows).into_iter();
    each.flat_map(move |range| (0..longest).map(move |at| (at < range.len()).then_some(range.start + at)))
}

/// Whether each source has as many targets, and none is empty or too long.
fn check(sources: &[&[TokenId]], targets: &[&[TokenId]]) -> Result<(), ModelError> {
    if sources.is_empty() || !targets.len().is_multiple_of(sources.len()) {
        let expected = format!("as many for each of {} sources", sources.len());
        return Err(input("targets", expected, targets.len()));
    }
    longest("target", targets).map(drop)
}

/// Rows brought to the length of the longest.
fn padded(rows: &[&[TokenId]], longest: usize, pad: TokenId) -> Vec<TokenId> {
    let mut tokens = Vec::with_capacity(rows.len() * longest);
    for row in rows {
        tokens.extend_from_slice(row);
        tokens.resize(tokens.len() + longest - row.len(), pad);
    }
    tokens
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
