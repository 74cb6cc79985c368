//! The model's own thread. One model, one request at a time: two at once would only share the same cores.

use std::path::PathBuf;
use std::sync::mpsc::Receiver;

use emend_decode::Cancel;
use emend_engine::{Alternatives, Calibration, Candidate, Cascade, Request, Rewrite};
use emend_models::Seq2Seq;
use emend_text::{Format, Glossary, Instruction, Span};
use tokio::sync::{mpsc, oneshot};

use crate::job_thread::JobThread;
use crate::large_tier::{self, LargeChoice, LargeTier};
use crate::model_files::{DEFAULT_MODEL, locate};
use crate::verbs::rewrite::{Heard, RewriteRequest};
use crate::{App, AppError, ModelInfo, OneBadIn, TierChoice, Tiers, calibrations};

/// A request as the thread needs it.
#[derive(Debug)]
pub(crate) struct Ask {
    text: String,
    format: Format,
    range: Option<Span>,
    instruction: Instruction,
    glossary: Glossary,
    alternatives: usize,
    seed: u64,
    tier: TierChoice,
    one_bad_in: OneBadIn,
    /// Who may be asked when the small model is not sure.
    large: Option<LargeChoice>,
}

impl Ask {
    pub(crate) fn new(request: RewriteRequest, glossary: Glossary) -> Self {
        let RewriteRequest { text, format, range, instruction, alternatives, seed, tier, .. } = request;
        Self {
            text,
            format,
            range,
            instruction,
            glossary,
            alternatives,
            seed,
            tier,
            one_bad_in: OneBadIn::default(),
            large: None,
        }
    }

    /// With a large model to ask, and the risk that decides when.
    pub(crate) fn with_large(self, large: Option<LargeChoice>, one_bad_in: OneBadIn) -> Self {
        Self { one_bad_in, large, ..self }
    }

    fn as_request(&self) -> Request<'_> {
        Request {
            text: &self.text,
            format: self.format,
            range: self.range,
            instruction: &self.instruction,
            glossary: &self.glossary,
            alternatives: self.alternatives,
            seed: self.seed,
        }
    }
}

impl App {
    /// Loads the model, so that the first rewrite does not wait for it; who it is.
    pub async fn warm_up(&self) -> Result<ModelInfo, AppError> {
        self.model.load().await
    }
}

type Answer<T> = oneshot::Sender<Result<T, AppError>>;
type Answered<T> = oneshot::Receiver<Result<T, AppError>>;

enum Job {
    Load(Answer<ModelInfo>),
    /// Tells how far the model's answers can be trusted.
    Calibration(Answer<Option<Calibration>>),
    /// Drops what is loaded: files on the disk have changed.
    Forget(Answer<()>),
    Rewrite {
        ask: Ask,
        cancel: Cancel,
        events: mpsc::UnboundedSender<Heard>,
        answer: Answer<(Rewrite, Tiers)>,
    },
    /// Other candidates for one segment, which is all of `ask`'s range.
    Another {
        ask: Ask,
        seen: Vec<String>,
        cancel: Cancel,
        answer: Answer<(Vec<Candidate>, Tiers)>,
    },
}

/// Handle to the model's thread.
#[derive(Debug, Clone)]
pub(crate) struct Worker(JobThread<Job>);

impl Worker {
    /// `model` is a name, a folder or a file; `folders` are searched for names, `calibrations` for how much its answers
    /// can be trusted. Nothing is loaded yet.
    pub(crate) fn new(model: Option<String>, folders: Vec<PathBuf>, calibrations: Vec<PathBuf>) -> Self {
        Self(JobThread::new("model", move |jobs| work(model.as_deref(), &folders, &calibrations, jobs)))
    }

    /// Loads the model if it is not.
    pub(crate) async fn load(&self) -> Result<ModelInfo, AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Load(answer))?;
        answered.await.map_err(|_| self.died())?
    }

    /// How far the model's answers can be trusted; `None` when nobody knows.
    pub(crate) async fn calibration(&self) -> Result<Option<Calibration>, AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Calibration(answer))?;
        answered.await.map_err(|_| self.died())?
    }

    /// Lets go of the model and its calibration; the next request reads them anew.
    pub(crate) async fn forget(&self) -> Result<(), AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Forget(answer))?;
        answered.await.map_err(|_| self.died())?
    }

    /// Queues a rewrite; `events` closes when it is over.
    pub(crate) fn rewrite(
        &self,
        ask: Ask,
        cancel: Cancel,
        events: mpsc::UnboundedSender<Heard>,
    ) -> Result<Answered<(Rewrite, Tiers)>, AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Rewrite { ask, cancel, events, answer })?;
        Ok(answered)
    }

    /// Other candidates for a segment than those in `seen`.
    pub(crate) async fn another(
        &self,
        ask: Ask,
        seen: Vec<String>,
        cancel: Cancel,
    ) -> Result<(Vec<Candidate>, Tiers), AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Another { ask, seen, cancel, answer })?;
        answered.await.map_err(|_| self.died())?
    }

    pub(crate) fn died(&self) -> AppError {
        self.0.died()
    }
}

struct Loaded {
    rewriter: Seq2Seq,
    calibration: Option<Calibration>,
    tiers: Tiers,
    large: Option<LargeTier>,
}

impl Loaded {
    fn cascade(&self, tier: TierChoice, one_bad_in: OneBadIn) -> Cascade<'_> {
        let calibration = self.calibration.as_ref();
        let policy = tier.policy(calibration, one_bad_in.get());
        let large = self.large.as_ref().map(|large| &*large.rewriter);
        Cascade { small: &self.rewriter, large, calibration, policy }
    }

    /// Opens the large tier that is wished for, if another one or none is open. What runs for the old one ends.
    ///
    /// One that cannot be opened is an error only for whoever wants no other: to the cascade it is a model that fails.
    fn choose(&mut self, ask: &Ask, folders: &[PathBuf]) -> Result<(), AppError> {
        let open = self.large.as_ref().filter(|large| large.is_open).map(|large| &large.choice);
        if open != ask.large.as_ref() {
            self.large = None;
            self.tiers.large = None;
            if let Some(choice) = &ask.large {
                self.large = Some(match large_tier::open(choice.clone(), folders) {
                    Err(problem) if ask.tier == TierChoice::Large => return Err(problem),
                    Err(problem) => large_tier::unopened(choice.clone(), &problem),
                    Ok(open) => open,
                });
            }
        }
        self.tiers.large = self.large.as_ref().map(|large| large.info.clone());
        Ok(())
    }
}

fn work(model: Option<&str>, folders: &[PathBuf], calibrations: &[PathBuf], jobs: Receiver<Job>) {
    let mut loaded: Option<Loaded> = None;
    for job in jobs {
        let job = match job {
            Job::Forget(answer) => {
                loaded = None;
                let _ = answer.send(Ok(()));
                continue;
            }
            job => job,
        };
        // A failed load is tried again with the next job: the person may have put the file in place.
        let ready = match &loaded {
            Some(_) => Ok(()),
            None => load(model, folders, calibrations).map(|fresh| loaded = Some(fresh)),
        };
        let ready = match (&job, &mut loaded) {
            (Job::Rewrite { ask, .. }, Some(loaded)) if ready.is_ok() => loaded.choose(ask, folders),
            _ => ready,
        };
        // Whoever asked may have gone; their loss is no error of ours, hence the ignored sends.
        match (job, ready, &loaded) {
            (Job::Load(answer), Ok(()), Some(loaded)) => {
                let _ = answer.send(Ok(loaded.tiers.small.clone()));
            }
            (Job::Calibration(answer), Ok(()), Some(loaded)) => {
                let _ = answer.send(Ok(loaded.calibration.clone()));
            }
            (Job::Rewrite { ask, events, answer, .. }, Ok(()), Some(loaded))
                if ask.tier == TierChoice::Large && loaded.tiers.large.is_none() =>
            {
                drop(events);
                let _ = answer.send(Err(AppError::NoLargeTier));
            }
            (Job::Rewrite { ask, cancel, events, answer }, Ok(()), Some(loaded)) => {
                let cascade = loaded.cascade(ask.tier, ask.one_bad_in);
                let rewrite = emend_engine::rewrite(&cascade, &ask.as_request(), &cancel, &mut |progress| {
                    let _ = events.send(Heard::from_progress(progress, &loaded.tiers));
                });
                drop(events);
                let _ = answer.send(rewrite.map(|done| (done, loaded.tiers.clone())).map_err(AppError::from));
            }
            (Job::Another { ask, seen, cancel, answer }, Ok(()), Some(loaded)) => {
                let request = ask.as_request();
                let found = emend_engine::alternatives(
                    &loaded.rewriter,
                    &request,
                    &seen,
                    request.alternatives,
                    request.seed,
                    &cancel,
                );
                let candidates = found.map(|found| match found {
                    Alternatives::Found(candidates) => candidates,
                    Alternatives::Cancelled => Vec::new(),
                });
                let _ =
                    answer.send(candidates.map(|done| (done, loaded.tiers.clone())).map_err(AppError::from));
            }
            (job, ready, _) => refuse(job, ready.err()),
        }
    }
}

fn refuse(job: Job, error: Option<AppError>) {
    let error = error.unwrap_or(AppError::Thread { thread: "model" });
    match job {
        Job::Load(answer) => drop(answer.send(Err(error))),
        Job::Calibration(answer) => drop(answer.send(Err(error))),
        Job::Forget(answer) => drop(answer.send(Err(error))),
        Job::Rewrite { answer, events, .. } => {
            drop(events);
            drop(answer.send(Err(error)));
        }
        Job::Another { answer, .. } => drop(answer.send(Err(error))),
    }
}

fn load(model: Option<&str>, folders: &[PathBuf], calibrations: &[PathBuf]) -> Result<Loaded, AppError> {
    let name = model.unwrap_or(DEFAULT_MODEL);
    let path = locate(name, folders)?;
    let rewriter = emend_models::open_folder(&path)?;
    let mut small = ModelInfo::of(&rewriter);
    let calibration = small.weights_id.as_deref().and_then(|weights_id| {
        let (found, problems) = calibrations::find(calibrations, weights_id);
        small.calibration_problem = problems.first().map(ToString::to_string);
        found
    });
    Ok(Loaded { rewriter, calibration, tiers: Tiers { small, large: None }, large: None })
}
