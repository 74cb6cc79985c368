//! What a model scores but nobody can read.

use super::{LogitsProcessor, SoFar, forbid};
use crate::TokenId;

/// Forbids what has no text: padding, and the rows by which a model's output is wider than its vocabulary. Off when
/// `pad` and `known` are beyond the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unwritable {
    /// The padding token.
    pub pad: TokenId,
    /// Tokens of the vocabulary; ids from here on have no text.
    pub known: usize,
}

impl LogitsProcessor for Unwritable {
    fn adjust(&self, _: &SoFar<'_>, log_probs: &mut [f32]) {
        forbid(log_probs, self.pad);
        if let Some(nameless) = log_probs.get_mut(self.known..) {
            nameless.fill(f32::NEG_INFINITY);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::allowed;
    use super::*;

    #[test]
    fn only_tokens_with_a_text_are_left() {
        assert_eq!(
            allowed(&Unwritable { pad: 0, known: 4 }, &[], &[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]),
            [1, 2, 3]
        );
        assert_eq!(allowed(&Unwritable { pad: 9, known: 9 }, &[], &[0.5, 0.5]), [0, 1]);
    }
}
