//! Top-p: only the nucleus of the distribution.

use super::order::{keep_to, likelier, with_order};
use super::{LogitsProcessor, SoFar};

/// Keeps the smallest set of most likely tokens whose probabilities sum to at least p (nucleus sampling,
/// Holtzman et al. 2020). The row is normalised first, so it may follow a temperature or a top-k.
///
/// 1 (and more) is off; 0 (and less, or NaN) keeps one token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TopP(pub f32);

impl LogitsProcessor for TopP {
    fn adjust(&self, _: &SoFar<'_>, log_probs: &mut [f32]) {
        if self.0 >= 1.0 || log_probs.is_empty() {
            return;
        }
        let p = f64::from(if self.0 > 0.0 { self.0 } else { 0.0 });
        let max = log_probs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        if max == f32::NEG_INFINITY {
            return;
        }
        let weight = |value: f32| f64::from(value - max).exp();
        let total: f64 = log_probs.iter().map(|&value| weight(value)).sum();
        // All tokens below this share together weigh less than 1 - p, so none of them is in the nucleus: only
        // the few above it need sorting.
        let floor = (1.0 - p) / log_probs.len() as f64 * total;
        with_order(log_probs.len(), |order| {
            order.extend((0..log_probs.len()).filter(|&token| weight(log_probs[token]) >= floor));
            order.sort_unstable_by(|&a, &b| likelier(log_probs, a, b));
            let mut mass = 0.0;
            let is_last = |&&token: &&usize| {
                mass += weight(log_probs[token]);
                mass >= p * total
            };
            // Rounding may leave the sum a little short of all of them.
            match order.iter().find(is_last).or(order.last()) {
                Some(&last) => keep_to(last, log_probs),
                // No numbers to compare: a row with NaN allows nothing.
                None => log_probs.fill(f32::NEG_INFINITY),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::allowed;
    use super::*;

    #[test]
    fn keeps_the_smallest_set_that_reaches_p() {
        let probs = [0.1, 0.45, 0.15, 0.3];
        assert_eq!(allowed(&TopP(0.4), &[], &probs), [1]);
        assert_eq!(allowed(&TopP(0.5), &[], &probs), [1, 3]);
        assert_eq!(allowed(&TopP(0.8), &[], &probs), [1, 2, 3]);
        assert_eq!(allowed(&TopP(1.0), &[], &probs), [0, 1, 2, 3]);
        assert_eq!(allowed(&TopP(0.0), &[], &probs), [1]);
        assert_eq!(allowed(&TopP(f32::NAN), &[], &probs), [1]);
    }

    #[test]
    fn a_row_that_is_no_distribution_allows_nothing() {
        assert!(allowed(&TopP(0.5), &[], &[0.5, f32::NAN]).is_empty());
    }

    #[test]
    fn a_row_that_does_not_sum_to_one_is_normalised_first() {
        // Half of the mass was removed by an earlier processor: 0.3 of 0.4 is 0.75.
        assert_eq!(allowed(&TopP(0.7), &[], &[0.0, 0.3, 0.1]), [1]);
        assert_eq!(allowed(&TopP(0.8), &[], &[0.0, 0.3, 0.1]), [1, 2]);
    }
}
