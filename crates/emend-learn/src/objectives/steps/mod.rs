//! Learning from targets whose parts were judged one by one.

mod direct_advantage;

pub use direct_advantage::DirectAdvantage;

use crate::Scores;

/// B targets in steps, such as sentences.
#[derive(Debug, Clone)]
pub struct StepScores {
    /// The policy's.
    pub policy: Scores,
    /// With the adapter off; without gradient.
    pub reference: Scores,
    /// The steps of each target from its first token on; no longer than the target together.
    pub steps: Vec<Vec<Step>>,
}

/// A run of tokens that was judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// How many tokens it has.
    pub tokens: usize,
    /// What the critic says after it, less what it said before.
    pub advantage: f32,
}

losses! {
    /// How judged steps are learned from.
    StepLoss(StepScores) { DirectAdvantage }
}
