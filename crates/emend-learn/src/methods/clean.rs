//! Texts that need no change, among those that a policy rewrites: what is right is to leave them alone.
//!
//! Critics compare a rewrite with its text and have little to say where nothing was wrong, so a policy that is rewarded by
//! them alone learns to touch what it should not. These texts have one reward of their own, weighed apart from the
//! critics' parts: under constraints (Moskovitz et al. 2024) it is one more constraint, with a multiplier of its own.

use emend_decode::TokenId;
use serde::{Deserialize, Serialize};

use super::sampled::unchanged;
use crate::Checked;
use crate::examples::Prompt;
use crate::mixing::Mixing;
use crate::order::{Purpose, batch};
use crate::range::{positive, require};
use crate::rollout::Rollout;
use crate::train::Run;

/// What the reward is called where metrics have names.
pub const LEFT_ALONE: &str = "left-alone";

/// A share of texts that need no change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clean {
    /// Which part of a step's texts they are, in (0, 1). A step has at least one of them and one other text.
    pub share: f64,
    /// How much leaving them alone counts beside staying near the reference: a rule for one part.
    pub mixing: Mixing,
}

impl Clean {
    pub(crate) fn check(&self) -> Checked {
        check_share(self.share)?;
        self.mixing.check(1)
    }
}

/// The same where every rewrite has a reward of its own, instead of being compared with others of its text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeighedClean {
    /// See [`Clean::share`].
    pub share: f64,
    /// What a text that is left alone is worth beside one that is not at all, above 0.
    pub weight: f32,
}

impl WeighedClean {
    pub(crate) fn check(self) -> Checked {
        check_share(self.share)?;
        positive("clean.weight", f64::from(self.weight))
    }
}

pub(crate) fn check_share(share: f64) -> Checked {
    require("share", share, "above 0 and below 1", 0.0 < share && share < 1.0)
}

/// How many of a step's `texts` such a share is; none of a single one.
pub(crate) fn count(share: f64, texts: usize) -> usize {
    ((share * texts as f64).round() as usize).max(1).min(texts.saturating_sub(1))
}

/// `count` of them for step `number`.
pub(crate) fn pick<'r>(run: &Run<'r>, count: usize, number: usize) -> Vec<&'r Prompt> {
    let all = &run.examples.clean;
    let chosen = batch(all.len(), count, run.recipe.seed, Purpose::Clean, number);
    chosen.into_iter().map(|at| &all[at]).collect()
}

/// Gives each rewrite its reward, and the text as it is a 1.
pub(crate) fn judge(run: &Run<'_>, rollouts: &mut [Rollout<'_>]) {
    for rollout in rollouts {
        let original = unchanged(run, rollout.prompt);
        for sample in &mut rollout.samples {
            let same = sample.text == rollout.prompt.text;
            sample.parts = vec![left_alone(same, &original, &sample.tokens)];
        }
        rollout.original = vec![1.0];
    }
}

/// How far texts were left alone on average.
pub(crate) fn mean(rollouts: &[Rollout<'_>]) -> f64 {
    let samples = || rollouts.iter().flat_map(|rollout| &rollout.samples);
    samples().map(|sample| f64::from(sample.parts[0])).sum::<f64>() / samples().count().max(1) as f64
}

/// 1 when the text is `same`; otherwise half of what is left when the tokens that differ are taken off, so that any change
/// costs more than how large it is.
fn left_alone(same: bool, text: &[TokenId], rewrite: &[TokenId]) -> f32 {
    if same {
        return 1.0;
    }
    let longest = text.len().max(rewrite.len()).max(1);
    0.5 * (1.0 - distance(text, rewrite) as f32 / longest as f32)
}

/// Levenshtein's distance: tokens to put in, take out or replace.
fn distance(a: &[TokenId], b: &[TokenId]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_costs_half_and_its_size() {
        assert!((left_alone(true, &[1, 2], &[3]) - 1.0).abs() < 1e-6, "the same text, however it is written");
        // Of four tokens one was replaced, one taken out, all replaced by other ones.
        assert!((left_alone(false, &[1, 2, 3, 4], &[1, 9, 3, 4]) - 0.375).abs() < 1e-6);
        assert!((left_alone(false, &[1, 2, 3, 4], &[1, 3, 4]) - 0.375).abs() < 1e-6);
        assert!(left_alone(false, &[1, 2, 3, 4], &[5, 6, 7, 8]).abs() < 1e-6);
        assert!((left_alone(false, &[], &[]) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn distances() {
        assert_eq!(distance(&[1, 2, 3], &[1, 2, 3]), 0);
        assert_eq!(distance(&[1, 2, 3], &[2, 3, 4]), 2);
        assert_eq!(distance(&[], &[1, 2]), 2);
        assert_eq!(distance(&[1, 2, 3, 4, 5], &[1, 4, 5]), 2);
    }

    #[test]
    fn a_step_keeps_at_least_one_text_of_each_kind() {
        let mixing = toml::from_str("rule = 'lagrange'\nconstraints = [{ at-least = 0.9 }]").unwrap();
        let clean = |share| Clean { share, mixing: Mixing::clone(&mixing) };
        assert_eq!([0.01, 0.25, 0.9, 0.99].map(|share| count(share, 8)), [1, 2, 7, 7]);
        assert_eq!(count(0.5, 1), 0);
        assert!(clean(0.5).check().is_ok() && clean(0.0).check().is_err() && clean(1.0).check().is_err());
    }
}
