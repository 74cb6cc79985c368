//! What every part of the bench stands on: the base, the texts to be measured on, and a training.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use emend_learn::examples::{Examples, Prompt};
use emend_learn::{Ended, Learner, Recipe, Run};
use emend_models::t5::T5;
use emend_models::{Seq2Seq, adapter};

use super::BenchAt;
use crate::app::App;
use crate::files::{self, Access};
use crate::learning::base::{self, Writers};
use crate::learning::feedback::Feedback;
use crate::learning::held_out::{Examiner, Held};
use crate::{AppError, Cancel};

/// What the time of a step is called in a [`Curve`].
pub(super) const SECONDS: &str = "seconds";
/// Longest file of a curve.
const MAX_CURVE: u64 = 64 << 20;

/// Metrics of each step of a run, and how many seconds it took.
pub type Curve = Vec<BTreeMap<String, f64>>;

/// What begins the names of what was measured on held-out texts in a [`Curve`].
const HELD_OUT: &str = "held-out/";
/// Texts of each kind that are looked at while a run goes on.
const LOOKED_AT: usize = 100;

/// When to measure held-out texts while a run goes on, and by what.
#[derive(Clone, Copy)]
pub(super) struct Looks<'e> {
    pub(super) examiner: &'e Examiner,
    /// Steps from one look to the next.
    pub(super) every: usize,
}

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
    pub(super) fn feedback(&self, parts: Vec<String>, from: &Examples) -> Result<Feedback, AppError> {
        let (app, glossary) = (self.app, self.app.glossary(&[])?);
        Feedback::of_run(parts, (self.model, from), &app.model_folders, &app.rules, glossary, Arc::default())
    }

    /// Held-out and clean texts under a model.
    pub(super) fn examine(&self, examiner: &Examiner, model: &T5) -> Result<Option<Examined>, AppError> {
        self.examine_some(examiner, model, usize::MAX)
    }

    /// The first so many of each kind.
    fn examine_some(
        &self,
        examiner: &Examiner,
        model: &T5,
        count: usize,
    ) -> Result<Option<Examined>, AppError> {
        let tokens = &self.model.tokens;
        let first = |texts| -> Vec<&Prompt> { <[Prompt]>::iter(texts).take(count).collect() };
        let (held_out, clean) = (first(self.held_out), first(self.clean));
        let writers = Writers::one(model.clone());
        let examine = |texts: &[&Prompt]| examiner.examine(&writers, tokens, texts, self.cancel, |_| ());
        Ok(examine(&held_out)?.zip(examine(&clean)?))
    }

    /// What a judge makes of a model while it learns; `None` when it was cancelled.
    pub(super) fn look(
        &self,
        examiner: &Examiner,
        model: &T5,
    ) -> Result<Option<BTreeMap<String, f64>>, AppError> {
        let Some((held, clean)) = self.examine_some(examiner, model, LOOKED_AT)? else { return Ok(None) };
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let measures = [
            ("style", mean(held.iter().filter_map(|held| held.style).collect())),
            ("meaning", mean(held.iter().map(|held| held.meaning).collect())),
            ("clean", mean(clean.iter().map(|held| f64::from(u8::from(held.unchanged()))).collect())),
        ];
        Ok(Some(measures.into_iter().map(|(name, value)| (format!("{HELD_OUT}{name}"), value)).collect()))
    }

    /// A run of its own, or the rest of one of the same recipe and the same examples: what it learned, as it answers.
    /// `None` when it was cancelled.
    pub(super) fn train(
        &self,
        name: &str,
        recipe: &Recipe,
        examples: &Examples,
        looks: Option<Looks<'_>>,
        on: &mut dyn FnMut(BenchAt<'_>),
    ) -> Result<Option<(T5, Curve)>, AppError> {
        let mut policy = self.model.t5.clone();
        let variables = adapter::fresh(&mut policy, &recipe.adapter, recipe.seed)?;
        let learner = Learner { policy, reference: self.model.t5.clone(), variables };
        let answering = learner.answering(recipe, &self.model.tokens);
        let feedback = self.feedback(recipe.method.parts().to_vec(), examples)?;
        let path = |kind: &str| self.folder.join(format!("{name}-{}.{kind}", recipe.seed));
        let kept = path("curve.json");
        let mut curve = read(&kept)?;
        let (mut first, mut failed) = (true, None);
        let base = self.model.weights_id.as_deref().unwrap_or_default();
        let run = Run {
            recipe,
            learner: &learner,
            tokens: &self.model.tokens,
            examples,
            checkpoint: &path("safetensors"),
            identity: &format!("{base} {}", examples.identity()),
            cancel: self.cancel,
        };
        let ended = emend_learn::train(&run, &mut |attempts| feedback.judge(attempts), |report| {
            if std::mem::take(&mut first) {
                // Steps after the checkpoint that it goes on from are made anew.
                curve.truncate(report.step - 1);
            }
            let mut metrics = report.metrics.clone();
            metrics.insert(SECONDS.into(), report.seconds);
            if let Some(Looks { examiner, every }) = looks
                && report.step.is_multiple_of(every)
            {
                match self.look(examiner, &answering) {
                    Ok(Some(measured)) => metrics.extend(measured),
                    Ok(None) => return ControlFlow::Break(()),
                    Err(error) => failed = Some(error),
                }
            }
            curve.push(metrics);
            on(BenchAt { run: name, seed: recipe.seed, steps: (report.step, report.steps) });
            if failed.is_none()
                && (report.step == report.steps || report.step.is_multiple_of(recipe.checkpoint))
            {
                let json = serde_json::to_vec(&curve).unwrap_or_default();
                failed = files::write(&kept, &json, Access::Private).err();
            }
            if failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        if ended != Ended::Finished {
            return Ok(None);
        }
        self.keep_adapter(&self.folder.join(format!("{name}-{}", recipe.seed)), recipe, &learner, &curve)?;
        Ok(Some((answering, curve)))
    }

    /// Leaves what was learned beside its curve, for whoever wants to use it (`emend adapters import`).
    fn keep_adapter(
        &self,
        folder: &Path,
        recipe: &Recipe,
        learner: &Learner,
        curve: &Curve,
    ) -> Result<(), AppError> {
        // Weights that do not say who they are have no adapters.
        if self.model.weights_id.is_none() {
            return Ok(());
        }
        // One that lies there may be of other texts or steps, whose checkpoint somebody took away.
        if folder.is_dir() {
            let failed = |source| AppError::Write { path: folder.to_owned(), source };
            std::fs::remove_dir_all(folder).map_err(failed)?;
        }
        let metrics: BTreeMap<_, _> =
            curve.last().into_iter().flatten().filter(|(name, _)| *name != SECONDS).collect();
        base::write_adapter(folder, self.model, recipe, learner, serde_json::json!(metrics))
    }
}

/// Metrics of the steps that were made before; none of a run that begins.
fn read(path: &Path) -> Result<Curve, AppError> {
    let Some(json) = files::read_if_there(path, MAX_CURVE)? else { return Ok(Vec::new()) };
    serde_json::from_slice(&json)
        .map_err(|error| AppError::NotText { what: path.display().to_string(), problem: error.to_string() })
}
