//! Learning from preferences.

mod dpo;
mod ipo;
mod length_normalised_dpo;
mod xpo;

use candle_core::{Result, Tensor};

pub use dpo::Dpo;
pub use ipo::Ipo;
pub use length_normalised_dpo::LengthNormalisedDpo;
pub use xpo::Xpo;

use super::Loss;
use super::numeric::{column, log_sigmoid, total, weight};
use crate::Scores;

/// P pairs, of which one target was preferred.
#[derive(Debug, Clone)]
pub struct PairScores {
    /// The preferred targets.
    pub chosen: Scores,
    /// The others.
    pub rejected: Scores,
    /// The preferred targets with the adapter off; without gradient.
    pub reference_chosen: Scores,
    /// The others with the adapter off; without gradient.
    pub reference_rejected: Scores,
    /// How much each pair counts.
    pub weights: Vec<f32>,
    /// Which of the two the reference wrote, where the pair is a sample of each (XPO's optimism).
    pub from_reference: Option<Vec<Written>>,
}

/// Which half of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The preferred one.
    Chosen,
    /// The other one.
    Rejected,
}

losses! {
    /// How preferences are learned from.
    PairLoss(PairScores) { Dpo, Ipo, LengthNormalisedDpo, Xpo }
}

impl PairLoss {
    /// Whether the pairs must be a sample of the policy and one of the reference each.
    pub fn needs_samples(&self) -> bool {
        matches!(self, Self::Xpo(_))
    }
}

impl PairScores {
    /// `Δ(y⁺) − Δ(y⁻)` with `Δ(y) = log p(y) − log p_ref(y)`, (P).
    fn gap(&self) -> Result<Tensor> {
        self.chosen_gain()? - (self.rejected.sums()? - self.reference_rejected.sums()?)?
    }

    /// Δ(y⁺), (P).
    fn chosen_gain(&self) -> Result<Tensor> {
        self.chosen.sums()? - self.reference_chosen.sums()?
    }

    /// The gap per token of each target, (P).
    fn gap_per_token(&self) -> Result<Tensor> {
        let chosen = (self.chosen.means()? - self.reference_chosen.means()?)?;
        let rejected = (self.rejected.means()? - self.reference_rejected.means()?)?;
        chosen - rejected
    }

    /// Σ w·loss, where `margins` (P) are positive when the policy agrees with the preference.
    fn sum(&self, losses: &Tensor, margins: &Tensor) -> Result<Loss> {
        let weights = column(&self.weights, losses)?; // (P)
        let agrees = margins.gt(0.0)?.to_dtype(weights.dtype())?;
        let metrics =
            vec![("margin", total(&(margins * &weights)?)?), ("accuracy", total(&(agrees * &weights)?)?)];
        Ok(Loss { sum: (losses * weights)?.sum_all()?, weight: weight(&self.weights), metrics })
    }
}

/// −(1 − ε)·log σ(z) − ε·log σ(−z), elementwise.
fn logistic(margins: &Tensor, label_smoothing: f64) -> Result<Tensor> {
    let kept = (log_sigmoid(margins)? * (label_smoothing - 1.0))?;
    if label_smoothing == 0.0 {
        return Ok(kept);
    }
    kept - (log_sigmoid(&margins.neg()?)? * label_smoothing)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objectives::testing::scores;

    /// One pair with Δ(y⁺) = 1 over two tokens and Δ(y⁻) = −2 over one.
    pub(super) fn pair() -> PairScores {
        PairScores {
            chosen: scores(&[&[-1.0, -2.0]]),
            rejected: scores(&[&[-3.0]]),
            reference_chosen: scores(&[&[-2.0, -2.0]]),
            reference_rejected: scores(&[&[-1.0]]),
            weights: vec![1.0],
            from_reference: None,
        }
    }

    /// Pairs with unequal weights, for the promises of every loss.
    pub(super) fn pairs(
        [chosen, rejected, reference_chosen, reference_rejected]: [Scores; 4],
        items: std::ops::Range<usize>,
    ) -> PairScores {
        use Written::{Chosen, Rejected};
        PairScores {
            chosen,
            rejected,
            reference_chosen,
            reference_rejected,
            weights: [1.0, 0.5, 2.0, 0.25][items.clone()].to_vec(),
            from_reference: Some([Chosen, Rejected, Rejected, Chosen][items].to_vec()),
        }
    }

    #[test]
    fn a_recipe_names_a_loss() {
        let loss: PairLoss = toml::from_str("loss = 'dpo'").unwrap();
        assert_eq!(loss, PairLoss::Dpo(Dpo::default()));
        let loss: PairLoss = toml::from_str("loss = 'length-normalised-dpo'\nbeta = 2.0").unwrap();
        assert!(loss.check().is_ok() && !loss.needs_samples());
        assert!(toml::from_str::<PairLoss>("loss = 'ipo'\nbeta = 0.0").unwrap().check().is_err());
    }
}
