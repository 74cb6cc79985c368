//! Learning from targets to imitate.

mod bins;
mod cross_entropy;
mod reward_tokens;
mod reward_weighted;

pub use bins::Bins;
pub use cross_entropy::CrossEntropy;
pub use reward_tokens::RewardTokens;
pub use reward_weighted::RewardWeighted;

use crate::Scores;

/// Targets to imitate: B demonstrations.
#[derive(Debug, Clone)]
pub struct DemonstrationScores {
    /// The policy's.
    pub policy: Scores,
    /// The same targets with the adapter off, where the loss [asks for it](DemonstrationLoss::needs_reference); without
    /// gradient.
    pub reference: Option<Scores>,
    /// How much each demonstration counts.
    pub weights: Vec<f32>,
    /// By how much each target's reward exceeds the mean of its kind (r − r̄), where the loss
    /// [asks for it](DemonstrationLoss::needs_advantages).
    pub advantages: Option<Vec<f32>>,
}

losses! {
    /// How demonstrations are learned from.
    DemonstrationLoss(DemonstrationScores) { CrossEntropy, RewardTokens, RewardWeighted }
}

impl DemonstrationLoss {
    /// Whether the loss looks at the reference's scores.
    pub fn needs_reference(&self) -> bool {
        matches!(self, Self::RewardTokens(loss) if loss.kl > 0.0)
    }

    /// Whether the loss looks at rewards.
    pub fn needs_advantages(&self) -> bool {
        matches!(self, Self::RewardWeighted(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_names_a_loss() {
        let loss: DemonstrationLoss = toml::from_str("loss = 'reward-tokens'\nkl = 0.05").unwrap();
        assert_eq!(loss, DemonstrationLoss::RewardTokens(RewardTokens { kl: 0.05 }));
        assert!(loss.needs_reference() && !loss.needs_advantages());
        assert!(toml::from_str::<DemonstrationLoss>("loss = 'reward-tokens'\nkk = 0.05").is_err());
        assert!(toml::from_str::<DemonstrationLoss>("loss = 'dpo'").is_err());
        let refused: DemonstrationLoss = toml::from_str("loss = 'reward-tokens'\nkl = -1.0").unwrap();
        assert_eq!(refused.check().unwrap_err().to_string(), "kl is -1; expected 0 or more");
    }
}
