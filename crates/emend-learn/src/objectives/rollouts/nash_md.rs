//! Nash-MD: win against a mixture of oneself and the reference.

use candle_core::Result;
use serde::{Deserialize, Serialize};

use super::RolloutScores;
use crate::Checked;
use crate::objectives::Loss;
use crate::objectives::numeric::{column, k3, total};
use crate::range::not_negative;

/// `L = −(P(y ≻ y′) − ½)·log p(y) + τ·Σ_t sg(log p(y_t) − log p_ref(y_t))·log p(y_t)`
///
/// y is the policy's, y′ that of the mixture `log p_mix ∝ (1 − κ)·log p + κ·log p_ref`, and sg stops the gradient: it is
/// what the policy said when it wrote y. The advantages are [`preference`](crate::advantages::preference).
/// Source: Munos et al. 2023, section 7 (Nash-MD-PG).
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct NashMd {
    /// τ ≥ 0: pull towards the reference. Default 0.1.
    pub kl: f64,
}

impl Default for NashMd {
    fn default() -> Self {
        Self { kl: 0.1 }
    }
}

impl NashMd {
    /// The loss over some targets; its weight is in targets.
    pub fn loss(&self, batch: &RolloutScores) -> Result<Loss> {
        let tokens = batch.policy.tokens(); // (B, T)
        let ratios = (batch.behaviour.tokens().detach() - batch.reference.tokens())?;
        let pull = (ratios * tokens)?.sum_all()?;
        let advantages = column(&batch.advantages, tokens)?; // (B)
        let gain = (batch.policy.sums()? * advantages)?.sum_all()?;
        Ok(Loss {
            sum: ((pull * self.kl)? - gain)?,
            weight: batch.policy.lengths().len() as f64,
            metrics: vec![("kl", total(&k3(&batch.policy, &batch.reference)?)?)],
        })
    }

    /// Whether τ is in its range.
    pub fn check(&self) -> Checked {
        not_negative("kl", self.kl)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::super::tests::rollouts;
    use super::*;
    use crate::Scores;
    use crate::objectives::testing::{check_loss, near, scores, value};

    #[test]
    fn one_target() {
        // A = ¼, log p = −1, −2, log p_ref = −1.5, −1.5, τ = 2: 2·(½·(−1) − ½·(−2)) + ¼·3 = 1.75. By log p the gradient
        // is 2·(½, −½) − ¼ = (0.75, −1.25).
        let variable = Var::new(&[[-1f64, -2.0]], &Device::Cpu).unwrap();
        let policy = Scores::new(variable.as_tensor(), vec![2]).unwrap();
        let batch = RolloutScores {
            behaviour: policy.detached(),
            reference: scores(&[&[-1.5, -1.5]]),
            policy,
            entropies: None,
            advantages: vec![0.25],
            longest: 2,
        };
        let loss = NashMd { kl: 2.0 }.loss(&batch).unwrap();
        near(value(&loss.sum), 1.75);
        let gradient = loss.sum.backward().unwrap();
        let gradient: Vec<f64> = gradient.get(&variable).unwrap().get(0).unwrap().to_vec1().unwrap();
        near(gradient[0], 0.75);
        near(gradient[1], -1.25);
    }

    #[test]
    fn promises() {
        check_loss(1, |scores, items| NashMd { kl: 2.0 }.loss(&rollouts(scores, items)).unwrap());
    }
}
