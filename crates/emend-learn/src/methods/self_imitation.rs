//! Imitation of what the policy writes now, the better the more; leaving the text as it is takes part.

use emend_decode::TokenId;
use serde::{Deserialize, Serialize};

use super::sampled::{Sampled, shown, unchanged};
use super::{Made, Sum, Update};
use crate::examples::Prompt;
use crate::feedback::Judge;
use crate::mixing::Memory;
use crate::objectives::{DemonstrationLoss, DemonstrationScores};
use crate::rollout::Writer;
use crate::{Checked, LearnError};

/// Reward-weighted regression on the policy's own rewrites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfImitation {
    /// The loss.
    pub objective: DemonstrationLoss,
    /// What is imitated.
    pub sampled: Sampled,
}

impl SelfImitation {
    pub(crate) fn check(&self) -> Checked {
        self.objective.check()?;
        self.sampled.check()?;
        let fits = self.objective.needs_advantages();
        crate::range::require("objective", 0.0, "a loss that looks at rewards, such as reward-weighted", fits)
    }
}

pub(crate) fn step(
    method: &SelfImitation,
    memory: &mut Memory,
    prompts: &[&Prompt],
    update: &mut Update<'_>,
    judge: Judge<'_>,
) -> Result<Option<Made>, LearnError> {
    let run = update.run;
    let sampled = &method.sampled;
    let Some(rollouts) =
        sampled.write(run, Writer::Alone(&run.learner.policy), prompts, (update.number, 0), judge)?
    else {
        return Ok(None);
    };
    let group = sampled.draw.samples + 1;
    let mut sum = Sum::new(run);
    for chunk in rollouts.chunks((run.recipe.pass / group).max(1)) {
        let sources: Vec<&[TokenId]> = chunk.iter().map(|rollout| rollout.prompt.source.as_slice()).collect();
        let (mut targets, mut advantages) = (Vec::new(), Vec::new());
        for rollout in chunk {
            let mut rewards: Vec<f32> = rollout
                .samples
                .iter()
                .map(|sample| sampled.worth(rollout.prompt, &sample.parts, memory))
                .collect();
            rewards.push(sampled.worth(rollout.prompt, &rollout.original, memory));
            let mean = rewards.iter().sum::<f32>() / rewards.len() as f32;
            advantages.extend(rewards.iter().map(|reward| reward - mean));
            targets.extend(rollout.samples.iter().map(|sample| sample.tokens.clone()));
            targets.push(unchanged(run, rollout.prompt));
        }
        let targets: Vec<&[TokenId]> = targets.iter().map(Vec::as_slice).collect();
        let scores = DemonstrationScores {
            policy: run.learner.score(&sources, &targets)?,
            reference: None,
            weights: vec![1.0; targets.len()],
            advantages: Some(advantages),
        };
        sum.add(run, &method.objective.loss(&scores)?)?;
    }
    let mut metrics = update.apply(sum)?;
    metrics.extend(sampled.end(&rollouts, memory));
    Ok(Some((metrics, shown(&rollouts))))
}
