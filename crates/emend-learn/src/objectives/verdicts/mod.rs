//! Learning from single decisions.

mod kto;

pub use kto::Kto;

use crate::Scores;

/// B targets that were taken or refused, each on its own.
#[derive(Debug, Clone)]
pub struct VerdictScores {
    /// The policy's.
    pub policy: Scores,
    /// With the adapter off; without gradient.
    pub reference: Scores,
    /// What the person said.
    pub accepted: Vec<bool>,
    /// How much each verdict counts.
    pub weights: Vec<f32>,
    /// How far the policy has moved from the reference on other targets (KTO's z₀), over the whole step; at least 0.
    pub divergence: f32,
}

losses! {
    /// How single decisions are learned from.
    VerdictLoss(VerdictScores) { Kto }
}
