//! Top-k: only the k most likely tokens.

use super::order::{keep_to, likelier, with_order};
use super::{LogitsProcessor, SoFar};

/// Keeps the k most likely tokens (Fan et al. 2018) and, among equals, the smallest ids. 0 = off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopK(pub usize);

impl LogitsProcessor for TopK {
    fn adjust(&self, _: &SoFar<'_>, log_probs: &mut [f32]) {
        if self.0 == 0 || self.0 >= log_probs.len() {
            return;
        }
        with_order(log_probs.len(), |order| {
            order.extend(0..log_probs.len());
            let (_, last, _) = order.select_nth_unstable_by(self.0 - 1, |&a, &b| likelier(log_probs, a, b));
            keep_to(*last, log_probs);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::allowed;
    use super::*;

    #[test]
    fn keeps_k_and_breaks_ties_by_id() {
        assert_eq!(allowed(&TopK(2), &[], &[0.1, 0.4, 0.3, 0.2]), [1, 2]);
        assert_eq!(allowed(&TopK(2), &[], &[0.25, 0.25, 0.25, 0.25]), [0, 1]);
    }

    #[test]
    fn zero_and_too_many_are_off() {
        assert_eq!(allowed(&TopK(0), &[], &[0.5, 0.5]), [0, 1]);
        assert_eq!(allowed(&TopK(9), &[], &[0.5, 0.5]), [0, 1]);
    }
}
