//! What every strategy is given, and the one step that every strategy takes.

use crate::log_probs::{Broken, log_softmax};
use crate::{Cancel, DecodeError, Limits, LogitsProcessor, NextToken, SoFar, TokenId};

/// The frame of a search, the same for all strategies.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// One per source, in the order in which the model read the sources.
    pub limits: &'a [Limits],
    /// What may come next, applied in this order; empty for the model's own distribution.
    pub processors: &'a [&'a dyn LogitsProcessor],
    /// Looked at before each token.
    pub cancel: &'a Cancel,
}

impl Search<'_> {
    /// A state with one row per source, checked against the limits.
    pub(crate) fn start<M: NextToken>(&self, model: &M) -> Result<M::State, DecodeError<M::Error>> {
        let state = model.start().map_err(DecodeError::Model)?;
        let (expected, found) = (model.rows(&state), self.limits.len());
        if expected == found { Ok(state) } else { Err(DecodeError::Sources { expected, found }) }
    }

    /// Replaces the content of `adjusted` with `log_probs` after all processors.
    pub(crate) fn adjust(
        &self,
        log_probs: &[f32],
        source: usize,
        tokens: &[TokenId],
        adjusted: &mut Vec<f32>,
    ) {
        adjusted.clear();
        adjusted.extend_from_slice(log_probs);
        let so_far = SoFar { source, tokens, limits: self.limits[source] };
        for processor in self.processors {
            processor.adjust(&so_far, adjusted);
        }
        // A processor that divides by zero must not win every comparison afterwards.
        for value in adjusted.iter_mut().filter(|value| value.is_nan()) {
            *value = f32::NEG_INFINITY;
        }
    }
}

/// Reads `next`, one token per row, and leaves each row's log-probabilities in `log_probs`, (rows, V), and their entropies in
/// `entropies`, in the place of what both held.
///
/// `sources[row]` says which source a row belongs to.
pub(crate) fn read<M: NextToken>(
    model: &M,
    state: &mut M::State,
    next: &[TokenId],
    sources: impl Fn(usize) -> usize,
    log_probs: &mut Vec<f32>,
    entropies: &mut Vec<f32>,
) -> Result<(), DecodeError<M::Error>> {
    let position = model.len(state);
    model.append(state, next, 1, log_probs).map_err(DecodeError::Model)?;
    check_shape(model, next.len(), log_probs)?;
    entropies.clear();
    for (row, scores) in log_probs.chunks_exact_mut(model.vocab_size()).enumerate() {
        entropies.push(normalise(scores, sources(row), position)?);
    }
    Ok(())
}

/// Refuses anything but `rows` rows of scores.
pub(crate) fn check_shape<M: NextToken>(
    model: &M,
    rows: usize,
    scores: &[f32],
) -> Result<(), DecodeError<M::Error>> {
    let vocab = model.vocab_size();
    if vocab == 0 || scores.len() != rows * vocab {
        return Err(DecodeError::Shape { rows, vocab, found: scores.len() });
    }
    Ok(())
}

/// Makes scores after `position` tokens of a hypothesis for `source_row` log-probabilities, and returns their entropy.
pub(crate) fn normalise<E>(
    scores: &mut [f32],
    source_row: usize,
    position: usize,
) -> Result<f32, DecodeError<E>> {
    log_softmax(scores).map_err(|broken| match broken {
        Broken::Score { token, value } => DecodeError::BrokenScore { source_row, position, token, value },
        Broken::Empty => DecodeError::NoScore { source_row, position },
    })
}
