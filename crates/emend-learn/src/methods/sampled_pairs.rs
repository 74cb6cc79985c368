//! Preferences among what the policy writes now: critics pick the better of two.

use serde::{Deserialize, Serialize};

use super::sampled::{Sampled, shown, unchanged};
use super::{Made, Update, pairs};
use crate::examples::{Pair, Prompt};
use crate::feedback::Judge;
use crate::mixing::Memory;
use crate::objectives::{PairLoss, Written};
use crate::rollout::Writer;
use crate::{Checked, LearnError};

/// Rewards nearer than this are equal.
const TIE: f32 = 1e-4;

/// Learning from the critics' preferences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampledPairs {
    /// The loss.
    pub objective: PairLoss,
    /// What is compared.
    pub sampled: Sampled,
    /// Who writes the other rewrite.
    #[serde(default)]
    pub opponent: Opponent,
}

/// Who writes the rewrite that the policy's is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opponent {
    /// The policy itself; the best and the worst of all samples and of the text as it is are the pair.
    #[default]
    Policy,
    /// The reference: one sample of each.
    Reference,
}

impl SampledPairs {
    /// Whether the reference writes as well.
    pub fn two_writers(&self) -> bool {
        self.opponent == Opponent::Reference
    }

    pub(crate) fn check(&self) -> Checked {
        self.objective.check()?;
        self.sampled.check()?;
        let fits = !self.objective.needs_samples() || self.opponent == Opponent::Reference;
        crate::range::require("opponent", 0.0, "\"reference\" for this loss", fits)
    }
}

pub(crate) fn step(
    method: &SampledPairs,
    memory: &mut Memory,
    prompts: &[&Prompt],
    update: &mut Update<'_>,
    judge: Judge<'_>,
) -> Result<Option<Made>, LearnError> {
    let (run, number) = (update.run, update.number);
    let sampled = &method.sampled;
    let policy = sampled.write(run, Writer::Alone(&run.learner.policy), prompts, (number, 0), &mut *judge)?;
    let Some(rollouts) = policy else { return Ok(None) };
    let (mut chosen, mut writers) = (Vec::new(), Vec::new());
    match method.opponent {
        Opponent::Policy => {
            for rollout in &rollouts {
                let mut all: Vec<(f32, Vec<_>)> = rollout
                    .samples
                    .iter()
                    .map(|sample| {
                        (sampled.worth(rollout.prompt, &sample.parts, memory), sample.tokens.clone())
                    })
                    .collect();
                all.push((
                    sampled.worth(rollout.prompt, &rollout.original, memory),
                    unchanged(run, rollout.prompt),
                ));
                all.sort_by(|a, b| b.0.total_cmp(&a.0));
                if let (Some(best), Some(worst)) = (all.first(), all.last())
                    && best.0 - worst.0 > TIE
                {
                    let (prompt, weight) = (rollout.prompt.clone(), 1.0);
                    chosen.push(Pair { prompt, chosen: best.1.clone(), rejected: worst.1.clone(), weight });
                }
            }
        }
        Opponent::Reference => {
            let reference =
                sampled.write(run, Writer::Alone(&run.learner.reference), prompts, (number, 1), judge)?;
            let Some(others) = reference else { return Ok(None) };
            for (rollout, other) in rollouts.iter().zip(&others) {
                for (ours, theirs) in rollout.samples.iter().zip(&other.samples) {
                    let worth = |parts: &[f32]| sampled.worth(rollout.prompt, parts, memory);
                    let gap = worth(&ours.parts) - worth(&theirs.parts);
                    if gap.abs() <= TIE || ours.tokens == theirs.tokens {
                        continue;
                    }
                    let (better, worse, writer) = if gap > 0.0 {
                        (ours, theirs, Written::Rejected)
                    } else {
                        (theirs, ours, Written::Chosen)
                    };
                    chosen.push(Pair {
                        prompt: rollout.prompt.clone(),
                        chosen: better.tokens.clone(),
                        rejected: worse.tokens.clone(),
                        weight: 1.0,
                    });
                    writers.push(writer);
                }
            }
        }
    }
    let batch: Vec<&Pair> = chosen.iter().collect();
    let from_reference = (method.opponent == Opponent::Reference).then_some(writers.as_slice());
    let sum = pairs::pass(run, &method.objective, &batch, from_reference)?;
    let mut metrics = update.apply(sum)?;
    metrics.extend(sampled.end(&rollouts, memory));
    metrics.insert("pairs".into(), chosen.len() as f64);
    Ok(Some((metrics, shown(&rollouts))))
}
