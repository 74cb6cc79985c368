//! Learning from several targets of the same source, best to worst.

mod rrhf;

pub use rrhf::Rrhf;

use crate::Scores;

/// Candidates for the same source in groups, each with its reward.
#[derive(Debug, Clone)]
pub struct RankedScores {
    /// All candidates' scores, group after group.
    pub policy: Scores,
    /// Candidates in each group, at least one; they add up to B.
    pub groups: Vec<usize>,
    /// A reward per candidate.
    pub rewards: Vec<f32>,
}

losses! {
    /// How rankings are learned from.
    RankedLoss(RankedScores) { Rrhf }
}
