//! Kahneman–Tversky optimisation: what was taken should gain on the reference, what was refused should lose.

use candle_core::Result;
use serde::{Deserialize, Serialize};

use super::VerdictScores;
use crate::Checked;
use crate::objectives::Loss;
use crate::objectives::numeric::{column, log_sigmoid, total, weight};
use crate::range::positive;

/// `L = λ_y·(1 − σ(s·β·(Δ(y) − z₀)))`, s = 1 for an accepted target and −1 for a refused one
///
/// `Δ(y) = log p(y) − log p_ref(y)`. z₀ is the batch's divergence and has no gradient.
/// Source: Ethayarajh et al. 2024, equation 8.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kto {
    /// β > 0: how soon a gain is enough. Default 0.1.
    pub beta: f64,
    /// λ of accepted targets, above 0. Default 1.
    pub accepted: f64,
    /// λ of refused targets, above 0. Default 1. The paper wants λ times count to be about equal for both.
    pub refused: f64,
}

impl Default for Kto {
    fn default() -> Self {
        Self { beta: 0.1, accepted: 1.0, refused: 1.0 }
    }
}

impl Kto {
    /// The loss over some verdicts; its weight is in verdicts.
    pub fn loss(&self, batch: &VerdictScores) -> Result<Loss> {
        let gains = (batch.policy.sums()? - batch.reference.sums()?)?; // (B)
        let of = |accepted: f32, refused: f32| {
            let numbers: Vec<f32> =
                batch.accepted.iter().map(|&taken| if taken { accepted } else { refused }).collect();
            column(&numbers, &gains)
        };
        let wanted = ((&gains - f64::from(batch.divergence))? * of(1.0, -1.0)?)?;
        // 1 − σ(z) = σ(−z).
        let losses = log_sigmoid(&(&wanted * -self.beta)?)?.exp()?;
        let weights = column(&batch.weights, &gains)?;
        let lambda = of(self.accepted as f32, self.refused as f32)?;
        let right = wanted.gt(0.0)?.to_dtype(gains.dtype())?;
        Ok(Loss {
            sum: ((losses * lambda)? * &weights)?.sum_all()?,
            weight: weight(&batch.weights),
            metrics: vec![
                ("accuracy", total(&(right * &weights)?)?),
                ("log_ratio", total(&(gains * weights)?)?),
            ],
        })
    }

    /// Whether β and λ are in their ranges.
    pub fn check(&self) -> Checked {
        positive("beta", self.beta)?;
        positive("accepted", self.accepted)?;
        positive("refused", self.refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objectives::testing::{check_loss, metric, near, scores, value};

    #[test]
    fn one_taken_and_one_refused() {
        // Δ = 2 and −1, z₀ = ½, β = 1: (1 − σ(1.5)) + 2·(1 − σ(1.5)) = 3 / (1 + e^1.5).
        let batch = VerdictScores {
            policy: scores(&[&[-1.0, -1.0], &[-3.0]]),
            reference: scores(&[&[-2.0, -2.0], &[-2.0]]),
            accepted: vec![true, false],
            weights: vec![1.0, 1.0],
            divergence: 0.5,
        };
        let loss = Kto { beta: 1.0, accepted: 1.0, refused: 2.0 }.loss(&batch).unwrap();
        near(value(&loss.sum), 3.0 / (1.0 + 1.5_f64.exp()));
        near(loss.weight, 2.0);
        near(metric(&loss, "accuracy"), 2.0);
        near(metric(&loss, "log_ratio"), 1.0);
    }

    #[test]
    fn promises() {
        check_loss(1, |[policy, reference], items| {
            let batch = VerdictScores {
                policy,
                reference,
                accepted: [true, false, false, true][items.clone()].to_vec(),
                weights: [1.0, 0.5, 2.0, 0.25][items].to_vec(),
                divergence: 0.25,
            };
            Kto { beta: 0.6, accepted: 1.5, refused: 0.75 }.loss(&batch).unwrap()
        });
    }
}
