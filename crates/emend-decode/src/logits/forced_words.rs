//! Words that must be written.

use super::{LogitsProcessor, SoFar, allow_only, forbid};
use crate::TokenId;

/// Token sequences that the output must contain, each at least once.
///
/// The output cannot end while one is missing. The model chooses when to write them as long as there is room;
/// when the remaining steps are only just enough, the missing ones are written in the order given here. If
/// all of them fit the limit together, every finished output contains all of them. Empty sequences are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForcedWords(pub Vec<Vec<TokenId>>);

impl LogitsProcessor for ForcedWords {
    fn adjust(&self, so_far: &SoFar<'_>, log_probs: &mut [f32]) {
        let missing: Vec<&[TokenId]> =
            self.0.iter().map(Vec::as_slice).filter(|word| !contains(so_far.tokens, word)).collect();
        let Some(first) = missing.first() else { return };
        forbid(log_probs, so_far.limits.end);
        // Would everything, and the end token, still fit after one step that breaks off what is begun?
        let needed: usize = missing.iter().map(|word| word.len()).sum();
        if so_far.tokens.len() + 1 + needed + 1 > so_far.limits.max_tokens {
            allow_only(log_probs, first[begun(so_far.tokens, first)]);
        }
    }
}

fn contains(tokens: &[TokenId], word: &[TokenId]) -> bool {
    word.is_empty() || tokens.windows(word.len()).any(|window| window == word)
}

/// How much of `word`, which `tokens` does not contain, stands at the end of `tokens`.
fn begun(tokens: &[TokenId], word: &[TokenId]) -> usize {
    (1..word.len()).rev().find(|&length| tokens.ends_with(&word[..length])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::allowed;
    use super::*;

    #[test]
    fn free_while_there_is_room_then_forced() {
        // The limit of the test harness is 6 steps; 1 is the end token.
        let words = ForcedWords(vec![vec![2, 3]]);
        assert_eq!(allowed(&words, &[4, 4], &[0.2; 5]), [0, 2, 3, 4], "may not end, but may wait");
        assert_eq!(allowed(&words, &[4, 4, 4], &[0.2; 5]), [2], "2, 3 and the end just fit");
        assert_eq!(allowed(&words, &[4, 4, 4, 2], &[0.2; 5]), [3], "what was begun is completed");
        assert_eq!(allowed(&words, &[2, 3, 4], &[0.2; 5]), [0, 1, 2, 3, 4], "nothing is missing");
    }

    #[test]
    fn several_words_are_written_one_after_the_other() {
        let words = ForcedWords(vec![vec![2, 3], vec![], vec![4]]);
        assert_eq!(allowed(&words, &[0, 0], &[0.2; 5]), [2]);
        assert_eq!(allowed(&words, &[0, 0, 2, 3], &[0.2; 5]), [4]);
    }
}
