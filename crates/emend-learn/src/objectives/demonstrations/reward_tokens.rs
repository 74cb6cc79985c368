//! Reward tokens (Quark, STEER): imitation of targets whose source says how good each is.
//!
//! The source begins with a token per attribute, which names the [bin](super::Bins) of the target's reward. Trained on
//! good and bad targets alike, the model learns what each bin reads like; asked for the best bins, it writes that.

use candle_core::{Result, bail};
use serde::{Deserialize, Serialize};

use super::{CrossEntropy, DemonstrationScores};
use crate::Checked;
use crate::objectives::Loss;
use crate::objectives::numeric::{column, k3, total};
use crate::range::not_negative;

/// `L = −Σ_b w_b Σ_t [log p(y_bt | bins(y_b), x_b, y_b<t) − β·k3_bt] / Σ_b w_b |y_b|`
///
/// k3 estimates KL(policy ‖ reference) at each token of the target; the reference reads the source without bins.
/// Source: Lu et al. 2022 (Quark), algorithm 1; Hallinan et al. 2023 (STEER) for several attributes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RewardTokens {
    /// β ≥ 0: pull towards the reference. Default 0, as STEER was released; Quark used 0.05.
    pub kl: f64,
}

impl RewardTokens {
    /// The loss over some demonstrations whose sources have their reward tokens; its weight is in tokens.
    pub fn loss(&self, batch: &DemonstrationScores) -> Result<Loss> {
        let mut loss = CrossEntropy {}.loss(batch)?;
        if self.kl > 0.0 {
            let Some(reference) = &batch.reference else {
                bail!("reward tokens with kl = {} need the reference's scores", self.kl)
            };
            let weights = column(&batch.weights, batch.policy.tokens())?; // (B)
            let divergence = (k3(&batch.policy, reference)?.sum(1)? * weights)?.sum_all()?;
            loss.metrics.push(("kl", total(&divergence)?));
            loss.sum = (loss.sum + (divergence * self.kl)?)?;
        }
        Ok(loss)
    }

    /// Whether β is in its range.
    pub fn check(&self) -> Checked {
        not_negative("kl", self.kl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objectives::testing::{check_loss, near, scores, value};

    #[test]
    fn one_target_with_a_pull() {
        // p = ½, ¼ under the policy and ¼, ¼ under the reference: NLL = log 2 + log 4 = 3 log 2; k3 = log 2 − ½ at the
        // first token and 0 at the second. With β = ½: 3.5 log 2 − ¼.
        let half = -std::f64::consts::LN_2;
        let batch = DemonstrationScores {
            policy: scores(&[&[half, 2.0 * half]]),
            reference: Some(scores(&[&[2.0 * half, 2.0 * half]])),
            weights: vec![1.0],
            advantages: None,
        };
        let loss = RewardTokens { kl: 0.5 }.loss(&batch).unwrap();
        near(value(&loss.sum), -3.5 * half - 0.25);
        near(loss.weight, 2.0);
        let without = DemonstrationScores { reference: None, ..batch };
        near(value(&RewardTokens::default().loss(&without).unwrap().sum), -3.0 * half);
        assert!(RewardTokens { kl: 0.5 }.loss(&without).is_err());
    }

    #[test]
    fn promises() {
        check_loss(1, |[policy, reference], items| {
            let weights = [1.0, 0.5, 2.0, 0.25][items].to_vec();
            let batch = DemonstrationScores { policy, reference: Some(reference), weights, advantages: None };
            RewardTokens { kl: 0.3 }.loss(&batch).unwrap()
        });
    }
}
