//! The plain policy gradient: REINFORCE, and RLOO with advantages against the other samples.

use candle_core::Result;
use serde::{Deserialize, Serialize};

use super::entropy::bonus;
use super::{Normalisation, RolloutScores};
use crate::Checked;
use crate::objectives::Loss;
use crate::objectives::numeric::{column, k3};
use crate::range::not_negative;

/// `L = −A(y)·log p(y) / T_max − η·H`
///
/// For one update per batch of samples: then the policy that learns is the one that wrote, and there is no ratio to
/// clip. A pull to the reference is part of the advantages.
/// Source: Williams 1992 with a baseline; Ahmadian et al. 2024 (RLOO); the constant divisor is that of Liu et al. 2025
/// (Dr. GRPO).
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyGradient {
    /// What a target's log-probability is divided by. Default constant length, which leaves the gradient's direction
    /// that of the expected advantage.
    pub normalisation: Normalisation,
    /// η ≥ 0: weight of the tokens' entropy, which is divided as the rest is. Default 0.
    pub entropy: f64,
}

impl Default for PolicyGradient {
    fn default() -> Self {
        Self { normalisation: Normalisation::ConstantLength, entropy: 0.0 }
    }
}

impl PolicyGradient {
    /// The loss over some targets.
    pub fn loss(&self, batch: &RolloutScores) -> Result<Loss> {
        let tokens = batch.policy.tokens(); // (B, T)
        let advantages = column(&batch.advantages, tokens)?.unsqueeze(1)?; // (B, 1)
        let losses = tokens.broadcast_mul(&advantages)?.neg()?;
        let (sum, weight) = self.normalisation.sum(&losses, &batch.policy, batch.longest)?;
        let divergence = k3(&batch.policy, &batch.reference)?;
        let metrics = vec![("kl", self.normalisation.metric(&divergence, &batch.policy)?)];
        let how = (self.normalisation, batch.longest);
        bonus(Loss { sum, weight, metrics }, self.entropy, batch.entropies.as_ref(), &batch.policy, how)
    }

    /// Whether η is in its range.
    pub fn check(&self) -> Checked {
        not_negative("entropy", self.entropy)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::rollouts;
    use super::*;
    use crate::objectives::testing::{check_loss, metric, near, scores, value};

    #[test]
    fn two_targets() {
        // −(2·(−1 − 2) − 1·(−4)) / 8 = 2 / 8.
        let policy = scores(&[&[-1.0, -2.0], &[-4.0]]);
        let batch = RolloutScores {
            behaviour: policy.clone(),
            reference: policy.clone(),
            policy,
            entropies: None,
            advantages: vec![2.0, -1.0],
            longest: 8,
        };
        let loss = PolicyGradient::default().loss(&batch).unwrap();
        near(value(&loss.sum), 0.25);
        near(loss.weight, 2.0);
        near(metric(&loss, "kl"), 0.0);
        assert!(PolicyGradient { entropy: 0.1, ..PolicyGradient::default() }.loss(&batch).is_err());
    }

    #[test]
    fn promises() {
        use Normalisation::{ConstantLength, Sequence, Token};
        for normalisation in [Token, Sequence, ConstantLength] {
            check_loss(1, |scores, items| {
                PolicyGradient { normalisation, entropy: 0.2 }.loss(&rollouts(scores, items)).unwrap()
            });
        }
    }

    #[test]
    fn promises_behind_what_a_guide_began() {
        check_loss(1, |scores, items| {
            // All of a target, some of it, and none.
            let begun = &[2, 0, 1, 9][items.clone()];
            let scores = scores.map(|scores| scores.after(begun).unwrap());
            PolicyGradient::default().loss(&rollouts(scores, items)).unwrap()
        });
    }
}
