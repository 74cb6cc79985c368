//! A guide rolls in: it begins a rewrite and the policy ends it, so that the policy learns from where a better writer is.
//!
//! Source: Chang et al. 2023 (RLGF), PPO++: a prefix from the guide, the rest and the reward from the policy.

use emend_decode::TokenId;
use rand::RngExt;
use serde::{Deserialize, Serialize};

use crate::Checked;
use crate::examples::{Demonstration, Prompt};
use crate::order::{Purpose, random};
use crate::range::proportion;
use crate::train::Run;

use super::Rollouts;

/// How often the guide begins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollIn {
    /// Share of the texts whose rewrites it begins, in [0, 1].
    pub share: f64,
}

impl RollIn {
    pub(crate) fn check(self) -> Checked {
        proportion("guide.share", self.share)
    }
}

/// A text, and how its rewrites begin.
pub(crate) struct Text<'p> {
    pub(crate) prompt: &'p Prompt,
    pub(crate) begun: Vec<TokenId>,
}

/// The policy writes all of it.
pub(crate) fn whole(prompt: &Prompt) -> Text<'_> {
    Text { prompt, begun: Vec::new() }
}

/// Texts that the guide has rewritten; as many tokens of it as chance will have it, and at least one is the policy's.
pub(crate) fn begun<'r>(
    method: &Rollouts,
    run: &Run<'_>,
    rewrites: &[&'r Demonstration],
    step: usize,
) -> Vec<Text<'r>> {
    let mut random = random(run.recipe.seed, Purpose::RollIn, step as u64);
    let share = method.guide.map_or(0.0, |guide| guide.share);
    rewrites
        .iter()
        .map(|rewrite| {
            let most = rewrite.target.len().min(rewrite.prompt.limits.max_tokens).saturating_sub(1);
            let count = if random.random_bool(share) { random.random_range(0..=most) } else { 0 };
            Text { prompt: &rewrite.prompt, begun: rewrite.target[..count].to_vec() }
        })
        .collect()
}
