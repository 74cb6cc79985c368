//! A step on what the policy writes itself: sample, judge, compare, reinforce.

mod roll_in;

use emend_decode::TokenId;
use rand::RngExt;
use serde::{Deserialize, Serialize};

pub use self::roll_in::RollIn;
pub(crate) use self::roll_in::{Text, begun, whole};
use super::clean::{self, Clean, LEFT_ALONE};
use super::metrics::{Metrics, mean, of_multipliers, of_parts, of_rewrites};
use super::sampled::shown;
use super::{Made, Sum, Update};
use crate::advantages::Estimator;
use crate::examples::Prompt;
use crate::feedback::Judge;
use crate::mixing::{Judged, KlControl, Memory, Mixing};
use crate::objectives::{RolloutLoss, RolloutScores};
use crate::order::{Purpose, random};
use crate::rollout::{Draw, Rollout, Writer, go_on, judge as ask};
use crate::train::Run;
use crate::{Checked, LearnError, Scores};

/// Learning from the policy's own rewrites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rollouts {
    /// The loss.
    pub objective: RolloutLoss,
    /// Critics' ids: what is rewarded.
    pub parts: Vec<String>,
    /// How parts become one advantage.
    pub mixing: Mixing,
    /// What a reward is compared with.
    #[serde(default)]
    pub advantage: Estimator,
    /// How strongly the policy is held to the reference, where the mixing does not weigh that itself.
    pub kl: KlControl,
    /// How rewrites are sampled.
    #[serde(default)]
    pub draw: Draw,
    /// Texts that need no change among the others, where there are such texts; otherwise all are others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean: Option<Clean>,
    /// Whether a guide, whose rewrites the texts come with, begins some of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<RollIn>,
    /// Updates from the same rewrites, at least 1; more than one needs a loss with a ratio.
    #[serde(default = "one")]
    pub epochs: usize,
}

fn one() -> usize {
    1
}

/// What is remembered from step to step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RolloutState {
    memory: Memory,
    /// The same of the texts that need no change.
    #[serde(default)]
    clean: Memory,
    /// The present weight of the distance to the reference.
    #[serde(with = "crate::exact")]
    kl: f64,
}

impl Rollouts {
    /// Before the first step.
    pub(crate) fn start(&self) -> RolloutState {
        RolloutState { memory: Memory::default(), clean: Memory::default(), kl: self.kl.initial() }
    }

    pub(crate) fn check(&self) -> Checked {
        self.objective.check()?;
        self.kl.check()?;
        self.draw.check()?;
        self.mixing.check(self.parts.len())?;
        self.clean.as_ref().map_or(Ok(()), Clean::check)?;
        self.guide.map_or(Ok(()), RollIn::check)?;
        let ratio = matches!(self.objective, RolloutLoss::Clipped(_));
        let epochs = self.epochs as f64;
        crate::range::require("epochs", epochs, "1, or more with a clipped loss", self.epochs == 1 || ratio)?;
        crate::range::require("epochs", epochs, "at least 1", self.epochs >= 1)
    }
}

/// Targets of some prompts that go through the network together.
struct Part<'p> {
    sources: Vec<&'p [TokenId]>,
    targets: Vec<&'p [TokenId]>,
    /// Tokens of each target that somebody else wrote.
    begun: Vec<usize>,
    behaviour: Scores,
    reference: Scores,
    advantages: Vec<f32>,
}

/// `clean` are texts that need no change.
pub(crate) fn step(
    method: &Rollouts,
    state: &mut RolloutState,
    (texts, clean): (Vec<Text<'_>>, Vec<&Prompt>),
    update: &mut Update<'_>,
    judge: Judge<'_>,
) -> Result<Option<Made>, LearnError> {
    let run = update.run;
    let seed = random(run.recipe.seed, Purpose::Sampling, update.number as u64).random();
    let count = texts.len();
    let (prompts, begun): (Vec<&Prompt>, Vec<Vec<TokenId>>) =
        texts.into_iter().chain(clean.into_iter().map(whole)).map(|text| (text.prompt, text.begun)).unzip();
    let writer = Writer::Alone(&run.learner.policy);
    let written = go_on(writer, run.tokens, (&prompts, &begun), method.draw, seed, run.cancel)?;
    let Some(mut rollouts) = written else { return Ok(None) };
    let (judged, left_alone) = rollouts.split_at_mut(count);
    ask(judged, method.parts.len(), judge)?;
    clean::judge(run, left_alone);
    if run.cancel.is_cancelled() {
        return Ok(None);
    }
    let (parts, log_ratios) = scored(run, &rollouts, &begun, method.draw.samples)?;
    let (judged, left_alone) = rollouts.split_at(count);
    let (ratios, ratios_of_clean) = log_ratios.split_at(count);
    let mut advantages =
        method.mixing.advantages(&compared(judged, ratios), method.advantage, state.kl, &mut state.memory);
    let mut metrics = measured(method, state, (judged, &begun), ratios, &advantages);
    if let Some(clean) = &method.clean {
        let compared = compared(left_alone, ratios_of_clean);
        advantages.extend(clean.mixing.advantages(&compared, method.advantage, state.kl, &mut state.clean));
        let part = [LEFT_ALONE.to_owned()];
        of_parts(&part, left_alone, &mut metrics);
        of_multipliers(&part, &clean.mixing, &state.clean, &mut metrics);
    }
    state.kl = method.kl.next(state.kl, metrics.get("kl").copied().unwrap_or_default());

    let parts = with_advantages(parts, &advantages);
    let longest = prompts.iter().map(|prompt| prompt.limits.max_tokens + 1).max().unwrap_or(1);
    for _ in 0..method.epochs {
        let mut sum = Sum::new(run);
        for part in &parts {
            let (policy, entropies) = if method.objective.needs_entropies() {
                run.learner.score_with_entropies(&part.sources, &part.targets)?
            } else {
                (run.learner.score(&part.sources, &part.targets)?, None)
            };
            let scores = RolloutScores {
                policy: policy.after(&part.begun)?,
                behaviour: part.behaviour.clone(),
                reference: part.reference.clone(),
                entropies,
                advantages: part.advantages.clone(),
                longest,
            };
            sum.add(run, &method.objective.loss(&scores)?)?;
        }
        for (name, value) in update.apply(sum)? {
            metrics.entry(name).or_insert(value);
        }
    }
    Ok(Some((metrics, shown(judged))))
}

/// Behaviour and reference scores in parts of `pass` targets, and `log p − log p_ref` of each sample, rollout by rollout.
fn scored<'p>(
    run: &Run<'_>,
    rollouts: &'p [Rollout<'p>],
    begun: &[Vec<TokenId>],
    samples: usize,
) -> Result<(Vec<Part<'p>>, Vec<Vec<f32>>), LearnError> {
    let (mut parts, mut ratios) = (Vec::new(), Vec::with_capacity(rollouts.len()));
    let size = (run.recipe.pass / samples).max(1);
    for (chunk, begun) in rollouts.chunks(size).zip(begun.chunks(size)) {
        let sources: Vec<&[TokenId]> = chunk.iter().map(|rollout| rollout.prompt.source.as_slice()).collect();
        let targets: Vec<&[TokenId]> = chunk
            .iter()
            .flat_map(|rollout| &rollout.samples)
            .map(|sample| sample.tokens.as_slice())
            .collect();
        let begun: Vec<usize> =
            begun.iter().flat_map(|begun| std::iter::repeat_n(begun.len(), samples)).collect();
        let behaviour = run.learner.score_now(&sources, &targets)?.after(&begun)?;
        let reference = run.learner.score_reference(&sources, &targets)?.after(&begun)?;
        let all: Vec<f32> = (behaviour.sums()? - reference.sums()?)?.to_vec1()?;
        ratios.extend(all.chunks(samples).map(<[f32]>::to_vec));
        parts.push(Part { sources, targets, begun, behaviour, reference, advantages: Vec::new() });
    }
    Ok((parts, ratios))
}

fn measured(
    method: &Rollouts,
    state: &RolloutState,
    (rollouts, begun): (&[Rollout<'_>], &[Vec<TokenId>]),
    log_ratios: &[Vec<f32>],
    advantages: &[Option<Vec<f32>>],
) -> Metrics {
    let mut metrics = Metrics::new();
    of_parts(&method.parts, rollouts, &mut metrics);
    of_rewrites(rollouts, |at| begun[at].len(), &mut metrics);
    metrics.insert("kl".into(), mean(&mut log_ratios.iter().flatten().map(|&ratio| f64::from(ratio))));
    let skipped = advantages.iter().map(|found| f64::from(u8::from(found.is_none())));
    metrics.insert("skipped".into(), mean(&mut { skipped }));
    if !of_multipliers(&method.parts, &method.mixing, &state.memory, &mut metrics) {
        metrics.insert("kl_weight".into(), state.kl);
    }
    metrics
}

fn compared<'r>(rollouts: &'r [Rollout<'r>], log_ratios: &[Vec<f32>]) -> Vec<Judged<'r>> {
    let of = |(rollout, ratios): (&'r Rollout<'r>, &Vec<f32>)| Judged {
        intent: &rollout.prompt.intent,
        samples: rollout.samples.iter().map(|sample| sample.parts.as_slice()).collect(),
        original: &rollout.original,
        log_ratios: ratios.clone(),
    };
    rollouts.iter().zip(log_ratios).map(of).collect()
}

/// A text whose rewrites all are the same to everybody has the advantage 0: it adds nothing to the gradient.
fn with_advantages<'p>(mut parts: Vec<Part<'p>>, advantages: &[Option<Vec<f32>>]) -> Vec<Part<'p>> {
    let mut advantages = advantages.iter();
    for part in &mut parts {
        let samples = part.targets.len() / part.sources.len().max(1);
        for found in advantages.by_ref().take(part.sources.len()) {
            match found {
                Some(found) => part.advantages.extend_from_slice(found),
                None => part.advantages.extend(std::iter::repeat_n(0.0, samples)),
            }
        }
    }
    parts
}
