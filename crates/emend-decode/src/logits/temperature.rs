//! Temperature: sharper or flatter than the model.

use super::{LogitsProcessor, SoFar, allow_only};
use crate::log_probs::argmax;

/// Divides log-probabilities by this number: below 1 the favourites win more often, above 1 less often.
///
/// 1 changes nothing. 0 (and anything that is not a positive number) leaves only the most likely token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperature(pub f32);

impl LogitsProcessor for Temperature {
    fn adjust(&self, _: &SoFar<'_>, log_probs: &mut [f32]) {
        if self.0 > 0.0 {
            for value in log_probs {
                // Minus infinity over infinity would be NaN; forbidden stays forbidden.
                if value.is_finite() {
                    *value /= self.0;
                }
            }
        } else if let Some(best) = argmax(log_probs) {
            allow_only(log_probs, best);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{adjusted, allowed};
    use super::*;

    #[test]
    fn half_squares_the_probabilities() {
        // exp(ln p / 0.5) = p^2
        let row = adjusted(&Temperature(0.5), &[], &[0.5, 0.3, 0.2]);
        for (found, expected) in row.iter().zip([0.25, 0.09, 0.04]) {
            assert!((found - expected).abs() < 1e-6, "{row:?}");
        }
    }

    #[test]
    fn no_temperature_is_greedy() {
        for cold in [0.0, -1.0, f32::NAN] {
            assert_eq!(allowed(&Temperature(cold), &[], &[0.2, 0.5, 0.3]), [1]);
        }
    }

    #[test]
    fn forbidden_stays_forbidden_at_any_heat() {
        assert_eq!(allowed(&Temperature(f32::INFINITY), &[], &[0.0, 0.5, 0.5]), [1, 2]);
    }
}
