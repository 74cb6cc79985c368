//! What a step minimises, a folder per kind of data and a file per loss.
//!
//! A loss is a plain function of log-probabilities ([`Scores`]); it knows no model, tokenizer or optimizer. It returns a
//! sum over its items and their total weight, not their mean: a step that is split into several passes adds both up and
//! divides once, so that eight passes of one item are one pass of eight.

use candle_core::Tensor;

use crate::Scores;

/// A loss over some items of a step.
#[derive(Debug, Clone)]
pub struct Loss {
    /// Σ over the items, a scalar with a gradient.
    pub sum: Tensor,
    /// What the sums of a whole step are divided by, once they are added up: items, tokens or their weights.
    pub weight: f64,
    /// Numbers worth a plot, each already a sum over the same items: divided by `weight` as well.
    pub metrics: Vec<(&'static str, f64)>,
}

/// Targets to imitate: B demonstrations.
#[derive(Debug, Clone)]
pub struct DemonstrationScores {
    /// The policy's.
    pub policy: Scores,
    /// The same targets with the adapter off; without gradient.
    pub reference: Option<Scores>,
    /// How much each demonstration counts.
    pub weights: Vec<f32>,
    /// How good each target is, where somebody said so.
    pub rewards: Option<Vec<f32>>,
}

/// Candidates for the same source in groups, each with its reward: what ranking losses compare.
#[derive(Debug, Clone)]
pub struct RankedScores {
    /// All candidates' scores, group after group.
    pub policy: Scores,
    /// Candidates in each group; they add up to B.
    pub groups: Vec<usize>,
    /// A reward per candidate.
    pub rewards: Vec<f32>,
}

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
    /// How far the policy has moved from the reference on other targets (KTO's z₀), over the whole step.
    pub divergence: f32,
}

/// B targets that the policy itself wrote.
#[derive(Debug, Clone)]
pub struct RolloutScores {
    /// The policy's, now.
    pub policy: Scores,
    /// When it wrote them; without gradient. The same as `policy` in the first pass over them.
    pub behaviour: Scores,
    /// With the adapter off; without gradient.
    pub reference: Scores,
    /// How much better than expected each target was.
    pub advantages: Vec<f32>,
    /// Most tokens a target may have.
    pub longest: usize,
}
