//! The gate: whether what a run made may take the place of what answers now.
//!
//! Each text is compared with what answers its own intent. Nothing is changed before the verdict: a trial that was
//! cancelled can be made again.

use std::collections::{BTreeSet, HashSet};

use emend_learn::examples::{Pair, Prompt};
use emend_learn::promote::{Bounds, Decision, Evidence, Paired, Report, Verdict, judge};
use emend_learn::{LearnError, score};
use emend_models::t5::{Ops, T5};
use emend_models::{Seq2Seq, adapter};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::adapters;
use crate::app::App;
use crate::learning::base::{self, Writers};
use crate::learning::examples::examples;
use crate::learning::feedback::{Feedback, watched};
use crate::learning::held_out::Examiner;
use crate::learning::prompts;
use crate::learning::runs::RunFolder;
use crate::learning::texts::{Known, LearnText};
use crate::verbs::adapters::known;
use crate::{AppError, Cancel};

/// What is measured, beside what the person thinks of held-out rewrites.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Texts that no run was given; when there are none, those of the held-out decisions.
    pub held_out: Vec<LearnText>,
    /// Texts that need no change; when there are none, what the person kept of the held-out texts, asked for once more.
    pub clean: Vec<LearnText>,
    /// Only texts of this intent (its id, or `own`): the adapter is to answer it alone.
    pub intent: Option<String>,
    /// Whether an adapter that passes is used from now on: for the intent above, else for all that it was compared on
    /// and all without an adapter of their own.
    pub use_it: bool,
}

/// How far the gate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialAt {
    /// Texts and decisions measured so far, under both models.
    pub done: usize,
    /// Of so many.
    pub of: usize,
}

/// What the gate said.
#[derive(Debug)]
pub struct Tried {
    /// The verdict and all that it rests on.
    pub report: Report,
    /// Texts that were not measured, because the run learned from them.
    pub left_out: usize,
    /// The name under which the adapter is in use now, if it is.
    pub used_as: Option<String>,
    /// Why the log of what was expected does not know that, if so.
    pub unlogged: Option<AppError>,
}

impl App {
    /// Compares what a finished run made with what answers now. `None` when cancelled, and nothing has changed.
    pub async fn try_run(
        &self,
        id: &str,
        mut trial: Trial,
        cancel: &Cancel,
        mut on: impl FnMut(TrialAt),
    ) -> Result<Option<Tried>, AppError> {
        known(trial.intent.as_deref())?;
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
        let decisions = self.held_out_texts().await?;
        if trial.held_out.is_empty() {
            trial.held_out = once(decisions.iter().map(|decision| (decision, &decision.source)));
        }
        if trial.clean.is_empty() {
            trial.clean = once(decisions.iter().filter_map(|decision| match &decision.known {
                Known::Rewrite(kept) => Some((decision, kept)),
                _ => None,
            }));
        }
        let asked = |text: &LearnText| {
            trial.intent.as_ref().is_none_or(|intent| prompts::name(&text.instruction) == *intent)
        };
        trial.held_out.retain(asked);
        let learned_from = folder.texts()?;
        let given = trial.held_out.len();
        let seen: HashSet<&str> = learned_from.iter().map(|text| text.source.as_str()).collect();
        trial.held_out.retain(|text| !seen.contains(text.source.as_str()));
        let left_out = given - trial.held_out.len();
        if left_out > 0 && trial.held_out.is_empty() {
            return Err(AppError::Invalid {
                what: "the held-out texts",
                expected: "texts that the run did not learn from".into(),
                found: format!("{left_out} that it learned from, and no other"),
            });
        }
        trial.clean.retain(asked);
        let given = trial.clean.len();
        trial.clean.retain(|text| !seen.contains(text.source.as_str()));
        let left_out = left_out + given - trial.clean.len();
        let decisions: Vec<LearnText> = decisions.into_iter().filter(asked).collect();
        let compared: BTreeSet<String> =
            trial.held_out.iter().chain(&decisions).map(|text| prompts::name(&text.instruction)).collect();
        let (use_it, intent) = (trial.use_it, trial.intent.clone());
        let (says, mut heard) = unbounded_channel();
        let job = Job {
            app: self.clone(),
            adapter: folder.adapter(),
            parts: watched(&recipe),
            learned_from,
            trial,
            decisions,
            cancel: cancel.clone(),
            says,
        };
        let work = tokio::task::spawn_blocking(move || job.run());
        while let Some(at) = heard.recv().await {
            on(at);
        }
        let report = work.await.map_err(|_| AppError::Thread { thread: "gate" })??;
        let Some(report) = report else { return Ok(None) };
        folder.keep_verdict(&report)?;
        let mut tried = Tried { report, left_out, used_as: None, unlogged: None };
        if use_it && tried.report.verdict == Verdict::Promoted {
            if adapters::existing(&self.paths.adapters(), &info.id).is_err() {
                self.import_adapter(&folder.adapter(), &info.id).await?;
            }
            tried.unlogged = match intent {
                Some(intent) => self.use_adapter(&info.id, Some(&intent)).await?.unlogged,
                None => self.promote_adapter(&info.id, &compared).await?.unlogged,
            };
            tried.used_as = Some(info.id);
        }
        Ok(Some(tried))
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
    /// What the run learned from: a taste is learned from it again.
    learned_from: Vec<LearnText>,
    trial: Trial,
    decisions: Vec<LearnText>,
    cancel: Cancel,
    says: UnboundedSender<TrialAt>,
}

impl Job {
    fn run(self) -> Result<Option<Report>, AppError> {
        let app = &self.app;
        let model = base::open(app)?;
        let new = Writers::one(adapter::open(&self.adapter, &model)?.t5);
        let prompts = |texts: &[LearnText]| -> Vec<Prompt> {
            texts.iter().filter_map(|text| prompts::prompt(&model, &text.instruction, &text.source)).collect()
        };
        let (held_out, clean) = (prompts(&self.trial.held_out), prompts(&self.trial.clean));
        let decided = decided(&model, &self.decisions);
        let asked = held_out.iter().chain(&clean).chain(decided.iter().map(|one| &one.pair.prompt));
        let live = Writers::in_use(app, &model, asked.map(|prompt| prompt.intent.as_str()))?;
        let dictionary = app.own_dictionary(&[])?;
        let glossary = app.glossary(&[])?;
        let learned = examples(&model, &self.learned_from).0;
        let examiner = Examiner::new(&self.parts, &app.model_folders, |asked| {
            Feedback::of_run(asked, (&model, &learned), &app.model_folders, &app.rules, glossary, dictionary)
        })?;
        let mut at = TrialAt { done: 0, of: 2 * (held_out.len() + clean.len()) + decided.len() };
        let mut more = |done: usize| {
            at.done += done;
            // Whoever listened may have gone.
            let _ = self.says.send(at);
        };
        let mut sides = Vec::new();
        for writers in [&live, &new] {
            for texts in [&held_out, &clean] {
                let texts: Vec<&Prompt> = texts.iter().collect();
                let held = examiner.examine(writers, &model.tokens, &texts, &self.cancel, &mut more)?;
                let Some(held) = held else { return Ok(None) };
                sides.push(held);
            }
        }
        let mut evidence = Evidence::default();
        examiner.add(&mut evidence, (&sides[0], &sides[2]), (&sides[1], &sides[3]));
        for Decided { pair, side } in &decided {
            if self.cancel.is_cancelled() {
                return Ok(None);
            }
            let of = |writers: &Writers| margin(writers.of(&pair.prompt.intent), pair);
            let (live, new) = (of(&live)?, of(&new)?);
            let text = pair.prompt.text.clone();
            match side {
                Side::Rewrite => evidence.decisions.push(Decision { text, taken: true, live, new }),
                Side::Text => {
                    evidence.decisions.push(Decision { text, taken: false, live: -live, new: -new });
                }
                Side::Neither => evidence.choices.push(Paired { text, live, new }),
            }
            more(1);
        }
        let report =
            judge(&evidence, &Bounds::default()).map_err(|error| LearnError::Feedback(error.into()))?;
        Ok(Some(report))
    }
}

/// A decision that was a preference, as the model reads it.
pub(crate) struct Decided {
    pub(crate) pair: Pair,
    side: Side,
}

/// What was preferred.
enum Side {
    /// A rewrite, to the text as it is.
    Rewrite,
    /// The text as it is.
    Text,
    /// One rewrite to another.
    Neither,
}

/// Those of the decisions that were preferences and fit the model.
pub(crate) fn decided(model: &Seq2Seq, decisions: &[LearnText]) -> Vec<Decided> {
    let one = |decision: &LearnText| {
        let Known::Preference { chosen, rejected } = &decision.known else { return None };
        let side = match &decision.source {
            text if text == chosen => Side::Text,
            text if text == rejected => Side::Rewrite,
            _ => Side::Neither,
        };
        let prompt = prompts::prompt(model, &decision.instruction, &decision.source)?;
        Some(Decided { pair: prompts::pair(model, &prompt, (chosen, rejected), 1.0)?, side })
    };
    decisions.iter().filter_map(one).collect()
}

/// By how many nats a model finds the preferred text likelier than the other one.
pub(crate) fn margin(t5: &T5, pair: &Pair) -> Result<f64, AppError> {
    let scores = score(t5, &[&pair.prompt.source], &[&pair.chosen, &pair.rejected], Ops::Fused)?;
    let sums: Vec<f32> = scores.sums().and_then(|sums| sums.to_vec1()).map_err(LearnError::Tensor)?;
    Ok(f64::from(sums[0] - sums[1]))
}
