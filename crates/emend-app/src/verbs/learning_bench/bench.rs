//! What every part of the bench stands on: the base, the texts to be measured on, and a training.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use emend_learn::examples::{Examples, Prompt};
use emend_learn::{Ended, Learner, Recipe, Run};
use emend_models::t5::T5;
use emend_models::{Seq2Seq, adapter};

use super::BenchAt;
use crate::app::App;
use crate::learning::base::Writers;
use crate::learning::feedback::Feedback;
use crate::learning::held_out::{Examiner, Held};
use crate::{AppError, Cancel};

/// Metrics of each step of a run.
pub type Curve = Vec<BTreeMap<String, f64>>;

/// Held-out texts, and texts that need no change.
pub(super) type Examined = (Vec<Held>, Vec<Held>);

pub(super) struct Bench<'b> {
    pub(super) app: &'b App,
    pub(super) model: &'b Seq2Seq,
    pub(super) held_out: &'b [Prompt],
    pub(super) clean: &'b [Prompt],
    pub(super) folder: &'b Path,
    pub(super) cancel: &'b Cancel,
}

impl Bench<'_> {
    pub(super) fn feedback(&self, parts: Vec<String>) -> Result<Feedback, AppError> {
        Feedback::new(parts, &self.app.model_folders, &self.app.rules, self.app.glossary(&[])?, Vec::new())
    }

    /// Held-out and clean texts under a model.
    pub(super) fn examine(&self, examiner: &Examiner, model: &T5) -> Result<Option<Examined>, AppError> {
        let tokens = &self.model.tokens;
        let (held_out, clean): (Vec<_>, Vec<_>) =
            (self.held_out.iter().collect(), self.clean.iter().collect());
        let writers = Writers::one(model.clone());
        let examine = |texts: &[&Prompt]| examiner.examine(&writers, tokens, texts, self.cancel, |_| ());
        Ok(examine(&held_out)?.zip(examine(&clean)?))
    }

    /// A run of its own, or the rest of one of the same recipe and the same examples; `None` when it was cancelled.
    pub(super) fn train(
        &self,
        name: &str,
        recipe: &Recipe,
        examples: &Examples,
        on: &mut dyn FnMut(BenchAt<'_>),
    ) -> Result<Option<(Learner, Curve)>, AppError> {
        let mut policy = self.model.t5.clone();
        let variables = adapter::fresh(&mut policy, &recipe.adapter, recipe.seed)?;
        let learner = Learner { policy, reference: self.model.t5.clone(), variables };
        let feedback = self.feedback(recipe.method.parts().to_vec())?;
        let mut curve = Vec::new();
        let base = self.model.weights_id.as_deref().unwrap_or_default();
        let run = Run {
            recipe,
            learner: &learner,
            tokens: &self.model.tokens,
            examples,
            checkpoint: &self.folder.join(format!("{name}-{}.safetensors", recipe.seed)),
            identity: &format!("{base} {}", examples.identity()),
            cancel: self.cancel,
        };
        let ended = emend_learn::train(&run, &mut |attempts| feedback.judge(attempts), |report| {
            curve.push(report.metrics.clone());
            on(BenchAt { run: name, seed: recipe.seed, steps: (report.step, report.steps) });
            ControlFlow::Continue(())
        })?;
        Ok((ended == Ended::Finished).then_some((learner, curve)))
    }
}
