//! Identity preference optimisation.

use candle_core::Result;
use serde::{Deserialize, Serialize};

use super::PairScores;
use crate::Checked;
use crate::objectives::Loss;
use crate::range::positive;

/// `L = (Δ(y⁺) − Δ(y⁻) − 1 / (2β))²`, `Δ(y) = log p(y) − log p_ref(y)`
///
/// The gap has a target and is not driven to infinity, which suits few preferences that never contradict each other.
/// Source: Azar et al. 2023, equation 17, where β is called τ.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ipo {
    /// β > 0: the gap aimed at is 1 / (2β) nats. Default 0.1.
    pub beta: f64,
}

impl Default for Ipo {
    fn default() -> Self {
        Self { beta: 0.1 }
    }
}

impl Ipo {
    /// The loss over some pairs; its weight is in pairs.
    pub fn loss(&self, batch: &PairScores) -> Result<Loss> {
        let gap = batch.gap()?;
        let squares = (&gap - 1.0 / (2.0 * self.beta))?.sqr()?;
        batch.sum(&squares, &(gap * self.beta)?)
    }

    /// Whether β is in its range.
    pub fn check(&self) -> Checked {
        positive("beta", self.beta)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{pair, pairs};
    use super::*;
    use crate::objectives::testing::{check_loss, near, value};

    #[test]
    fn one_pair() {
        // Gap 3; β = ¼ aims at 2: (3 − 2)² = 1. β = ⅙ aims at 3: 0.
        near(value(&Ipo { beta: 0.25 }.loss(&pair()).unwrap().sum), 1.0);
        near(value(&Ipo { beta: 1.0 / 6.0 }.loss(&pair()).unwrap().sum), 0.0);
    }

    #[test]
    fn promises() {
        check_loss(2, |scores, items| Ipo { beta: 0.2 }.loss(&pairs(scores, items)).unwrap());
    }
}
