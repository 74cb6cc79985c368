//! What the model says of given targets (teacher forcing).

use candle_core::{Device, Tensor};
use emend_decode::TokenId;

use super::buffers::Buffers;
use super::prefix::slices;
use super::reading::input;
use super::state::Past;
use super::{Ops, T5, longest, ranges, scored};
use crate::error::ModelError;

impl T5 {
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
    /// [`T5::logits`]. With [`Ops::Differentiable`], gradients reach every variable. Where the head does not learn, the scores of
    /// the whole vocabulary are never there all at once.
    pub fn log_probs(
        &self,
        sources: &[&[TokenId]],
        targets: &[&[TokenId]],
        how: Ops,
    ) -> Result<Tensor, ModelError> {
        let longest = longest("target", targets)?;
        let places: Vec<Option<usize>> = places(targets, longest).collect();
        let shape = (targets.len(), longest);
        if let Some(matrix) = self.head.linear.frozen() {
            let head = scored::Head { matrix, scale: self.head.scale.unwrap_or(1.0) as f32 };
            let x = match how {
                Ops::Fused => self.states_fused(sources, targets)?,
                Ops::Differentiable => self.states(sources, targets)?,
            };
            return Ok(head.log_probs(&x, &targets.concat(), places, shape)?);
        }
        let logits = self.logits(sources, targets, how)?; // (B, T, V)
        let tokens = Tensor::from_vec(padded(targets, longest, 0), shape, &Device::Cpu)?.unsqueeze(2)?;
        let log_probs = (logits.gather(&tokens, 2)?.squeeze(2)? - logits.log_sum_exp(2)?)?;
        let inside = places.iter().map(|place| if place.is_some() { 1.0_f32 } else { 0.0 });
        Ok((log_probs * Tensor::from_iter(inside, &Device::Cpu)?.reshape(shape)?)?)
    }

    fn logits_fused(&self, sources: &[&[TokenId]], targets: &[&[TokenId]]) -> Result<Tensor, ModelError> {
        let (mut buffers, mut scores) = (Buffers::default(), Vec::new());
        let x = self.write_targets(sources, targets, &mut buffers)?;
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

    /// [`T5::states`] without gradients.
    fn states_fused(&self, sources: &[&[TokenId]], targets: &[&[TokenId]]) -> Result<Tensor, ModelError> {
        check(sources, targets)?;
        let mut buffers = Buffers::default();
        let x = self.write_targets(sources, targets, &mut buffers)?;
        self.decoder.normalise(&x, &mut buffers.normed)?;
        let states = buffers.normed.floats().to_vec();
        Ok(Tensor::from_vec(states, ((), self.config.d_model), &Device::Cpu)?)
    }

    /// Reads the sources, and lets the decoder read the targets: its output, not yet normalised, (N, D).
    fn write_targets(
        &self,
        sources: &[&[TokenId]],
        targets: &[&[TokenId]],
        buffers: &mut Buffers,
    ) -> Result<Vec<f32>, ModelError> {
        let reading = self.read(sources)?;
        let each = targets.len() / sources.len();
        let rows: Vec<usize> = (0..targets.len()).map(|target| target / each).collect();
        let new: Vec<usize> = targets.iter().map(|target| target.len()).collect();
        let mut x = Vec::new();
        let mut past = Past::new(self.decoder.layers(), rows.len());
        self.write(&self.inputs(targets), &rows, &new, &mut past, &reading.sources, &mut x, buffers)?;
        Ok(x)
    }

    /// The decoder's states before each token of the targets, one after the other without padding: (N, D), with gradients.
    fn states(&self, sources: &[&[TokenId]], targets: &[&[TokenId]]) -> Result<Tensor, ModelError> {
        check(sources, targets)?;
        let sources = self.prefix.before(sources);
        let sources = &slices(&sources)[..];
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
}

/// Whether each source has as many targets, and none is empty or too long.
fn check(sources: &[&[TokenId]], targets: &[&[TokenId]]) -> Result<(), ModelError> {
    if sources.is_empty() || !targets.len().is_multiple_of(sources.len()) {
        let expected = format!("as many for each of {} sources", sources.len());
        return Err(input("targets", expected, targets.len()));
    }
    longest("target", targets).map(drop)
}

/// For each place of rows that are brought to the length of the longest, (B, T), where its token stands when they follow each
/// other; `None` behind the end of a row.
fn places(rows: &[&[TokenId]], longest: usize) -> impl Iterator<Item = Option<usize>> {
    let each = ranges(rows).into_iter();
    each.flat_map(move |range| (0..longest).map(move |at| (at < range.len()).then_some(range.start + at)))
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
