//! Direct preference optimisation.

use candle_core::Result;
use serde::{Deserialize, Serialize};

use super::{PairScores, logistic};
use crate::Checked;
use crate::objectives::Loss;
use crate::range::{not_negative, positive, require};

/// `L = −(1 − ε)·log σ(z) − ε·log σ(−z)`, `z = β·[Δ(y⁺) − Δ(y⁻) − λ·max(0, −Δ(y⁺))]`, `Δ(y) = log p(y) − log p_ref(y)`
///
/// Source: Rafailov et al. 2023, equation 7; ε: Mitchell 2023, "A note on DPO with noisy preferences"; λ: Pal et al. 2024
/// (DPO-Positive), equation 3.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dpo {
    /// β > 0: how closely the policy keeps to the reference. Default 0.1.
    pub beta: f64,
    /// ε in [0, 0.5): the share of preferences that are taken to be noise. Default 0.
    pub label_smoothing: f64,
    /// λ ≥ 0: how much it costs when the preferred target becomes less likely than under the reference, which a large
    /// gap to the other one would allow. Default 0.
    pub positive: f64,
}

impl Default for Dpo {
    fn default() -> Self {
        Self { beta: 0.1, label_smoothing: 0.0, positive: 0.0 }
    }
}

impl Dpo {
    /// The loss over some pairs; its weight is in pairs.
    pub fn loss(&self, batch: &PairScores) -> Result<Loss> {
        let lost = (batch.chosen_gain()?.neg()?.relu()? * self.positive)?; // (P)
        let margins = ((batch.gap()? - lost)? * self.beta)?;
        batch.sum(&logistic(&margins, self.label_smoothing)?, &margins)
    }

    /// Whether β, ε and λ are in their ranges.
    pub fn check(&self) -> Checked {
        positive("beta", self.beta)?;
        not_negative("positive", self.positive)?;
        smoothing(self.label_smoothing)
    }
}

/// From ε = ½ on, the loss would say nothing, or the opposite.
pub(super) fn smoothing(found: f64) -> Checked {
    require("label_smoothing", found, "at least 0 and below 0.5", (0.0..0.5).contains(&found))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{pair, pairs};
    use super::*;
    use crate::objectives::testing::{check_loss, metric, near, value};

    #[test]
    fn one_pair() {
        // z = 0.5·(1 − (−2)) = 1.5: log(1 + e^−1.5), and with ε = 0.1 that plus 0.1·1.5.
        let loss = Dpo { beta: 0.5, ..Dpo::default() }.loss(&pair()).unwrap();
        near(value(&loss.sum), (1.0 + (-1.5_f64).exp()).ln());
        near(metric(&loss, "margin"), 1.5);
        near(metric(&loss, "accuracy"), 1.0);
        let smoothed = Dpo { beta: 0.5, label_smoothing: 0.1, positive: 0.0 }.loss(&pair()).unwrap();
        near(value(&smoothed.sum), (1.0 + (-1.5_f64).exp()).ln() + 0.15);
    }

    #[test]
    fn a_preferred_target_that_became_less_likely_costs() {
        // Both lose: Δ(y⁺) = −1, Δ(y⁻) = −2. The gap is 1, less λ·1 = 3: z = ½·(1 − 3) = −1.
        let mut batch = pair();
        std::mem::swap(&mut batch.chosen, &mut batch.reference_chosen);
        let loss = Dpo { beta: 0.5, positive: 3.0, ..Dpo::default() }.loss(&batch).unwrap();
        near(metric(&loss, "margin"), -1.0);
        near(value(&loss.sum), (1.0 + 1_f64.exp()).ln());
        // As long as it gains, nothing is different.
        let gains = Dpo { beta: 0.5, positive: 3.0, ..Dpo::default() }.loss(&pair()).unwrap();
        near(metric(&gains, "margin"), 1.5);
    }

    #[test]
    fn at_the_reference_it_is_log_two() {
        let mut batch = pair();
        batch.reference_chosen = batch.chosen.clone();
        batch.reference_rejected = batch.rejected.clone();
        near(value(&Dpo::default().loss(&batch).unwrap().sum), std::f64::consts::LN_2);
    }

    #[test]
    fn promises() {
        check_loss(2, |scores, items| {
            Dpo { beta: 0.7, label_smoothing: 0.2, positive: 1.5 }.loss(&pairs(scores, items)).unwrap()
        });
    }
}
