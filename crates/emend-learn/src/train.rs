//! The loop: batches in, a better adapter out.
//!
//! Read [`train`] first; what one step does is a file of [`crate::methods`] per kind of data.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use emend_decode::Cancel;
use emend_models::{Tokens, adapter};
use rand::RngExt;

use crate::checkpoint::{self, Progress};
use crate::companions::Companions;
use crate::examples::Examples;
use crate::feedback::Judge;
use crate::methods::{self, State};
use crate::optimizer::Moments;
use crate::order::{Purpose, random};
use crate::{LearnError, Learner, Recipe};

/// Everything that a run stands on.
#[derive(Debug, Clone, Copy)]
pub struct Run<'r> {
    /// What is done.
    pub recipe: &'r Recipe,
    /// What learns.
    pub learner: &'r Learner,
    /// The base's tokenizer.
    pub tokens: &'r Tokens,
    /// What it learns from.
    pub examples: &'r Examples,
    /// Where the run is saved. One that is there already is gone on with.
    pub checkpoint: &'r Path,
    /// Identifies base and data; with the recipe, whose checkpoint this is.
    pub identity: &'r str,
    /// Ends the run in the middle of a step, which is then made anew when it goes on.
    pub cancel: &'r Cancel,
}

/// What one step did.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReport {
    /// Its number, from 1.
    pub step: usize,
    /// Steps of the run.
    pub steps: usize,
    /// Loss, gradient, rewards, multipliers and so on, by name.
    pub metrics: BTreeMap<String, f64>,
    /// Some of what the policy wrote, with what the critics said.
    pub samples: Vec<Shown>,
    /// How long it took.
    pub seconds: f64,
}

/// A rewrite that a step looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The text.
    pub source: String,
    /// What became of it.
    pub rewrite: String,
    /// What the critics say, in the order of the recipe's parts.
    pub parts: Vec<f32>,
}

/// How a run ended. Whichever: the adapter holds what was learned, and the checkpoint is that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All steps were made.
    Finished,
    /// Somebody stopped it before this step, from 0.
    Stopped(usize),
}

/// Makes the steps of the run that are left. `on` hears of each; `Break` stops the run after it, and a pause is simply
/// a call that takes long.
///
/// On [`LearnError::NotFinite`] and on every other error the last whole checkpoint is on disk.
pub fn train(
    run: &Run<'_>,
    judge: Judge<'_>,
    mut on: impl FnMut(&StepReport) -> ControlFlow<()>,
) -> Result<Ended, LearnError> {
    let recipe = run.recipe;
    let (count, what) = recipe.method.examples(run.examples);
    if count == 0 {
        return Err(LearnError::NoData { recipe: recipe.name.clone(), what });
    }
    let companions = Companions::new(recipe, run.learner)?;
    let learner = Learner {
        policy: run.learner.policy.clone(),
        reference: run.learner.reference.clone(),
        variables: [run.learner.variables.clone(), companions.variables()].concat(),
    };
    let run = &Run { learner: &learner, ..*run };
    let variables = &learner.variables;
    let identity = recipe.identity(run.identity);
    let (mut progress, mut moments) = match checkpoint::load(run.checkpoint, &identity, variables)? {
        Some(found) => found,
        None => (Progress::new(identity, 0, State::new(&recipe.method)), Moments::zero(variables)?),
    };
    while progress.step < recipe.steps {
        let started = Instant::now();
        let number = progress.step;
        if let Some(dropout) = learner.policy.dropout() {
            // Whatever was dropped before: a run that goes on drops what it would have dropped.
            dropout.begin(random(recipe.seed, Purpose::Dropout, number as u64).random());
        }
        let Some((metrics, samples)) =
            methods::step(run, number, &mut progress.state, (&companions, &mut moments), &mut *judge)?
        else {
            // Nothing of this step has changed anything: what was made before is whole.
            if number > 0 {
                checkpoint::save(run.checkpoint, &progress, variables, &moments)?;
            }
            return Ok(Ended::Stopped(number));
        };
        if !adapter::has_scores(&learner.policy)? {
            // Before it is told or kept: who goes on from what is on disk goes on with something that writes.
            return Err(LearnError::NotFinite { step: number, what: "policy's score after it" });
        }
        progress.step += 1;
        let last = progress.step == recipe.steps;
        let seconds = started.elapsed().as_secs_f64();
        let report = StepReport { step: progress.step, steps: recipe.steps, metrics, samples, seconds };
        let stopped = on(&report).is_break() && !last;
        if last || stopped || progress.step.is_multiple_of(recipe.checkpoint) {
            checkpoint::save(run.checkpoint, &progress, variables, &moments)?;
        }
        if stopped {
            return Ok(Ended::Stopped(progress.step));
        }
    }
    Ok(Ended::Finished)
}
