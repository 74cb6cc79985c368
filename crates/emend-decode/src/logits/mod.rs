//! What may come next.
//!
//! A processor sees one hypothesis and changes one row of log-probabilities: minus infinity forbids a token,
//! anything larger makes it more or less likely. It must leave every value at or below zero, so that a beam
//! can tell when no unfinished hypothesis can win any more. Rows need not sum to one afterwards.
//!
//! A good member does one thing, names its switched-off value, ignores token ids outside the vocabulary,
//! and has a test in which a hypothesis would break the rule without it. Processors never touch the
//! log-probabilities that are reported: those are always the model's own.

mod forbidden_words;
mod forced_words;
mod length;
mod no_repeat_ngram;
mod order;
mod repetition;
mod temperature;
mod top_k;
mod top_p;
mod unwritable;

pub use forbidden_words::ForbiddenWords;
pub use forced_words::ForcedWords;
pub use length::Length;
pub use no_repeat_ngram::NoRepeatNgram;
pub use repetition::Repetition;
pub use temperature::Temperature;
pub use top_k::TopK;
pub use top_p::TopP;
pub use unwritable::Unwritable;

use crate::{Limits, TokenId};

/// The hypothesis whose next token is being decided.
#[derive(Debug, Clone, Copy)]
pub struct SoFar<'a> {
    /// Which source it rewrites, from 0.
    pub source: usize,
    /// What it has written, without the start token.
    pub tokens: &'a [TokenId],
    /// The limits of this source.
    pub limits: Limits,
}

/// Changes the log-probabilities of the next token.
pub trait LogitsProcessor {
    /// Adjusts `log_probs`, one value per token of the vocabulary, for the hypothesis `so_far`.
    fn adjust(&self, so_far: &SoFar<'_>, log_probs: &mut [f32]);
}

/// Forbids one token; an id outside the vocabulary is forbidden already.
fn forbid(log_probs: &mut [f32], token: TokenId) {
    if let Some(value) = log_probs.get_mut(token as usize) {
        *value = f32::NEG_INFINITY;
    }
}

/// Forbids all tokens but one.
fn allow_only(log_probs: &mut [f32], token: TokenId) {
    for (other, value) in log_probs.iter_mut().enumerate() {
        if other != token as usize {
            *value = f32::NEG_INFINITY;
        }
    }
}

#[cfg(test)]
mod testing {
    use super::*;

    /// Runs one processor over a row of probabilities and returns probabilities (not normalised).
    pub(super) fn adjusted(processor: &dyn LogitsProcessor, tokens: &[TokenId], probs: &[f32]) -> Vec<f32> {
        let mut row: Vec<f32> = probs.iter().map(|p| p.ln()).collect();
        let limits = Limits { max_tokens: 6, start: 0, end: 1 };
        processor.adjust(&SoFar { source: 0, tokens, limits }, &mut row);
        row.into_iter().map(f32::exp).collect()
    }

    /// The tokens that are still possible.
    pub(super) fn allowed(
        processor: &dyn LogitsProcessor,
        tokens: &[TokenId],
        probs: &[f32],
    ) -> Vec<TokenId> {
        let row = adjusted(processor, tokens, probs);
        (0..).zip(row).filter(|(_, p)| *p > 0.0).map(|(token, _)| token).collect()
    }
}
