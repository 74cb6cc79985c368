//! Top-k: only the k most likely tokens.

use super::{LogitsProcessor, SoFar};

/// Keeps the k most likely tokens (Fan et al. 2018) and, among equals, the smallest ids. 0 = off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopK(pub usize);

impl LogitsProcessor for TopK {
    fn adjust(&self, _: &SoFar<'_>, log_probs: &mut [f32]) {
        if self.0 == 0 || self.0 >= log_probs.len() {
            return;
        }
        let mut order: Vec<usize> = (0..log_probs.len()).collect();
        order.select_nth_unstable_by(self.0, |&a, &b| log_probs[b].total_cmp(&log_probs[a]).then(a.cmp(&b)));
        for &token in &order[self.0..] {
            log_probs[token] = f32::NEG_INFINITY;
        }
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
