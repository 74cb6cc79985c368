//! A shortest and a longest output per source.

use super::{LogitsProcessor, SoFar, allow_only, forbid};

/// Bounds on the number of tokens written, without the end token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Length {
    /// For each source (shortest, longest). Sources beyond the list are free. Below the shortest the end
    /// token is forbidden; at the longest only the end token is left, so that the output is finished rather
    /// than cut off. Where the two contradict each other, the longest wins.
    pub bounds: Vec<(usize, usize)>,
}

impl LogitsProcessor for Length {
    fn adjust(&self, so_far: &SoFar<'_>, log_probs: &mut [f32]) {
        let Some(&(shortest, longest)) = self.bounds.get(so_far.source) else { return };
        if so_far.tokens.len() >= longest {
            allow_only(log_probs, so_far.limits.end);
        } else if so_far.tokens.len() < shortest {
            forbid(log_probs, so_far.limits.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::allowed;
    use super::*;

    #[test]
    fn the_end_waits_for_the_shortest_and_comes_at_the_longest() {
        let length = Length { bounds: vec![(1, 2)] };
        assert_eq!(allowed(&length, &[], &[0.25; 4]), [0, 2, 3]);
        assert_eq!(allowed(&length, &[2], &[0.25; 4]), [0, 1, 2, 3]);
        assert_eq!(allowed(&length, &[2, 3], &[0.25; 4]), [1]);
        assert_eq!(allowed(&Length::default(), &[], &[0.25; 4]).len(), 4, "no bounds for this source");
    }
}
