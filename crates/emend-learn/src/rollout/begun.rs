//! Rewrites that somebody else began.

use emend_decode::{LogitsProcessor, SoFar, TokenId};

/// For each source the tokens that every rewrite begins with.
pub(super) struct Begun<'b>(pub(super) &'b [Vec<TokenId>]);

impl LogitsProcessor for Begun<'_> {
    fn adjust(&self, so_far: &SoFar<'_>, log_probs: &mut [f32]) {
        let begun = self.0.get(so_far.source).and_then(|begun| begun.get(so_far.tokens.len()));
        let Some(&token) = begun else { return };
        for (other, value) in log_probs.iter_mut().enumerate() {
            // The one that is left has to be possible, however unlikely the policy finds it.
            *value = if other == token as usize { 0.0 } else { f32::NEG_INFINITY };
        }
    }
}

#[cfg(test)]
mod tests {
    use emend_decode::Limits;

    use super::*;

    #[test]
    fn each_source_begins_as_it_was_begun() {
        let begun = [vec![2, 0], Vec::new()];
        let limits = Limits { max_tokens: 6, start: 0, end: 1 };
        let after = |source, tokens: &[TokenId]| {
            let mut row = [-1.0, -2.0, f32::NEG_INFINITY];
            Begun(&begun).adjust(&SoFar { source, tokens, limits }, &mut row);
            row.iter().map(|value| value.is_finite()).collect::<Vec<_>>()
        };
        assert_eq!(after(0, &[]), [false, false, true]);
        assert_eq!(after(0, &[2]), [true, false, false]);
        assert_eq!(after(0, &[2, 0]), [true, true, false]);
        assert_eq!(after(1, &[]), [true, true, false]);
    }
}
