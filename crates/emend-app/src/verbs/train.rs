//! Train: a recipe and texts in, an adapter out. The adapter that is in use is not touched.
//!
//! The run has a thread and a model of its own. Its folder holds all that it needs to go on after a stop or a kill.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use emend_learn::grades::PART as GRADED;
use emend_learn::preferences::Weighing;
use emend_learn::{Ended, LearnError, Learner, Recipe, Run, StepReport};
use emend_models::{Seq2Seq, adapter};
use emend_text::{Dictionary, Glossary};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::app::{App, now};

use crate::AppError;
use crate::learning::agreement::{self, Agreement};
use crate::learning::data_source::DataSource;
use crate::learning::examples::examples;
use crate::learning::feedback::Feedback;
use crate::learning::runs::{RunFolder, RunInfo, as_json};
use crate::learning::texts::{self, LearnText};
use crate::learning::{base, guide, thresholds};
use crate::verbs::runs::no_run;

pub use crate::learning::control::{Control, Waits};

/// What to do.
#[derive(Debug, Clone)]
pub struct Train {
    /// How.
    pub recipe: Recipe,
    /// From what.
    pub texts: Vec<LearnText>,
    /// Where the texts come from.
    pub data: DataSource,
}

/// Which run.
#[derive(Debug, Clone)]
pub enum Which {
    /// A new one.
    New(Box<Train>),
    /// One that was stopped, by its name.
    Resume(String),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The run.
    pub run: RunInfo,
    /// How it ended.
    pub ended: Ended,
    /// Texts that were left out: empty, too long, or not in the model's letters.
    pub left_out: usize,
    /// The adapter's folder; there is one when the run is finished.
    pub adapter: Option<PathBuf>,
}

/// What a run says while it goes.
#[derive(Debug, Clone)]
pub enum TrainEvent {
    /// It begins, or goes on.
    Begun {
        /// The run.
        run: RunInfo,
        /// Examples that it learns from.
        examples: usize,
        /// Texts that need no change, which it learns to leave alone; `None` where the recipe has no use for such.
        clean: Option<usize>,
        /// Steps in all.
        steps: usize,
    },
    /// The large model writes the rewrites that the run's begin with, before there is a run.
    Guided {
        /// Texts that it has rewritten.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// A step was made.
    Step(StepReport),
    /// It waits.
    Waits(Waits),
    /// It goes on after it has waited.
    GoesOn,
}

impl TrainEvent {
    /// As a line for scripts.
    pub fn json(&self) -> Value {
        match self {
            Self::Begun { run, examples, clean, steps } => serde_json::json!({
                "type": "begun", "run": run.id, "recipe": run.recipe, "examples": examples, "clean": clean,
                "steps": steps,
            }),
            Self::Guided { done, of } => serde_json::json!({ "type": "guided", "done": done, "of": of }),
            Self::Step(report) => {
                let mut line = as_json(report);
                line["type"] = "step".into();
                line
            }
            Self::Waits(reason) => serde_json::json!({ "type": "waits", "reason": reason }),
            Self::GoesOn => serde_json::json!({ "type": "goes_on" }),
        }
    }
}

impl App {
    /// A training from all decisions that are not held out. [`AppError::TooFewDecisions`] when there is not enough to
    /// learn from.
    pub async fn own_training(&self, recipe: Recipe) -> Result<Train, AppError> {
        let mut texts = self.decided_texts(&Weighing::default()).await?;
        if recipe.method.parts().iter().any(|part| part == GRADED) {
            texts.extend(self.graded_texts().await?);
        }
        Ok(Train { recipe, texts, data: DataSource::OwnDecisions })
    }

    /// Runs a recipe to its end, or until it is stopped; `None` when that was before there was a run, and nothing is kept.
    pub async fn train(
        &self,
        which: Which,
        control: &Control,
        mut on: impl FnMut(TrainEvent),
    ) -> Result<Option<Trained>, AppError> {
        control.be_polite(self.settings()?.settings.learning.pauses);
        let (says, mut heard) = unbounded_channel();
        let job = Job {
            app: self.clone(),
            glossary: self.glossary(&[])?,
            dictionary: self.own_dictionary(&[])?,
            control: control.clone(),
            held_out: self.held_out_texts().await?,
            says,
        };
        let work = tokio::task::spawn_blocking(move || job.run(which));
        while let Some(event) = heard.recv().await {
            on(event);
        }
        work.await.map_err(|_| AppError::Thread { thread: "training" })?
    }
}

/// What a run needs to begin, or to go on.
struct Prepared {
    /// Where it is, if it was begun before.
    begun: Option<(RunFolder, RunInfo)>,
    recipe: Recipe,
    texts: Vec<LearnText>,
    data: DataSource,
}

/// The work of one run, on a thread that may wait.
struct Job {
    app: App,
    glossary: Glossary,
    dictionary: Arc<Dictionary>,
    control: Control,
    /// Decisions that no run learns from.
    held_out: Vec<LearnText>,
    says: UnboundedSender<TrainEvent>,
}

impl Job {
    fn run(self, which: Which) -> Result<Option<Trained>, AppError> {
        let app = &self.app;
        let model = base::open(app)?;
        let Some(Prepared { begun, recipe, texts, data }) = self.prepare(which)? else { return Ok(None) };
        let (examples, left_out) = examples(&model, &texts);
        let parts = recipe.method.parts().to_vec();
        let feedback = (!parts.is_empty())
            .then(|| {
                Feedback::of_run(
                    parts,
                    (&model, &examples),
                    &app.model_folders,
                    &app.rules,
                    self.glossary.clone(),
                    self.dictionary.clone(),
                )
            })
            .transpose()?;
        let (count, what) = recipe.method.examples(&examples);
        if count == 0 {
            return Err(LearnError::NoData { recipe: recipe.name.clone(), what }.into());
        }
        // Only now: what cannot be run leaves no folder behind.
        let (folder, info) = match begun {
            Some(begun) => begun,
            None => self.begin(&model, (&recipe, &texts), data)?,
        };
        let recipe = match &feedback {
            // The rewrites of a file are somebody else's.
            Some(feedback) if info.data == DataSource::OwnDecisions => {
                thresholds::of_accepted(recipe, &model, &texts, feedback)?
            }
            _ => recipe,
        };
        let mut policy = model.t5.clone();
        let variables = adapter::fresh(&mut policy, &recipe.adapter, recipe.seed)?;
        let learner = Learner { policy, reference: model.t5.clone(), variables };
        let clean = recipe.method.leaves_alone().then_some(examples.clean.len());
        let begun = TrainEvent::Begun { run: info.clone(), examples: count, clean, steps: recipe.steps };
        // Whoever listened may have gone: the run goes on for itself.
        let _ = self.says.send(begun);
        let run = Run {
            recipe: &recipe,
            learner: &learner,
            tokens: &model.tokens,
            examples: &examples,
            checkpoint: &folder.checkpoint(),
            identity: &format!("{} {}", info.weights_id, info.data_hash),
            cancel: &self.control.cancel,
        };
        // The texts of a file say nothing about what the person prefers.
        let held_out: &[_] = if info.data == DataSource::OwnDecisions { &self.held_out } else { &[] };
        let mut agreement = Agreement::new(&model, held_out);
        let answering = learner.answering(&recipe, &model.tokens);
        let mut first = true;
        let mut failed = None;
        let ended = emend_learn::train(
            &run,
            &mut |attempts| match &feedback {
                Some(feedback) => feedback.judge(attempts),
                None => Ok(vec![Vec::new(); attempts.len()]),
            },
            |report| {
                // Steps after the checkpoint that it goes on from are made anew.
                let ready = if first { folder.rewind(report.step - 1) } else { Ok(()) };
                first = false;
                let logged = ready.and_then(|()| {
                    let mut report = report.clone();
                    let before_and_now = (&learner.reference, &answering);
                    let agreed = agreement.after(&report, before_and_now, &self.control.cancel)?;
                    report.metrics.extend(agreed.map(|share| (agreement::METRIC.to_owned(), share)));
                    folder.log(&report)?;
                    let _ = self.says.send(TrainEvent::Step(report));
                    Ok(())
                });
                if let Err(error) = logged {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
                if report.step == report.steps {
                    return ControlFlow::Continue(());
                }
                self.control.wait(|reason| {
                    let _ = self.says.send(reason.map_or(TrainEvent::GoesOn, TrainEvent::Waits));
                })
            },
        )?;
        if let Some(error) = failed {
            return Err(error);
        }
        let adapter = match ended {
            Ended::Finished => Some(write(&folder, &recipe, &learner, &model)?),
            Ended::Stopped(_) => None,
        };
        Ok(Some(Trained { run: info, ended, left_out, adapter }))
    }

    /// The texts with what the large model makes of them; `None` when it was stopped. Without one, those that come with a
    /// rewrite must do.
    fn guided(&self, texts: Vec<LearnText>) -> Result<Option<Vec<LearnText>>, AppError> {
        let Some(choice) = self.app.chosen_large()? else { return Ok(Some(texts)) };
        guide::guided(texts, choice, &self.app.model_folders, &self.control.cancel, |done, of| {
            let _ = self.says.send(TrainEvent::Guided { done, of });
            self.control.wait(|reason| {
                let _ = self.says.send(reason.map_or(TrainEvent::GoesOn, TrainEvent::Waits));
            })
        })
    }

    /// `None` when it was stopped before there was a run.
    fn prepare(&self, which: Which) -> Result<Option<Prepared>, AppError> {
        Ok(match which {
            Which::New(train) => {
                let Train { recipe, texts, data } = *train;
                let texts = if recipe.method.has_guide() { self.guided(texts)? } else { Some(texts) };
                texts.map(|texts| Prepared { begun: None, recipe, texts, data })
            }
            Which::Resume(id) => {
                let folder = RunFolder::new(&self.app.paths.runs(), &id)?;
                let (info, recipe) = folder.read()?.ok_or_else(|| no_run(&id))?;
                let (texts, data) = (folder.texts()?, info.data.clone());
                Some(Prepared { begun: Some((folder, info)), recipe, texts, data })
            }
        })
    }

    /// A new folder, with all that the run needs to go on.
    fn begin(
        &self,
        model: &Seq2Seq,
        (recipe, texts): (&Recipe, &[LearnText]),
        data: DataSource,
    ) -> Result<(RunFolder, RunInfo), AppError> {
        let (id, folder) = RunFolder::free(&self.app.paths.runs(), &self.app.paths.adapters(), &recipe.name)?;
        let info = RunInfo {
            id,
            recipe: recipe.name.clone(),
            weights_id: weights_id(model)?,
            model: model.manifest.name.clone(),
            data,
            data_hash: hash(texts),
            created: now(),
        };
        folder.create(&info, recipe, texts)?;
        Ok((folder, info))
    }
}

/// The adapter's folder.
fn write(
    folder: &RunFolder,
    recipe: &Recipe,
    learner: &Learner,
    model: &Seq2Seq,
) -> Result<PathBuf, AppError> {
    let path = folder.adapter();
    // A run that was killed after this moment has its adapter already.
    if path.is_dir() {
        return Ok(path);
    }
    let metrics = folder.reports()?.pop().map(|mut row| row["metrics"].take()).unwrap_or_default();
    base::write_adapter(&path, model, recipe, learner, metrics)?;
    Ok(path)
}

fn weights_id(model: &Seq2Seq) -> Result<String, AppError> {
    model.weights_id.clone().ok_or_else(|| AppError::Invalid {
        what: "the model",
        expected: "weights that state their identity (`emend models convert` writes it)".into(),
        found: model.manifest.name.clone(),
    })
}

fn hash(texts: &[LearnText]) -> String {
    emend_models::hex(&Sha256::digest(texts::to_lines(texts)))
}
