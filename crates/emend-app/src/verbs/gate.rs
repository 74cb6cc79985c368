//! The gate: whether what a run made may take the place of what answers now.

use std::collections::HashSet;

use emend_learn::examples::Prompt;
use emend_learn::preferences::{Weighing, split};
use emend_learn::promote::{Bounds, Evidence, Paired, Report, Verdict, judge};
use emend_learn::{LearnError, score};
use emend_models::t5::{Ops, T5};
use emend_models::{Seq2Seq, adapter};

use crate::adapters;
use crate::app::App;
use crate::learning::feedback::Feedback;
use crate::learning::held_out::Examiner;
use crate::learning::preferences::learn_texts;
use crate::learning::prompts;
use crate::learning::runs::RunFolder;
use crate::learning::texts::{Known, LearnText};
use crate::model_files::{DEFAULT_MODEL, locate};
use crate::verbs::preferences::HELD_OUT;
use crate::{AppError, Cancel};

/// What is measured, beside what the person thinks of held-out rewrites.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Texts that no run was given; when there are none, those of the held-out decisions.
    pub held_out: Vec<LearnText>,
    /// Texts that need no change; when there are none, what the person kept of the held-out texts, asked for once more.
    pub clean: Vec<LearnText>,
    /// Whether an adapter that passes is used from now on.
    pub use_it: bool,
}

/// What the gate said.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The verdict and all that it rests on.
    pub report: Report,
    /// The name under which the adapter is in use now, if it is.
    pub used_as: Option<String>,
}

impl App {
    /// Compares what a finished run made with what answers now. `None` when cancelled.
    pub async fn try_run(
        &self,
        id: &str,
        mut trial: Trial,
        cancel: &Cancel,
    ) -> Result<Option<Tried>, AppError> {
        let folder = RunFolder::new(&self.paths.runs(), id)?;
        let unknown = |found: String| AppError::Invalid {
            what: "the run",
            expected: "a finished one of those that `emend train list` shows".into(),
            found,
        };
        let (info, recipe) = folder.read()?.ok_or_else(|| unknown(id.to_owned()))?;
        if !folder.adapter().is_dir() {
            return Err(unknown(format!("{id}, which is not finished")));
        }
        let decisions = self.preferences(&Weighing::default()).await?.data;
        let decisions = learn_texts(&split(decisions, HELD_OUT).held_out);
        if trial.held_out.is_empty() {
            trial.held_out = once(decisions.iter().map(|decision| (decision, &decision.source)));
        }
        if trial.clean.is_empty() {
            trial.clean = once(decisions.iter().filter_map(|decision| match &decision.known {
                Known::Rewrite(kept) => Some((decision, kept)),
                _ => None,
            }));
        }
        let use_it = trial.use_it;
        let job = Job {
            app: self.clone(),
            adapter: folder.adapter(),
            parts: recipe.method.parts().to_vec(),
            trial,
            decisions,
            cancel: cancel.clone(),
        };
        let work = tokio::task::spawn_blocking(move || job.run());
        let report = work.await.map_err(|_| AppError::Thread { thread: "gate" })??;
        let Some(report) = report else { return Ok(None) };
        let mut used_as = None;
        if use_it && report.verdict == Verdict::Promoted {
            if adapters::existing(&self.paths.adapters(), &info.id).is_err() {
                self.import_adapter(&folder.adapter(), &info.id).await?;
            }
            self.use_adapter(&info.id, None).await?;
            used_as = Some(info.id);
        }
        Ok(Some(Tried { report, used_as }))
    }
}

/// Each text once, as it was asked for.
fn once<'d>(texts: impl Iterator<Item = (&'d LearnText, &'d String)>) -> Vec<LearnText> {
    let mut seen = HashSet::new();
    texts
        .filter(|(_, text)| seen.insert(text.as_str()))
        .map(|(decision, text)| LearnText {
            source: text.clone(),
            known: Known::Nothing,
            ..LearnText::clone(decision)
        })
        .collect()
}

/// The measuring, on a thread that may wait.
struct Job {
    app: App,
    adapter: std::path::PathBuf,
    parts: Vec<String>,
    trial: Trial,
    decisions: Vec<LearnText>,
    cancel: Cancel,
}

impl Job {
    fn run(self) -> Result<Option<Report>, AppError> {
        let app = &self.app;
        let name = app.named_model.as_deref().unwrap_or(DEFAULT_MODEL);
        let model = emend_models::open_folder(&locate(name, &app.model_folders)?)?;
        let new = adapter::open(&self.adapter, &model)?.t5;
        let live = self.live(&model)?;
        let words = app.dictionary()?;
        let glossary = app.glossary(&[])?;
        let examiner = Examiner::new(&self.parts, &app.model_folders, |asked| {
            Feedback::new(asked, &app.model_folders, &app.rules, glossary, words)
        })?;
        let prompts = |texts: &[LearnText]| -> Vec<Prompt> {
            texts.iter().filter_map(|text| prompts::prompt(&model, &text.instruction, &text.source)).collect()
        };
        let (held_out, clean) = (prompts(&self.trial.held_out), prompts(&self.trial.clean));
        let mut sides = Vec::new();
        for t5 in [&live, &new] {
            for texts in [&held_out, &clean] {
                let texts: Vec<&Prompt> = texts.iter().collect();
                let Some(held) = examiner.examine(t5, &model.tokens, &texts, &self.cancel)? else {
                    return Ok(None);
                };
                sides.push(held);
            }
        }
        let mut evidence = Evidence::default();
        examiner.add(&mut evidence, (&sides[0], &sides[2]), (&sides[1], &sides[3]));
        evidence.decisions = decided(&model, (&live, &new), &self.decisions)?;
        let report =
            judge(&evidence, &Bounds::default()).map_err(|error| LearnError::Feedback(error.into()))?;
        Ok(Some(report))
    }

    /// What answers the first of the held-out texts now: the base, or the base with an adapter.
    fn live(&self, model: &Seq2Seq) -> Result<T5, AppError> {
        let first = self.trial.held_out.iter().chain(&self.decisions).next();
        let wanted = first.map(|text| prompts::name(&text.instruction));
        let choice = self.app.adapter_choice()?;
        match choice.of(wanted.as_deref()) {
            None => Ok(model.t5.clone()),
            Some(id) => {
                let folder = adapters::existing(&self.app.paths.adapters(), id)?;
                Ok(adapter::open(&folder, model)?.t5)
            }
        }
    }
}

/// By how many nats each model finds the preferred text likelier than the other one.
fn decided(
    model: &Seq2Seq,
    (live, new): (&T5, &T5),
    decisions: &[LearnText],
) -> Result<Vec<Paired<f64>>, AppError> {
    let mut margins = Vec::new();
    for decision in decisions {
        let Known::Preference { chosen, rejected } = &decision.known else { continue };
        let Some(prompt) = prompts::prompt(model, &decision.instruction, &decision.source) else { continue };
        let Some(pair) = prompts::pair(model, &prompt, (chosen, rejected), 1.0) else { continue };
        let margin = |t5: &T5| -> Result<f64, AppError> {
            let scores = score(t5, &[&prompt.source], &[&pair.chosen, &pair.rejected], Ops::Fused)?;
            let sums: Vec<f32> = scores.sums().and_then(|sums| sums.to_vec1()).map_err(LearnError::Tensor)?;
            Ok(f64::from(sums[0] - sums[1]))
        };
        margins.push(Paired { text: prompt.text.clone(), live: margin(live)?, new: margin(new)? });
    }
    Ok(margins)
}
