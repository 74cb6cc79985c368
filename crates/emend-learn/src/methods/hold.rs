//! Texts that need no change, beside decisions: to leave them alone must not become less likely than the base makes it.
//!
//! Whoever takes a rewrite prefers it to its text, so a policy that learns from decisions also learns to touch texts, those
//! included that were fine. This asks for nothing but what the base does already, so it is right for every intent.

use serde::{Deserialize, Serialize};

use super::clean;
use super::sampled::unchanged;
use super::update::Sum;
use crate::LearnError;
use crate::examples::Prompt;
use crate::objectives::{Loss, hold};
use crate::range::{Checked, positive};
use crate::train::Run;

/// How texts that need no change are held, where there are some.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Which part of a step's texts they are, in (0, 1). A step has at least one of them and one decision.
    pub share: f64,
    /// λ > 0: how much the loss of a nat on one of them counts beside the loss on one decision.
    pub weight: f64,
}

impl Hold {
    pub(super) fn check(&self) -> Checked {
        clean::check_share(self.share)?;
        positive("weight", self.weight)
    }

    /// Adds λ times the mean over `texts` of what was lost on them to what is in `sum`, which is the whole step but for
    /// them.
    pub(super) fn add(&self, run: &Run<'_>, texts: &[&Prompt], sum: &mut Sum) -> Result<(), LearnError> {
        // The step is divided by the weight of its decisions in the end.
        let count = sum.weight() / texts.len().max(1) as f64;
        for part in texts.chunks(run.recipe.pass) {
            let Loss { sum: lost, metrics, .. } = loss(run, part)?;
            let metrics = metrics.into_iter().map(|(name, value)| (name, value * count)).collect();
            sum.add(run, &Loss { sum: (lost * (self.weight * count))?, weight: 0.0, metrics })?;
        }
        Ok(())
    }
}

fn loss(run: &Run<'_>, texts: &[&Prompt]) -> Result<Loss, LearnError> {
    let targets: Vec<_> = texts.iter().map(|prompt| unchanged(run, prompt)).collect();
    let targets: Vec<_> = targets.iter().map(Vec::as_slice).collect();
    let sources: Vec<_> = texts.iter().map(|prompt| prompt.source.as_slice()).collect();
    let policy = run.learner.score(&sources, &targets)?;
    Ok(hold(&policy, &run.learner.score_reference(&sources, &targets)?)?)
}
