//! Reward-weighted regression (RISE): better targets are imitated more.

use candle_core::{Result, bail};
use serde::{Deserialize, Serialize};

use super::cross_entropy::tokens;
use super::{CrossEntropy, DemonstrationScores};
use crate::Checked;
use crate::objectives::Loss;
use crate::range::positive;

/// `L = −Σ_b w_b · min(exp((r_b − r̄) / τ), c) · Σ_t log p(y_bt) / Σ_b w_b |y_b|`
///
/// Source: Qu et al. 2024 (RISE); Peters and Schaal 2007 for the exponential weight.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RewardWeighted {
    /// τ > 0, in units of the reward; smaller is greedier. Default 0.2, for rewards in [0, 1].
    pub temperature: f64,
    /// c > 0: most that a reward can multiply a target's weight by. Default 20.
    pub most: f64,
}

impl Default for RewardWeighted {
    fn default() -> Self {
        Self { temperature: 0.2, most: 20.0 }
    }
}

impl RewardWeighted {
    /// The loss over some demonstrations; its weight is in tokens, as if all rewards were equal.
    pub fn loss(&self, batch: &DemonstrationScores) -> Result<Loss> {
        let Some(advantages) = &batch.advantages else {
            bail!("reward-weighted regression needs a reward for each target")
        };
        let weigh = |(&weight, &advantage): (&f32, &f32)| {
            weight * (f64::from(advantage) / self.temperature).exp().min(self.most) as f32
        };
        let weights = batch.weights.iter().zip(advantages).map(weigh).collect();
        let weighted = DemonstrationScores { weights, ..batch.clone() };
        Ok(Loss { weight: tokens(batch), ..CrossEntropy {}.loss(&weighted)? })
    }

    /// Whether τ and c are in their ranges.
    pub fn check(&self) -> Checked {
        positive("temperature", self.temperature)?;
        positive("most", self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objectives::testing::{check_loss, scores, value};

    #[test]
    fn a_better_target_counts_more_up_to_a_limit() {
        // exp(0.2 / 0.5) = 1.4918 times 3, e⁻² times 4, and exp(6) cut to 5 times 1: 4.4755 + 0.5413 + 5.
        let batch = DemonstrationScores {
            policy: scores(&[&[-1.0, -2.0], &[-4.0], &[-1.0]]),
            reference: None,
            weights: vec![1.0; 3],
            advantages: Some(vec![0.2, -1.0, 3.0]),
        };
        let loss = RewardWeighted { temperature: 0.5, most: 5.0 }.loss(&batch).unwrap();
        let expected = 3.0 * 0.4_f64.exp() + 4.0 * (-2_f64).exp() + 5.0;
        // The weights are kept in single precision.
        assert!((value(&loss.sum) - expected).abs() < 1e-5, "{}", value(&loss.sum));
        assert!((loss.weight - 4.0).abs() < 1e-12);
        assert!(RewardWeighted::default().loss(&DemonstrationScores { advantages: None, ..batch }).is_err());
    }

    #[test]
    fn promises() {
        check_loss(1, |[policy], items| {
            let weights = [1.0, 0.5, 2.0, 0.25][items.clone()].to_vec();
            let advantages = Some([0.1, -0.4, 0.9, 0.0][items].to_vec());
            let batch = DemonstrationScores { policy, reference: None, weights, advantages };
            RewardWeighted::default().loss(&batch).unwrap()
        });
    }
}
