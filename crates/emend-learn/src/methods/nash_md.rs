//! Nash-MD: the policy's rewrites against those of a mixture of it and the reference.

use emend_decode::TokenId;
use serde::{Deserialize, Serialize};

use super::sampled::{Sampled, shown};
use super::{Made, Sum, Update};
use crate::advantages::preference;
use crate::examples::Prompt;
use crate::feedback::Judge;
use crate::mixing::Memory;
use crate::objectives::RolloutScores;
use crate::objectives::rollouts::NashMd;
use crate::range::{positive, proportion};
use crate::rollout::{Rollout, Writer};
use crate::{Checked, LearnError};

/// Learning to win. Preferences come from the critics' rewards (Bradley–Terry).
///
/// Source: Munos et al. 2023, section 7 (Nash-MD-PG).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NashMdPairs {
    /// The loss.
    pub objective: NashMd,
    /// What is compared.
    pub sampled: Sampled,
    /// κ: the reference's part of the opponent, in [0, 1].
    pub mixture: f32,
    /// Difference of rewards that makes a preference of e to 1, above 0.
    pub temperature: f32,
}

impl NashMdPairs {
    pub(crate) fn check(&self) -> Checked {
        self.objective.check()?;
        self.sampled.check()?;
        proportion("mixture", f64::from(self.mixture))?;
        positive("temperature", f64::from(self.temperature))
    }
}

pub(crate) fn step(
    method: &NashMdPairs,
    memory: &mut Memory,
    prompts: &[&Prompt],
    update: &mut Update<'_>,
    judge: Judge<'_>,
) -> Result<Option<Made>, LearnError> {
    let (run, sampled) = (update.run, &method.sampled);
    let (policy, other) = (&run.learner.policy, &run.learner.reference);
    let ours = sampled.write(run, Writer::Alone(policy), prompts, (update.number, 0), &mut *judge)?;
    let Some(rollouts) = ours else { return Ok(None) };
    let mixture = Writer::Mixture { policy, other, share: method.mixture };
    let theirs = sampled.write(run, mixture, prompts, (update.number, 1), judge)?;
    let Some(opponents) = theirs else { return Ok(None) };

    let (mut sum, mut won) = (Sum::new(run), 0.0);
    let size = (run.recipe.pass / sampled.draw.samples).max(1);
    for (chunk, others) in rollouts.chunks(size).zip(opponents.chunks(size)) {
        let sources: Vec<&[TokenId]> = chunk.iter().map(|rollout| rollout.prompt.source.as_slice()).collect();
        let samples = chunk.iter().flat_map(|rollout| &rollout.samples);
        let targets: Vec<&[TokenId]> = samples.map(|sample| sample.tokens.as_slice()).collect();
        let worth = |of: &[Rollout<'_>]| -> Vec<f32> {
            let each = |rollout: &Rollout<'_>| -> Vec<f32> {
                let samples = rollout.samples.iter();
                samples.map(|sample| sampled.worth(rollout.prompt, &sample.parts, memory)).collect()
            };
            of.iter().flat_map(each).collect()
        };
        let advantages: Vec<f32> = worth(chunk)
            .into_iter()
            .zip(worth(others))
            .map(|(ours, theirs)| preference(ours, theirs, method.temperature))
            .collect();
        won += advantages.iter().map(|advantage| f64::from(*advantage) + 0.5).sum::<f64>();
        let policy = run.learner.score(&sources, &targets)?;
        let scores = RolloutScores {
            behaviour: policy.detached(),
            reference: run.learner.score_reference(&sources, &targets)?,
            policy,
            entropies: None,
            advantages,
            longest: prompts.iter().map(|prompt| prompt.limits.max_tokens + 1).max().unwrap_or(1),
        };
        sum.add(run, &method.objective.loss(&scores)?)?;
    }
    let mut metrics = update.apply(sum)?;
    metrics.extend(sampled.end(&rollouts, memory));
    metrics.insert("won".into(), won / (prompts.len() * sampled.draw.samples).max(1) as f64);
    Ok(Some((metrics, shown(&rollouts))))
}
