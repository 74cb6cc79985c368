//! Quark and STEER: write, sort what was written into bins, imitate all of it with its bins named, ask for the best.

use emend_decode::TokenId;
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::sampled::{Sampled, shown};
use super::{Made, Sum, Update};
use crate::examples::Prompt;
use crate::feedback::Judge;
use crate::mixing::Memory;
use crate::objectives::demonstrations::{Bins, RewardTokens};
use crate::objectives::{DemonstrationLoss, DemonstrationScores};
use crate::order::{Purpose, random};
use crate::range::require;
use crate::rollout::Writer;
use crate::train::Run;
use crate::{Checked, LearnError};

/// Learning from a pool of rewrites, good and bad.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RewardPool {
    /// The loss.
    pub objective: RewardTokens,
    /// What fills the pool; its weights say nothing here but the plot.
    pub sampled: Sampled,
    /// Bins of each part, at least 2.
    #[serde(default = "five")]
    pub bins: usize,
    /// Steps between samplings, at least 1.
    #[serde(default = "five")]
    pub explore: usize,
}

fn five() -> usize {
    5
}

/// The pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    rows: Vec<PoolRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct PoolRow {
    intent: String,
    source: Vec<TokenId>,
    target: Vec<TokenId>,
    parts: Vec<f32>,
}

impl RewardPool {
    pub(crate) fn check(&self) -> Checked {
        self.objective.check()?;
        self.sampled.check_without_constraints()?;
        require("bins", self.bins as f64, "at least 2", self.bins >= 2)?;
        require("explore", self.explore as f64, "at least 1", self.explore >= 1)
    }

    /// What stands before the instruction to ask for the best that was learned: a prompt for the finished adapter.
    pub(super) fn wish(&self) -> String {
        named(&vec![self.bins - 1; self.sampled.parts.len()])
    }
}

/// Bins in words that every tokenizer has, from 1.
fn named(bins: &[usize]) -> String {
    let numbers: Vec<String> = bins.iter().map(|bin| (bin + 1).to_string()).collect();
    format!("[{}]", numbers.join(" "))
}

pub(crate) fn step(
    method: &RewardPool,
    pool: &mut Pool,
    prompts: &[&Prompt],
    update: &mut Update<'_>,
    judge: Judge<'_>,
) -> Result<Option<Made>, LearnError> {
    let (run, number) = (update.run, update.number);
    let mut told: Made = Default::default();
    if number.is_multiple_of(method.explore) {
        // Before anything was learned about bins, they mean nothing.
        let wish = if pool.rows.is_empty() { Vec::new() } else { run.tokens.encode(&method.wish()) };
        let asked: Vec<Prompt> = prompts
            .iter()
            .map(|prompt| Prompt { source: [&wish[..], &prompt.source].concat(), ..Prompt::clone(prompt) })
            .collect();
        let asked: Vec<&Prompt> = asked.iter().collect();
        let written =
            method.sampled.write(run, Writer::Alone(&run.learner.policy), &asked, (number, 0), judge)?;
        let Some(rollouts) = written else { return Ok(None) };
        told = (method.sampled.end(&rollouts, &mut Memory::default()), shown(&rollouts));
        for (rollout, prompt) in rollouts.iter().zip(prompts) {
            pool.rows.extend(rollout.samples.iter().map(|sample| PoolRow {
                intent: prompt.intent.clone(),
                source: prompt.source.clone(),
                target: sample.tokens.clone(),
                parts: sample.parts.clone(),
            }));
        }
    }
    let bins = Bins::of(pool.rows.iter().map(|row| (row.intent.as_str(), row.parts.as_slice())), method.bins);
    let mut random = random(run.recipe.seed, Purpose::Pool, number as u64);
    let batch: Vec<&PoolRow> =
        (0..run.recipe.batch).map(|_| &pool.rows[random.random_range(0..pool.rows.len())]).collect();
    let sum = imitate(run, method, &bins, &batch)?;
    let mut metrics = update.apply(sum)?;
    metrics.extend(told.0);
    metrics.insert("pool".into(), pool.rows.len() as f64);
    Ok(Some((metrics, told.1)))
}

fn imitate(run: &Run<'_>, method: &RewardPool, bins: &Bins, batch: &[&PoolRow]) -> Result<Sum, LearnError> {
    let loss = DemonstrationLoss::RewardTokens(method.objective);
    let mut sum = Sum::new(run);
    for part in batch.chunks(run.recipe.pass) {
        let bare: Vec<&[TokenId]> = part.iter().map(|row| row.source.as_slice()).collect();
        let with_bins: Vec<Vec<TokenId>> = part
            .iter()
            .map(|row| {
                let bins = bins.bins(&row.intent, &row.parts).unwrap_or_default();
                [&run.tokens.encode(&named(&bins))[..], &row.source].concat()
            })
            .collect();
        let sources: Vec<&[TokenId]> = with_bins.iter().map(Vec::as_slice).collect();
        let targets: Vec<&[TokenId]> = part.iter().map(|row| row.target.as_slice()).collect();
        let reference =
            loss.needs_reference().then(|| run.learner.score_reference(&bare, &targets)).transpose()?;
        let scores = DemonstrationScores {
            policy: run.learner.score(&sources, &targets)?,
            reference,
            weights: vec![1.0; part.len()],
            advantages: None,
        };
        sum.add(run, &loss.loss(&scores)?)?;
    }
    Ok(sum)
}
