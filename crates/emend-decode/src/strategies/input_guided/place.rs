//! Where in its source an output is.

use crate::TokenId;

/// The longest piece of output that is looked for in the source.
const LONGEST_NGRAM: usize = 3;
/// A single token is a weak sign: it counts only this many tokens around the expected place.
const NEAR: usize = 8;

/// How a place was found, from the strongest sign to the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// The output has just repeated the source.
    InStep,
    /// The last two or three tokens stand there in the source.
    Ngram,
    /// The last token does.
    Token,
    /// By no sign: each token of the source was taken to give one of the output.
    Assumed,
}

/// The place in a source that an output has come to.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    text: &'a [TokenId],
    /// What should come next; at most the length of the text.
    next: usize,
    found: Found,
}

impl<'a> Place<'a> {
    /// The beginning of `text`.
    pub(super) fn new(text: &'a [TokenId]) -> Self {
        Self { text, next: 0, found: Found::InStep }
    }

    /// The rest of the source.
    pub(super) fn ahead(&self) -> &'a [TokenId] {
        &self.text[self.next..]
    }

    pub(super) fn found(&self) -> Found {
        self.found
    }

    /// Moves on after `output` has grown by `accepted` tokens of [`Place::ahead`] and one more.
    pub(super) fn follow(&mut self, output: &[TokenId], accepted: usize) {
        let expected = self.next + accepted;
        let (next, found) = if self.text.get(expected) == output.last() {
            (expected + 1, Found::InStep)
        } else {
            self.synchronise(output, expected)
        };
        (self.next, self.found) = (next.min(self.text.len()), found);
    }

    /// The place nearest to the expected one that the longest possible end of the output stands before.
    fn synchronise(&self, output: &[TokenId], expected: usize) -> (usize, Found) {
        for n in (1..=LONGEST_NGRAM.min(output.len())).rev() {
            let ngram = &output[output.len() - n..];
            let ends = (n..=self.text.len()).filter(|&end| self.text[end - n..end] == *ngram);
            if let Some(end) = ends.min_by_key(|end| end.abs_diff(expected)) {
                if n > 1 {
                    return (end, Found::Ngram);
                }
                if end.abs_diff(expected) <= NEAR {
                    return (end, Found::Token);
                }
            }
        }
        (expected + 1, Found::Assumed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place in 10 11 12 13 14 12 15 after the output has said `output`, of which the first `accepted` were drafted.
    fn after(output: &[TokenId], accepted: usize) -> (usize, Found) {
        let mut place = Place::new(&[10, 11, 12, 13, 14, 12, 15]);
        place.follow(output, accepted);
        (place.next, place.found)
    }

    #[test]
    fn a_draft_that_was_too_short_keeps_step() {
        assert_eq!(after(&[10, 11, 12], 2), (3, Found::InStep));
        assert_eq!(after(&[10], 0), (1, Found::InStep));
    }

    #[test]
    fn a_deletion_is_found_by_the_token_after_it() {
        assert_eq!(after(&[10, 11, 13], 2), (4, Found::Token));
        assert_eq!(after(&[11], 0), (2, Found::Token));
    }

    #[test]
    fn a_token_that_occurs_twice_is_the_nearer_one_and_two_tokens_tell_them_apart() {
        assert_eq!(after(&[12], 0), (3, Found::Token));
        assert_eq!(after(&[10, 14, 12], 1), (6, Found::Ngram));
    }

    #[test]
    fn a_substitution_is_assumed() {
        assert_eq!(after(&[10, 99], 1), (2, Found::Assumed));
    }

    #[test]
    fn the_place_never_leaves_the_text() {
        let mut place = Place::new(&[10]);
        for length in 1..5 {
            place.follow(&vec![99; length], 0);
            assert!(place.ahead().is_empty() && place.next <= 1);
        }
        let mut nothing = Place::new(&[]);
        nothing.follow(&[5], 0);
        assert!(nothing.ahead().is_empty());
    }

    #[test]
    fn a_lone_token_far_away_is_no_sign() {
        let text: Vec<TokenId> = (0..40).collect();
        let mut place = Place::new(&text);
        place.follow(&[30], 0);
        assert_eq!((place.next, place.found), (1, Found::Assumed));
        place.follow(&[30, 31], 0);
        assert_eq!((place.next, place.found), (32, Found::Ngram));
    }
}
