//! Words that must not be written.

use super::{LogitsProcessor, SoFar, forbid};
use crate::TokenId;

/// Forbids whole token sequences. A word of several tokens may begin; only its last token is forbidden, so
/// its pieces stay available to other words. Empty sequences are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForbiddenWords(pub Vec<Vec<TokenId>>);

impl LogitsProcessor for ForbiddenWords {
    fn adjust(&self, so_far: &SoFar<'_>, log_probs: &mut [f32]) {
        for word in &self.0 {
            if let Some((&last, beginning)) = word.split_last()
                && so_far.tokens.ends_with(beginning)
            {
                forbid(log_probs, last);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::allowed;
    use super::*;

    #[test]
    fn only_the_last_piece_in_its_context_is_forbidden() {
        let words = ForbiddenWords(vec![vec![2, 3], vec![4], vec![], vec![99]]);
        assert_eq!(allowed(&words, &[], &[0.2; 5]), [0, 1, 2, 3]);
        assert_eq!(allowed(&words, &[2], &[0.2; 5]), [0, 1, 2]);
        assert_eq!(allowed(&words, &[2, 0], &[0.2; 5]), [0, 1, 2, 3]);
    }
}
