//! Learning from what the policy writes itself, one advantage per target.

mod clipped;
mod entropy;
mod nash_md;
mod normalisation;
mod policy_gradient;

use candle_core::Tensor;

pub(crate) use clipped::surrogate;
pub use clipped::{Clipped, Ratio};
pub(crate) use entropy::bonus;
pub use entropy::entropies;
pub use nash_md::NashMd;
pub use normalisation::Normalisation;
pub use policy_gradient::PolicyGradient;

use crate::Scores;

/// B targets that the policy itself wrote.
#[derive(Debug, Clone)]
pub struct RolloutScores {
    /// The policy's, now.
    pub policy: Scores,
    /// When it wrote them; without gradient. The same as `policy` in the first pass over them.
    pub behaviour: Scores,
    /// With the adapter off; without gradient.
    pub reference: Scores,
    /// [`entropies`] of the policy at each token, (B, T), where the loss [asks for
    /// them](RolloutLoss::needs_entropies).
    pub entropies: Option<Tensor>,
    /// How much better than expected each target was.
    pub advantages: Vec<f32>,
    /// Most tokens that a target may have.
    pub longest: usize,
}

losses! {
    /// How the policy's own targets are learned from.
    RolloutLoss(RolloutScores) { PolicyGradient, Clipped }
}

impl RolloutLoss {
    /// Whether the loss looks at entropies.
    pub fn needs_entropies(&self) -> bool {
        match self {
            Self::PolicyGradient(loss) => loss.entropy > 0.0,
            Self::Clipped(loss) => loss.entropy > 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rollouts with advantages of both signs, for the promises of every loss.
    pub(super) fn rollouts(
        [policy, behaviour, reference]: [Scores; 3],
        items: std::ops::Range<usize>,
    ) -> RolloutScores {
        // Any function of the log-probabilities will do as an entropy; behind the end it is garbage.
        let entropies = Some((policy.tokens().sqr().unwrap() + 0.3).unwrap());
        let advantages = [1.0, -0.5, 0.25, -2.0][items].to_vec();
        RolloutScores { policy, behaviour, reference, entropies, advantages, longest: 8 }
    }

    #[test]
    fn a_recipe_names_a_loss() {
        let toml = "loss = 'clipped'\nratio = 'sequence'\nnormalisation = 'constant-length'\nkl = 0.1";
        let loss: RolloutLoss = toml::from_str(toml).unwrap();
        let expected = Clipped {
            ratio: Ratio::Sequence,
            normalisation: Normalisation::ConstantLength,
            kl: 0.1,
            ..Clipped::default()
        };
        assert_eq!(loss, RolloutLoss::Clipped(expected));
        assert!(loss.check().is_ok() && !loss.needs_entropies());
    }
}
