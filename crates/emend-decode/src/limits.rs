//! Where an output starts, ends, and must stop.

use crate::TokenId;

/// The limits of one source's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Decoding steps at most. The end token takes a step, too: an output of n tokens needs n + 1 to finish.
    /// 0 gives an empty, unfinished output.
    pub max_tokens: usize,
    /// The token that every output is read after (T5: the padding token).
    pub start: TokenId,
    /// The token that finishes an output.
    pub end: TokenId,
}

impl Limits {
    /// The same start and end, with `max_tokens` = `ratio` x `source_len` (rounded up) + `slack`, but never
    /// more than `self.max_tokens`: a rewrite is about as long as its source, and one that runs away is
    /// stopped early. Lengths are in tokens; a negative or undefined ratio counts as 0.
    #[must_use]
    pub fn relative(self, source_len: usize, ratio: f32, slack: usize) -> Self {
        // Casting saturates and maps NaN to 0, so that a huge ratio simply meets the cap.
        let scaled = (f64::from(ratio) * source_len as f64).ceil() as usize;
        Self { max_tokens: scaled.saturating_add(slack).min(self.max_tokens), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source_len: usize, ratio: f32, slack: usize, expected: usize) {
        let most = Limits { max_tokens: 100, start: 0, end: 1 };
        assert_eq!(most.relative(source_len, ratio, slack).max_tokens, expected);
    }

    #[test]
    fn limits_follow_the_source() {
        check(10, 1.5, 4, 19);
        check(3, 1.5, 0, 5); // 4.5 is rounded up
        check(0, 2.0, 8, 8);
        check(1000, 1.5, 4, 100); // the cap wins
        check(10, f32::INFINITY, 0, 100);
        check(10, f32::NAN, 3, 3);
        check(10, -1.0, 3, 3);
    }
}
