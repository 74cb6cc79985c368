//! Ours, as `emend train` does it.

use std::ops::ControlFlow;
use std::path::Path;

use emend_decode::{Cancel, Limits};
use emend_learn::examples::{Demonstration, Examples, Prompt};
use emend_learn::{Learner, Recipe, Run, train};
use emend_models::t5::T5;
use emend_models::{Tokens, Weights, adapter, open_folder};
use tempfile::TempDir;

use super::{Batch, Kind, Steps, Trainer, recipe};
use crate::BenchError;
use crate::bench::Bench;

pub(crate) const EIGHT_BITS: Kind = Kind {
    name: "emend, base q8_0",
    // Activations are rounded to eight bits as well.
    tolerance: 0.03,
    open: |bench| Ok(Some(Box::new(Emend::new(open_folder(&bench.settings.model)?.t5, bench)?))),
};

pub(crate) const FLOAT: Kind = Kind {
    name: "emend, base f32",
    tolerance: 0.001,
    open: |bench| {
        let Some(files) = bench.python_files()? else { return Ok(None) };
        let base = T5::load(&Weights::open(&files.floats())?)?;
        Ok(Some(Box::new(Emend::new(base, bench)?)))
    },
};

pub(crate) struct Emend {
    recipe: Recipe,
    learner: Learner,
    tokens: Tokens,
    folder: TempDir,
}

impl Emend {
    /// A new adapter on `base`.
    pub(crate) fn new(base: T5, bench: &Bench<'_>) -> Result<Self, BenchError> {
        let recipe = recipe()?;
        let mut policy = base.clone();
        let variables = adapter::fresh(&mut policy, &recipe.adapter, recipe.seed)?;
        let learner = Learner { policy, reference: base, variables };
        Ok(Self {
            recipe,
            learner,
            tokens: open_folder(&bench.settings.model)?.tokens,
            folder: tempfile::tempdir()?,
        })
    }
}

impl Trainer for Emend {
    fn steps(&mut self, batch: &Batch, steps: usize) -> Result<Steps, BenchError> {
        let recipe = Recipe { steps, batch: batch.sources.len(), ..self.recipe.clone() };
        let checkpoint = self.folder.path().join("checkpoint");
        let run = Run {
            recipe: &recipe,
            learner: &self.learner,
            tokens: &self.tokens,
            examples: &examples(batch),
            checkpoint: &checkpoint,
            identity: "bench",
            cancel: &Cancel::new(),
        };
        let mut made = Steps { losses: Vec::new(), seconds: 0.0 };
        train(&run, &mut |attempts| Ok(vec![Vec::new(); attempts.len()]), |report| {
            made.losses.extend(report.metrics.get("loss"));
            made.seconds += report.seconds;
            ControlFlow::Continue(())
        })?;
        forget(&checkpoint)?;
        Ok(made)
    }
}

/// So that the next steps do not go on with these, which are done.
fn forget(checkpoint: &Path) -> Result<(), BenchError> {
    Ok(std::fs::remove_file(checkpoint)?)
}

fn examples(batch: &Batch) -> Examples {
    let demonstration = |(source, target): (&Vec<u32>, &Vec<u32>)| Demonstration {
        prompt: Prompt {
            intent: "fix".into(),
            instruction: None,
            text: String::new(),
            source: source.clone(),
            limits: Limits { max_tokens: target.len(), start: 0, end: 1 },
        },
        target: target.clone(),
        weight: 1.0,
    };
    let demonstrations = batch.sources.iter().zip(&batch.targets).map(demonstration).collect();
    Examples { demonstrations, ..Examples::default() }
}
