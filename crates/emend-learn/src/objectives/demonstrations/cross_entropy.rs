//! Imitation: the negative log-likelihood of the target.

use candle_core::Result;
use serde::{Deserialize, Serialize};

use super::DemonstrationScores;
use crate::Checked;
use crate::objectives::Loss;
use crate::objectives::numeric::{column, total};

/// `L = −Σ_b w_b Σ_t log p(y_bt | x_b, y_b<t) / Σ_b w_b |y_b|`
///
/// The mean is over tokens, so that a long target counts as much as all its tokens. No parameters.
/// Source: Sutskever, Vinyals and Le 2014, section 2.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrossEntropy {}

impl CrossEntropy {
    /// The loss over some demonstrations; its weight is in tokens.
    pub fn loss(&self, batch: &DemonstrationScores) -> Result<Loss> {
        let weights = column(&batch.weights, batch.policy.tokens())?; // (B)
        let sum = (batch.policy.sums()? * weights)?.sum_all()?.neg()?;
        let weight = tokens(batch);
        let metrics = vec![("nll", total(&sum)?)];
        Ok(Loss { sum, weight, metrics })
    }

    /// There is nothing to check.
    pub fn check(&self) -> Checked {
        Ok(())
    }
}

/// `Σ_b w_b |y_b|`.
pub(super) fn tokens(batch: &DemonstrationScores) -> f64 {
    let lengths = batch.policy.lengths().iter();
    lengths.zip(&batch.weights).map(|(&length, &weight)| length as f64 * f64::from(weight)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objectives::testing::{check_loss, near, scores, value};

    #[test]
    fn two_weighted_targets() {
        // −(1·(−1 − 2) + 2·(−4)) = 11 over 1·2 + 2·1 = 4 tokens.
        let batch = DemonstrationScores {
            policy: scores(&[&[-1.0, -2.0], &[-4.0]]),
            reference: None,
            weights: vec![1.0, 2.0],
            advantages: None,
        };
        let loss = CrossEntropy {}.loss(&batch).unwrap();
        near(value(&loss.sum), 11.0);
        near(loss.weight, 4.0);
    }

    #[test]
    fn promises() {
        check_loss(1, |[policy], items| {
            let weights = [1.0, 0.5, 2.0, 0.25][items].to_vec();
            let batch = DemonstrationScores { policy, reference: None, weights, advantages: None };
            CrossEntropy {}.loss(&batch).unwrap()
        });
    }
}
