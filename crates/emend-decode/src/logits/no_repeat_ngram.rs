//! No n-gram twice.

use super::{LogitsProcessor, SoFar, forbid};

/// Forbids the token that would complete an n-gram which the output already contains (Paulus et al. 2018).
///
/// The value is n; 0 = off, 1 = no token twice. Good for long free text; in a rewrite the source may itself
/// repeat a phrase, so a small n does damage there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRepeatNgram(pub usize);

impl LogitsProcessor for NoRepeatNgram {
    fn adjust(&self, so_far: &SoFar<'_>, log_probs: &mut [f32]) {
        let (n, tokens) = (self.0, so_far.tokens);
        if n == 0 || tokens.len() < n {
            return;
        }
        let tail = &tokens[tokens.len() - (n - 1)..];
        for ngram in tokens.windows(n) {
            if ngram[..n - 1] == *tail {
                forbid(log_probs, ngram[n - 1]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::allowed;
    use super::*;

    const EVEN: [f32; 5] = [0.2; 5];

    #[test]
    fn forbids_what_followed_the_same_words_before() {
        assert_eq!(allowed(&NoRepeatNgram(2), &[2, 3, 4, 2], &EVEN), [0, 1, 2, 4]); // "2 3" exists
        assert_eq!(allowed(&NoRepeatNgram(3), &[2, 3, 4, 2, 3], &EVEN), [0, 1, 2, 3]); // "2 3 4" exists
        assert_eq!(allowed(&NoRepeatNgram(1), &[2, 3], &EVEN), [0, 1, 4]);
    }

    #[test]
    fn zero_is_off_and_short_outputs_are_free() {
        assert_eq!(allowed(&NoRepeatNgram(0), &[2, 2, 2], &EVEN).len(), 5);
        assert_eq!(allowed(&NoRepeatNgram(3), &[2, 2], &EVEN).len(), 5);
    }
}
