//! The policy's rewrites with one reward each, for losses that compare or imitate them.

use emend_decode::TokenId;
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::clean;
use crate::examples::Prompt;
use crate::feedback::Judge;
use crate::mixing::FixedWeights;
use crate::order::{Purpose, random};
use crate::rollout::{Draw, Rollout, Writer, judge as ask, write};
use crate::train::{Run, Shown};
use crate::{Checked, LearnError};

/// Samples that a step shows.
const SHOWN: usize = 4;

/// How rewrites are made and what each is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sampled {
    /// Critics' ids.
    pub parts: Vec<String>,
    /// How much each part counts.
    pub reward: FixedWeights,
    /// How rewrites are sampled.
    #[serde(default)]
    pub draw: Draw,
}

impl Sampled {
    pub(crate) fn check(&self) -> Checked {
        self.draw.check()?;
        self.reward.check(self.parts.len())
    }

    /// The reward of what the critics said.
    pub(crate) fn worth(&self, parts: &[f32]) -> f32 {
        self.reward.reward(parts)
    }

    /// Judged rewrites of each prompt by `writer`; `None` when cancelled. `stream` keeps the random numbers of several
    /// calls in one step apart.
    pub(crate) fn write<'p>(
        &self,
        run: &Run<'_>,
        writer: Writer<'_>,
        prompts: &[&'p Prompt],
        at: (usize, u64),
        judge: Judge<'_>,
    ) -> Result<Option<Vec<Rollout<'p>>>, LearnError> {
        self.write_beside_clean(run, writer, (prompts, &[]), at, judge)
    }

    /// The same, and behind them rewrites of texts that need no change, whose one part is how far they were left alone.
    pub(crate) fn write_beside_clean<'p>(
        &self,
        run: &Run<'_>,
        writer: Writer<'_>,
        (prompts, clean): (&[&'p Prompt], &[&'p Prompt]),
        (step, stream): (usize, u64),
        judge: Judge<'_>,
    ) -> Result<Option<Vec<Rollout<'p>>>, LearnError> {
        let mut random = random(run.recipe.seed, Purpose::Sampling, step as u64);
        let seed = random.random::<u64>().wrapping_add(stream << 32);
        let all = [prompts, clean].concat();
        let Some(mut rollouts) = write(writer, run.tokens, &all, self.draw, seed, run.cancel)? else {
            return Ok(None);
        };
        let (judged, left_alone) = rollouts.split_at_mut(prompts.len());
        ask(judged, self.parts.len(), judge)?;
        clean::judge(run, left_alone);
        Ok((!run.cancel.is_cancelled()).then_some(rollouts))
    }

    /// Rewards and parts of a step's rewrites, for the plot.
    pub(crate) fn measured(&self, rollouts: &[Rollout<'_>]) -> Vec<(String, f64)> {
        let samples: Vec<_> = rollouts.iter().flat_map(|rollout| &rollout.samples).collect();
        let count = samples.len().max(1) as f64;
        let mean = |of: &dyn Fn(&[f32]) -> f32| {
            samples.iter().map(|sample| f64::from(of(&sample.parts))).sum::<f64>() / count
        };
        let parts = self.parts.iter().enumerate();
        let mut metrics: Vec<(String, f64)> =
            parts.map(|(at, part)| (format!("reward/{part}"), mean(&|parts| parts[at]))).collect();
        metrics.push(("reward".into(), mean(&|parts| self.worth(parts))));
        let unchanged = rollouts
            .iter()
            .flat_map(|rollout| rollout.samples.iter().map(|sample| sample.text == rollout.prompt.text))
            .filter(|same| *same)
            .count();
        metrics.push(("unchanged".into(), unchanged as f64 / count));
        metrics
    }
}

/// The text as it is, as a target: the rewrite that changes nothing.
pub(crate) fn unchanged(run: &Run<'_>, prompt: &Prompt) -> Vec<TokenId> {
    let mut tokens = run.tokens.encode(&prompt.text);
    tokens.push(prompt.limits.end);
    tokens
}

pub(crate) fn shown(rollouts: &[Rollout<'_>]) -> Vec<Shown> {
    let first = rollouts.iter().filter_map(|rollout| Some((rollout, rollout.samples.first()?)));
    first
        .take(SHOWN)
        .map(|(rollout, sample)| Shown {
            source: rollout.prompt.text.clone(),
            rewrite: sample.text.clone(),
            parts: sample.parts.clone(),
        })
        .collect()
}
