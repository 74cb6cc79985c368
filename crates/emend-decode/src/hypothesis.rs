//! What decoding returns.

use crate::TokenId;

/// Tokens that room is made for at most, before they are written: a limit may be any number.
const MOST_ROOM: usize = 1024;

/// One finished (or cut off) output sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// The tokens, without the start token and without the end token.
    pub tokens: Vec<TokenId>,
    /// Natural logarithm of the probability that the model, before any processor, gave each token: one per
    /// token of `tokens`, and one more for the end token when `finished`.
    pub logprobs: Vec<f32>,
    /// Entropy, in nats, of the distribution that each of these was taken from: 0 when the model saw no choice.
    pub entropies: Vec<f32>,
    /// True when the end token was written; false when the limit was reached or nothing was allowed any more.
    pub finished: bool,
    /// Which source it belongs to, from 0.
    pub source: usize,
}

impl Hypothesis {
    /// A hypothesis for `source` that has written nothing.
    pub(crate) fn new(source: usize) -> Self {
        Self { tokens: Vec::new(), logprobs: Vec::new(), entropies: Vec::new(), finished: false, source }
    }

    /// The same with room for `steps` tokens, so that writing one costs no allocation.
    pub(crate) fn with_room(source: usize, steps: usize) -> Self {
        let steps = steps.min(MOST_ROOM);
        Self {
            tokens: Vec::with_capacity(steps),
            logprobs: Vec::with_capacity(steps),
            entropies: Vec::with_capacity(steps),
            ..Self::new(source)
        }
    }

    /// Takes down that `token`'s place in `log_probs`, the model's own distribution, was chosen, and how open the choice was.
    pub(crate) fn choose(&mut self, token: TokenId, log_probs: &[f32], entropy: f32) {
        self.logprobs.push(log_probs[token as usize]);
        self.entropies.push(entropy);
    }

    /// Logarithm of the probability of the whole sequence; 0 for an empty unfinished one.
    pub fn logprob(&self) -> f32 {
        self.logprobs.iter().sum()
    }

    /// Mean log-probability per token (end included); 0 for an empty unfinished one.
    pub fn mean_logprob(&self) -> f32 {
        if self.logprobs.is_empty() { 0.0 } else { self.logprob() / self.logprobs.len() as f32 }
    }
}

/// How decoding ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoded {
    /// All hypotheses, ordered by source, then best first (samples: in the order drawn).
    Done(Vec<Hypothesis>),
    /// Somebody asked to stop; what was half written is dropped.
    Cancelled,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_include_the_end_token() {
        let written = Hypothesis {
            tokens: vec![7],
            logprobs: vec![-1.0, -3.0],
            entropies: vec![0.5, 0.1],
            finished: true,
            source: 0,
        };
        assert!((written.logprob() - -4.0).abs() < 1e-6);
        assert!((written.mean_logprob() - -2.0).abs() < 1e-6);
        assert!(Hypothesis::new(0).mean_logprob().abs() < 1e-6, "nothing written, nothing to average");
    }
}
