//! Proximal policy optimisation with a value head.
//!
//! With [`restriction`](super::restriction) in the policy's and the behaviour's scores it is NLPO; with
//! [`Rto`](crate::advantages::Rto) rewards it is RTO.

use candle_core::Result;
use serde::{Deserialize, Serialize};

use super::ValuedScores;
use crate::Checked;
use crate::objectives::Loss;
use crate::objectives::rollouts::{Normalisation, bonus, surrogate};
use crate::range::{not_negative, positive, require};

/// `L = −min(ρA, clip(ρ, 1 ± ε)·A) + c·max((V − R)², (V_b + clip(V − V_b, ±ε_v) − R)²) − η·H`, mean over tokens
///
/// `ρ = p(y_t) / p_behaviour(y_t)` and `V_b` is the value when the target was written. A pull to the reference is part
/// of the rewards.
/// Source: Schulman et al. 2017, equations 7 and 9; the clipped value is from its released code.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ppo {
    /// ε in (0, 1). Default 0.2.
    pub clip: f64,
    /// `ε_v > 0`; without it values are not clipped. Default none.
    pub value_clip: Option<f64>,
    /// c ≥ 0. Default 0.1.
    pub value_weight: f64,
    /// η ≥ 0: weight of the mean entropy per token. Default 0.
    pub entropy: f64,
}

impl Default for Ppo {
    fn default() -> Self {
        Self { clip: 0.2, value_clip: None, value_weight: 0.1, entropy: 0.0 }
    }
}

impl Ppo {
    /// The loss over some targets; its weight is in tokens.
    pub fn loss(&self, batch: &ValuedScores) -> Result<Loss> {
        let (policy, how, mask) = (&batch.policy, Normalisation::Token, batch.policy.mask());
        let ratio = (policy.tokens() - batch.behaviour.tokens())?.exp()?; // (B, T)
        let (gains, clipped) = surrogate(&ratio, &batch.advantages, self.clip, self.clip)?;
        let mut errors = (&batch.values - &batch.returns)?.sqr()?; // (B, T)
        if let Some(clip) = self.value_clip {
            let moved = (&batch.values - &batch.behaviour_values)?.clamp(-clip, clip)?;
            let bounded = (&batch.behaviour_values + moved)?;
            errors = errors.maximum(&(bounded - &batch.returns)?.sqr()?)?;
        }
        let errors = (errors * mask)?;
        let losses = ((&errors * self.value_weight)? - (gains * mask)?)?;
        let (sum, weight) = how.sum(&losses, policy, 0)?;
        let metrics = vec![
            ("clipped", how.metric(&(clipped * mask)?, policy)?),
            ("value_error", how.metric(&errors, policy)?),
        ];
        let loss = Loss { sum, weight, metrics };
        bonus(loss, self.entropy, batch.entropies.as_ref(), policy, (how, 0))
    }

    /// Whether all numbers are in their ranges.
    pub fn check(&self) -> Checked {
        require("clip", self.clip, "above 0 and below 1", 0.0 < self.clip && self.clip < 1.0)?;
        if let Some(clip) = self.value_clip {
            positive("value_clip", clip)?;
        }
        not_negative("value_weight", self.value_weight)?;
        not_negative("entropy", self.entropy)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::objectives::testing::{check_loss, metric, near, scores, value};

    fn row(numbers: &[f64]) -> Tensor {
        Tensor::new(numbers, &Device::Cpu).unwrap().unsqueeze(0).unwrap()
    }

    #[test]
    fn two_tokens() {
        // Ratios 2 and 1, A = 1 and −1: −(1.2 − 1). V = 1, 0 and R = ½, ½: ½·(¼ + ¼).
        let two = std::f64::consts::LN_2;
        let batch = ValuedScores {
            policy: scores(&[&[two - 2.0, -1.0]]),
            behaviour: scores(&[&[-2.0, -1.0]]),
            entropies: None,
            advantages: row(&[1.0, -1.0]),
            values: row(&[1.0, 0.0]),
            behaviour_values: row(&[0.0, 0.0]),
            returns: row(&[0.5, 0.5]),
        };
        let plain = Ppo { value_weight: 0.5, ..Ppo::default() };
        let loss = plain.loss(&batch).unwrap();
        near(value(&loss.sum), -0.2 + 0.25);
        near(loss.weight, 2.0);
        near(metric(&loss, "clipped"), 1.0);
        near(metric(&loss, "value_error"), 0.5);
        // Clipped to ±0.1, the first value is 0.1: its error is the larger one, (0.1 − ½)² < (1 − ½)², so ¼ stays.
        let clipped = Ppo { value_clip: Some(0.1), ..plain };
        near(value(&clipped.loss(&batch).unwrap().sum), -0.2 + 0.25);
        // From V_b = 0 towards R = 2, a value of 1 counts as 0.1: (0.1 − 2)² > (1 − 2)².
        let far = ValuedScores { returns: row(&[2.0, 0.0]), ..batch };
        near(value(&clipped.loss(&far).unwrap().sum), -0.2 + 0.5 * 1.9 * 1.9);
    }

    #[test]
    fn promises() {
        // The second of what learns are the values; those of tokens that a target does not have must not count.
        check_loss(2, |[policy, values, behaviour, before], _| {
            let batch = ValuedScores {
                entropies: Some(policy.tokens().sqr().unwrap()),
                advantages: (behaviour.tokens() + 1.0).unwrap(),
                returns: ((before.tokens() * 0.5).unwrap() + 1.0).unwrap(),
                values: values.tokens().clone(),
                behaviour_values: before.tokens().clone(),
                policy,
                behaviour,
            };
            let loss = Ppo { clip: 0.2, value_clip: Some(0.3), value_weight: 0.4, entropy: 0.1 };
            loss.loss(&batch).unwrap()
        });
    }
}
