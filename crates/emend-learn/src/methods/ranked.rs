//! Rankings of what the policy writes now, the text as it is among it.

use emend_decode::TokenId;
use serde::{Deserialize, Serialize};

use super::sampled::{Sampled, shown, unchanged};
use super::{Made, Sum, Update};
use crate::examples::Prompt;
use crate::feedback::Judge;
use crate::mixing::Memory;
use crate::objectives::{RankedLoss, RankedScores};
use crate::rollout::Writer;
use crate::{Checked, LearnError};

/// Learning from the critics' rankings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranked {
    /// The loss.
    pub objective: RankedLoss,
    /// What is ranked.
    pub sampled: Sampled,
}

impl Ranked {
    pub(crate) fn check(&self) -> Checked {
        self.objective.check()?;
        self.sampled.check()
    }
}

pub(crate) fn step(
    method: &Ranked,
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
        let (mut targets, mut rewards) = (Vec::new(), Vec::new());
        for rollout in chunk {
            for sample in &rollout.samples {
                targets.push(sample.tokens.clone());
                rewards.push(sampled.worth(rollout.prompt, &sample.parts, memory));
            }
            targets.push(unchanged(run, rollout.prompt));
            rewards.push(sampled.worth(rollout.prompt, &rollout.original, memory));
        }
        let targets: Vec<&[TokenId]> = targets.iter().map(Vec::as_slice).collect();
        let policy = run.learner.score(&sources, &targets)?;
        let scores = RankedScores { policy, groups: vec![group; chunk.len()], rewards };
        sum.add(run, &method.objective.loss(&scores)?)?;
    }
    let mut metrics = update.apply(sum)?;
    metrics.extend(sampled.end(&rollouts, memory));
    Ok(Some((metrics, shown(&rollouts))))
}
