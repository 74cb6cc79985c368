//! DPO whose log-ratios are means over tokens, so that length is no way to win.

use candle_core::Result;
use serde::{Deserialize, Serialize};

use super::dpo::smoothing;
use super::{PairScores, logistic};
use crate::Checked;
use crate::objectives::Loss;
use crate::range::positive;

/// `L = −(1 − ε)·log σ(z) − ε·log σ(−z)`, `z = β·[Δ(y⁺) / |y⁺| − Δ(y⁻) / |y⁻|]`
///
/// Source: Lambert et al. 2024 (Tülu 3), with the length normalisation of Meng et al. 2024.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LengthNormalisedDpo {
    /// β > 0; larger than DPO's, because a mean is smaller than a sum. Default 5.
    pub beta: f64,
    /// ε in [0, 0.5): the share of preferences that are taken to be noise. Default 0.
    pub label_smoothing: f64,
}

impl Default for LengthNormalisedDpo {
    fn default() -> Self {
        Self { beta: 5.0, label_smoothing: 0.0 }
    }
}

impl LengthNormalisedDpo {
    /// The loss over some pairs; its weight is in pairs.
    pub fn loss(&self, batch: &PairScores) -> Result<Loss> {
        let margins = (batch.gap_per_token()? * self.beta)?;
        batch.sum(&logistic(&margins, self.label_smoothing)?, &margins)
    }

    /// Whether β and ε are in their ranges.
    pub fn check(&self) -> Checked {
        positive("beta", self.beta)?;
        smoothing(self.label_smoothing)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{pair, pairs};
    use super::*;
    use crate::objectives::testing::{check_loss, metric, near, value};

    #[test]
    fn one_pair() {
        // Δ⁺ = 1 over two tokens, Δ⁻ = −2 over one: z = 2·(½ + 2) = 5.
        let loss = LengthNormalisedDpo { beta: 2.0, label_smoothing: 0.0 }.loss(&pair()).unwrap();
        near(metric(&loss, "margin"), 5.0);
        near(value(&loss.sum), (1.0 + (-5_f64).exp()).ln());
    }

    #[test]
    fn promises() {
        check_loss(2, |scores, items| {
            LengthNormalisedDpo { beta: 3.0, label_smoothing: 0.1 }.loss(&pairs(scores, items)).unwrap()
        });
    }
}
