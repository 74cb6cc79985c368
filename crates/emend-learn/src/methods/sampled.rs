//! The policy's rewrites with one reward each, for losses that compare or imitate them.

use emend_decode::TokenId;
use rand::RngExt;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::clean;
use super::metrics::{Metrics, mean, of_multipliers, of_parts, of_rewrites};
use crate::examples::Prompt;
use crate::feedback::Judge;
use crate::mixing::{Memory, Mixing};
use crate::order::{Purpose, random};
use crate::range::require;
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
    /// How parts become one number; without a rule, fixed weights.
    #[serde(deserialize_with = "fixed_weights_without_rule")]
    pub reward: Mixing,
    /// How rewrites are sampled.
    #[serde(default)]
    pub draw: Draw,
}

/// Recipes of runs that were made before there were other rules than fixed weights name none.
fn fixed_weights_without_rule<'d, D: Deserializer<'d>>(from: D) -> Result<Mixing, D::Error> {
    let mut written = serde_json::Map::deserialize(from)?;
    written.entry("rule").or_insert_with(|| "fixed-weights".into());
    serde_json::from_value(written.into()).map_err(D::Error::custom)
}

impl Sampled {
    pub(crate) fn check(&self) -> Checked {
        self.draw.check()?;
        self.reward.check(self.parts.len())
    }

    /// The same for a method that never learns what its policy reaches, so that constraints would not know it.
    pub(crate) fn check_without_constraints(&self) -> Checked {
        self.check()?;
        let constraints = match &self.reward {
            Mixing::Lagrange(lagrange) => lagrange.constraints.len(),
            _ => 0,
        };
        let expected = "none for this kind of method";
        require("number of reward.constraints", constraints as f64, expected, constraints == 0)
    }

    /// What a rewrite of a text is worth, by what the critics said of it.
    pub(crate) fn worth(&self, prompt: &Prompt, parts: &[f32], memory: &Memory) -> f32 {
        self.reward.worth(&prompt.intent, parts, memory)
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

    /// Ends a step: constraints see what the policy's rewrites reached. Numbers for the plot.
    pub(crate) fn end(&self, rollouts: &[Rollout<'_>], memory: &mut Memory) -> Metrics {
        let mut metrics = Metrics::new();
        let samples = || {
            rollouts
                .iter()
                .flat_map(|rollout| rollout.samples.iter().map(|one| (rollout.prompt, &one.parts[..])))
        };
        let worth = samples().map(|(prompt, parts)| f64::from(self.worth(prompt, parts, memory)));
        metrics.insert("reward".into(), mean(&mut { worth }));
        self.reward.observe(samples().map(|(prompt, parts)| (&prompt.intent[..], parts)), memory);
        of_parts(&self.parts, rollouts, &mut metrics);
        of_rewrites(rollouts, |_| 0, &mut metrics);
        of_multipliers(&self.parts, &self.reward, memory, &mut metrics);
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
