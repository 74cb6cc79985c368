//! A step with values: what the policy writes gets a reward at its end and a pull at every token, and a model of values
//! says which tokens did better than was to be expected.
//!
//! With [`Restriction`] it is NLPO, with [`Credit`] RTO. A reward is what a rewrite gains on leaving the text as it is, so
//! that a rewrite is only reinforced when it beats that.

mod scored;

use serde::{Deserialize, Serialize};

use self::scored::{Part, scored};
use super::clean::{self, LEFT_ALONE, WeighedClean};
use super::sampled::{Sampled, shown};
use super::sampled_pairs::{self, Opponent, SampledPairs};
use super::{Made, Needs, Sum, Update};
use crate::advantages::{Gae, Rto, whiten};
use crate::companions::Companions;
use crate::examples::Prompt;
use crate::feedback::Judge;
use crate::mixing::{KlControl, Memory};
use crate::objectives::{PairLoss, ValuedLoss, ValuedScores};
use crate::range::require;
use crate::rollout::{Rollout, Writer};
use crate::{Checked, LearnError};

/// Learning from the policy's own rewrites, token by token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Valued {
    /// The loss.
    pub objective: ValuedLoss,
    /// What is rewarded.
    pub sampled: Sampled,
    /// How rewards of tokens become advantages.
    #[serde(default)]
    pub advantage: Gae,
    /// Texts that need no change, among those of a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean: Option<WeighedClean>,
    /// How strongly each token is pulled to the reference; with `credit`, which has a weight of its own, 0.
    pub kl: KlControl,
    /// NLPO: what the policy may write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restriction: Option<Restriction>,
    /// RTO: what each token is worth by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Credit>,
    /// Updates from the same rewrites, at least 1.
    #[serde(default = "one")]
    pub epochs: usize,
}

/// The policy may write what a copy of it, which lags behind, finds likely.
///
/// Source: Ramamurthy et al. 2023 (NLPO), algorithm 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restriction {
    /// Probability that the allowed tokens have together, in (0, 1).
    pub top_p: f32,
    /// Steps after which the copy becomes what the policy is, at least 1.
    pub refresh: usize,
}

/// First preferences are learned, then what they taught is what a token is worth by itself.
///
/// Source: Zhong et al. 2024 (RTO). There the policy begins anew after the first part; here it goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// Steps of the first part, at least 1 and fewer than the run has.
    pub steps: usize,
    /// Its loss, on what the critics prefer among the policy's rewrites.
    pub preferences: PairLoss,
    /// How much that counts afterwards.
    #[serde(default)]
    pub rewards: Rto,
}

fn one() -> usize {
    1
}

/// What is remembered from step to step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ValuedState {
    /// The present weight of the pull.
    #[serde(with = "crate::exact")]
    kl: f64,
    /// What mixing of parts remembers.
    memory: Memory,
}

impl Valued {
    pub(crate) fn start(&self) -> ValuedState {
        ValuedState { kl: self.kl.initial(), memory: Memory::default() }
    }

    pub(crate) fn needs(&self) -> Needs {
        Needs { values: true, copy: self.restriction.is_some() || self.credit.is_some() }
    }

    pub(crate) fn check(&self) -> Checked {
        self.objective.check()?;
        self.sampled.check()?;
        self.advantage.check()?;
        self.kl.check()?;
        self.clean.map_or(Ok(()), WeighedClean::check)?;
        require("epochs", self.epochs as f64, "at least 1", self.epochs >= 1)?;
        if let Some(Restriction { top_p, refresh }) = self.restriction {
            require(
                "restriction.top_p",
                f64::from(top_p),
                "above 0 and below 1",
                0.0 < top_p && top_p < 1.0,
            )?;
            require("restriction.refresh", refresh as f64, "at least 1", refresh >= 1)?;
        }
        if let Some(credit) = &self.credit {
            // There is one copy, and it cannot be both.
            require("credit", 1.0, "none with a restriction", self.restriction.is_none())?;
            require("credit.steps", credit.steps as f64, "at least 1", credit.steps >= 1)?;
            credit.preferences.check()?;
            require(
                "credit.preferences",
                0.0,
                "a loss of preferences alone",
                !credit.preferences.needs_samples(),
            )?;
            credit.rewards.check()?;
        }
        Ok(())
    }

    /// The first part of RTO, while it lasts.
    fn preferences(&self, step: usize) -> Option<SampledPairs> {
        let credit = self.credit.as_ref().filter(|credit| step < credit.steps)?;
        let (objective, sampled) = (credit.preferences.clone(), self.sampled.clone());
        Some(SampledPairs { objective, sampled, opponent: Opponent::Policy })
    }
}

/// What each rewrite is worth beside the text as it is.
fn gains(
    method: &Valued,
    memory: &Memory,
    (judged, left_alone): (&[Rollout<'_>], &[Rollout<'_>]),
) -> Vec<Vec<f32>> {
    let gain = |rollout: &Rollout<'_>| -> Vec<f32> {
        let worth = |parts: &[f32]| method.sampled.worth(rollout.prompt, parts, memory);
        let original = worth(&rollout.original);
        rollout.samples.iter().map(|sample| worth(&sample.parts) - original).collect()
    };
    let weight = method.clean.map_or(0.0, |clean| clean.weight);
    let loss = |rollout: &Rollout<'_>| -> Vec<f32> {
        rollout.samples.iter().map(|sample| weight * (sample.parts[0] - rollout.original[0])).collect()
    };
    judged.iter().map(gain).chain(left_alone.iter().map(loss)).collect()
}

/// `clean` are texts that need no change.
pub(crate) fn step(
    method: &Valued,
    state: &mut ValuedState,
    companions: &Companions,
    (prompts, clean): (&[&Prompt], &[&Prompt]),
    update: &mut Update<'_>,
    judge: Judge<'_>,
) -> Result<Option<Made>, LearnError> {
    let (run, number) = (update.run, update.number);
    if let Some(pairs) = method.preferences(number) {
        return sampled_pairs::step(&pairs, &mut state.memory, prompts, update, judge);
    }
    // Both follow from the step's number, so that a run that goes on does the same.
    let first = method.credit.as_ref().is_some_and(|credit| number == credit.steps);
    let renewed = method.restriction.is_some_and(|how| number.is_multiple_of(how.refresh));
    if first || renewed {
        companions.follow(run.learner)?;
    }
    let policy = &run.learner.policy;
    let writer = match method.restriction {
        Some(how) => Writer::Restricted { policy, other: companions.copy()?, top_p: how.top_p },
        None => Writer::Alone(policy),
    };
    let written = method.sampled.write_beside_clean(run, writer, (prompts, clean), (number, 0), judge)?;
    let Some(rollouts) = written else { return Ok(None) };
    let (judged, left_alone) = rollouts.split_at(prompts.len());
    let gains = gains(method, &state.memory, (judged, left_alone));
    let mut parts = scored(method, companions, run, (&rollouts, &gains), state.kl)?;
    let mut advantages: Vec<Vec<f32>> = parts.iter_mut().flat_map(|part| part.advantages.drain(..)).collect();
    whiten(&mut advantages);
    let mut advantages = advantages.into_iter();
    for part in &mut parts {
        part.advantages = advantages.by_ref().take(part.targets.len()).collect();
    }

    let mut metrics = std::collections::BTreeMap::new();
    for _ in 0..method.epochs {
        let mut sum = Sum::new(run);
        for part in &parts {
            sum.add(run, &method.objective.loss(&now(method, companions, update, part)?)?)?;
        }
        for (name, value) in update.apply(sum)? {
            metrics.entry(name).or_insert(value);
        }
    }
    let ratios = parts.iter().flat_map(|part| &part.log_ratios);
    let kl = ratios.sum::<f64>() / (rollouts.len() * method.sampled.draw.samples).max(1) as f64;
    metrics.extend(method.sampled.end(judged, &mut state.memory));
    if !left_alone.is_empty() {
        metrics.insert(format!("reward/{LEFT_ALONE}"), clean::mean(left_alone));
    }
    metrics.insert("kl".into(), kl);
    metrics.insert("kl_weight".into(), state.kl);
    state.kl = method.kl.next(state.kl, kl);
    Ok(Some((metrics, shown(judged))))
}

/// A part's scores with a gradient.
fn now(
    method: &Valued,
    companions: &Companions,
    update: &Update<'_>,
    part: &Part<'_>,
) -> Result<ValuedScores, LearnError> {
    let learner = update.run.learner;
    let seen = learner.see(&part.sources, &part.targets, part.restriction.as_ref())?;
    let like = seen.scores.tokens();
    Ok(ValuedScores {
        values: companions.values(&seen.states)?,
        entropies: method.objective.needs_entropies().then(|| seen.entropies()).transpose()?,
        behaviour: part.behaviour.clone(),
        behaviour_values: part.values.clone(),
        advantages: scored::tokens(&part.advantages, like)?,
        returns: scored::tokens(&part.returns, like)?,
        policy: seen.scores,
    })
}
