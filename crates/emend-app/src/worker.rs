//! The model's own thread. One model, one request at a time: two at once would only share the same cores.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use emend_critics::Pair;
use emend_decode::Cancel;
use emend_engine::seq2seq::{InSession, Session};
use emend_engine::{
    Alternatives, AskCritics, Cached, Candidate, Cascade, Corrected, DraftCache, Policy, Request, Rewrite,
    Rewriter, SkipClean, TellCritics,
};
use emend_lint::proposals;
use emend_models::Seq2Seq;
use emend_text::{Dictionary, Format, Glossary, Instruction, Span};
use tokio::sync::{mpsc, oneshot};

use crate::adapters::{AdapterFit, Worn, Writer};
use crate::calibrations::{CalibrationFolders, Calibrations};
use crate::critics::{Ahead, CriticsThread};
use crate::job_thread::JobThread;
use crate::large_tier::{self, LargeChoice, LargeTier};
use crate::learning::expected::Choice;
use crate::model_files::{DEFAULT_MODEL, locate};
use crate::rules::Rules;
use crate::verbs::rewrite::{Heard, RewriteRequest};
use crate::{App, AppError, ModelInfo, OneBadIn, TierChoice, Tiers};

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
    writer: Writer,
    /// Whether somebody wants to know how sure the answer is.
    rated: bool,
    one_bad_in: OneBadIn,
    /// How many corrections may be missed when sentences that look clean are left out.
    one_missed_in: Option<OneBadIn>,
    /// Who may be asked when the small model is not sure.
    large: Option<LargeChoice>,
    /// For the grammar rules, and for what is proposed.
    dictionary: Arc<Dictionary>,
}

impl Ask {
    pub(crate) fn new(request: RewriteRequest, glossary: Glossary) -> Self {
        let RewriteRequest {
            text, format, range, instruction, alternatives, seed, tier, writer, rated, ..
        } = request;
        Self {
            text,
            format,
            range,
            instruction,
            glossary,
            alternatives,
            seed,
            tier,
            writer,
            rated,
            one_bad_in: OneBadIn::default(),
            one_missed_in: None,
            large: None,
            dictionary: Arc::default(),
        }
    }

    /// With the personal dictionary.
    pub(crate) fn with_dictionary(self, dictionary: Arc<Dictionary>) -> Self {
        Self { dictionary, ..self }
    }

    /// With a large model to ask, and the risk that decides when.
    pub(crate) fn with_large(self, large: Option<LargeChoice>, one_bad_in: OneBadIn) -> Self {
        Self { one_bad_in, large, ..self }
    }

    /// Leaving out what looks clean, as long as at most one in so many corrections is missed.
    pub(crate) fn leaving_out(self, one_missed_in: Option<OneBadIn>) -> Self {
        Self { one_missed_in, ..self }
    }

    /// Whether the critics have a say: not when only the small model may answer and nobody asks how sure it is. With the
    /// grammar rules they take most of the time and of the memory of a single rewrite.
    fn is_judged(&self) -> bool {
        self.rated || self.tier != TierChoice::Small
    }

    fn as_request(&self) -> Request<'_> {
        Request {
            text: &self.text,
            format: self.format,
            range: self.range,
            instruction: &self.instruction,
            glossary: &self.glossary,
            dictionary: &self.dictionary,
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
    Calibrations(Answer<Calibrations>),
    /// Tells what the adapter in a folder would be to the model.
    Fit(PathBuf, Answer<AdapterFit>),
    /// Drops what is loaded: files on the disk have changed.
    Forget(Answer<()>),
    Rewrite {
        ask: Ask,
        cancel: Cancel,
        events: mpsc::UnboundedSender<Heard>,
        answer: Answer<(Rewrite, Tiers)>,
    },
    /// Tells how likely a writer finds a decision.
    Expect {
        writer: Writer,
        choice: Box<Choice>,
        answer: Answer<Option<f64>>,
    },
    /// Other candidates for one segment, which is all of `ask`'s range.
    Another {
        ask: Ask,
        seen: Vec<String>,
        cancel: Cancel,
        answer: Answer<(Vec<Candidate>, Tiers)>,
    },
}

impl Job {
    /// Who is wanted, and for which intent; none for what is about no intent.
    fn writer(&self) -> (&Writer, Option<&'static str>) {
        match self {
            Self::Rewrite { ask, .. } | Self::Another { ask, .. } => {
                (&ask.writer, Some(ask.instruction.id()))
            }
            Self::Expect { writer, .. } => (writer, None),
            Self::Load(_) | Self::Calibrations(_) | Self::Fit(..) | Self::Forget(_) => (&Writer::InUse, None),
        }
    }
}

/// Handle to the model's thread.
#[derive(Debug, Clone)]
pub(crate) struct Worker(JobThread<Job>);

impl Worker {
    /// `model` is a name, a folder or a file; `folders` are searched for names, `calibrations` for how much its answers
    /// can be trusted, `adapters` for what is put on it, the critics are asked about them, and the grammar rules for what
    /// they would correct. Nothing is loaded yet.
    pub(crate) fn new(
        model: Option<String>,
        folders: Vec<PathBuf>,
        calibrations: CalibrationFolders,
        adapters: PathBuf,
        (critics, rules): (CriticsThread, Rules),
    ) -> Self {
        let places = Places { model, folders, calibrations, adapters };
        Self(JobThread::new("model", move |jobs| work(&places, &critics, &rules, jobs)))
    }

    /// Loads the model if it is not.
    pub(crate) async fn load(&self) -> Result<ModelInfo, AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Load(answer))?;
        answered.await.map_err(|_| self.died())?
    }

    /// How far the model's answers can be trusted, by whom.
    pub(crate) async fn calibrations(&self) -> Result<Calibrations, AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Calibrations(answer))?;
        answered.await.map_err(|_| self.died())?
    }

    /// What the adapter in `folder` would be to the model.
    pub(crate) async fn fit(&self, folder: PathBuf) -> Result<AdapterFit, AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Fit(folder, answer))?;
        answered.await.map_err(|_| self.died())?
    }

    /// How likely a writer finds what was decided; `None` when the texts do not fit the model.
    pub(crate) async fn expect(&self, writer: Writer, choice: Choice) -> Result<Option<f64>, AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Expect { writer, choice: Box::new(choice), answer })?;
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

/// Bytes of drafts that are remembered: some ten thousand sentences.
const REMEMBERED: usize = 16 << 20;

struct Loaded {
    /// With the adapter on that the last request asked for.
    rewriter: Seq2Seq,
    /// What it costs on this machine, and what it has read, with all adapters.
    session: RefCell<Session>,
    /// What it wrote, with all adapters.
    drafts: RefCell<DraftCache>,
    adapters: Worn,
    /// Of that adapter.
    calibrations: Calibrations,
    tiers: Tiers,
    large: Option<LargeTier>,
}

impl Loaded {
    /// All that drafts for a request depend on beside the texts: the adapter, and what the rules take for right.
    fn writer(&self, ask: &Ask) -> String {
        let mut words = DefaultHasher::new();
        ask.dictionary.entries().hash(&mut words);
        format!("{} {:x}", self.adapters.writer(), words.finish())
    }

    /// The small model's part of it.
    fn cascade<'a>(
        &'a self,
        ask: &Ask,
        small: &'a dyn Rewriter,
        critics: &'a AskCritics<'a>,
        ahead: &'a TellCritics<'a>,
    ) -> Cascade<'a> {
        let calibration = self.calibrations.of(ask.instruction.id()).filter(|_| ask.is_judged());
        let policy = ask.tier.policy(calibration, ask.one_bad_in.get());
        // Their opinion tells only whoever knows what to make of it.
        let critics = (calibration.is_some() || policy == Policy::Study).then_some(critics);
        let ahead = critics.is_some().then_some(ahead);
        Cascade { small, large: None, critics, ahead, skip: None, calibration, policy }
    }

    /// The score from which on a sentence looks clean enough to be left out of this request; `None` when nothing is.
    fn clean_at_least(&self, ask: &Ask) -> Option<f32> {
        let missed = 1.0 / f64::from(ask.one_missed_in?.get());
        // It was fitted to what was to be corrected.
        let id = Some(ask.instruction.id()).filter(|id| *id == "fix" && ask.is_judged())?;
        self.calibrations.of(id)?.needs_edit.as_ref()?.at_least(missed)
    }

    /// Puts the adapter on with which the writer answers `intent`, and takes the calibration of its answers. One in use that
    /// cannot be used stops nothing: the model answers alone, and the problem is told. One that was asked for by name must
    /// be there.
    fn dress(
        &mut self,
        (writer, intent): (&Writer, Option<&str>),
        calibrations: &CalibrationFolders,
    ) -> Result<(), AppError> {
        let (adapter, problem) = match self.adapters.put_on(&mut self.rewriter, writer, intent) {
            Ok(adapter) => (adapter, None),
            Err(problem) if matches!(writer, Writer::Adapter(_)) => return Err(problem),
            Err(problem) => (None, Some(problem.to_string())),
        };
        let small = &mut self.tiers.small;
        small.adapter_problem = problem;
        if small.adapter != adapter {
            small.adapter = adapter;
            self.calibrations = calibrated(small, calibrations);
        }
        Ok(())
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

/// Where everything lies.
struct Places {
    model: Option<String>,
    folders: Vec<PathBuf>,
    calibrations: CalibrationFolders,
    adapters: PathBuf,
}

fn work(places: &Places, critics: &CriticsThread, rules: &Rules, jobs: Receiver<Job>) {
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
        // They load while the model does and writes.
        if matches!(&job, Job::Rewrite { ask, .. } if ask.tier != TierChoice::Large && ask.is_judged()) {
            critics.prepare();
        }
        if matches!(&job, Job::Rewrite { ask, .. } if ask.instruction.is_corrected()) {
            rules.prepare();
        }
        // A failed load is tried again with the next job: the person may have put the file in place.
        let ready = match &loaded {
            Some(_) => Ok(()),
            None => load(places).map(|fresh| loaded = Some(fresh)),
        };
        let ready = match (&job, &mut loaded) {
            (Job::Rewrite { ask, .. }, Some(loaded)) if ready.is_ok() => loaded.choose(ask, &places.folders),
            _ => ready,
        };
        let ready = match &mut loaded {
            Some(loaded) if ready.is_ok() => loaded.dress(job.writer(), &places.calibrations),
            _ => ready,
        };
        // Whoever asked may have gone; their loss is no error of ours, hence the ignored sends.
        match (job, ready, &mut loaded) {
            (Job::Fit(folder, answer), Ok(()), Some(loaded)) => {
                let _ = answer.send(loaded.adapters.fit(&mut loaded.rewriter, &folder));
            }
            (Job::Expect { choice, answer, .. }, Ok(()), Some(loaded)) => {
                let _ = answer.send(choice.probability(&loaded.rewriter));
            }
            (Job::Load(answer), Ok(()), Some(loaded)) => {
                let _ = answer.send(Ok(loaded.tiers.small.clone()));
            }
            (Job::Calibrations(answer), Ok(()), Some(loaded)) => {
                let _ = answer.send(Ok(loaded.calibrations.clone()));
            }
            (Job::Rewrite { ask, events, answer, .. }, Ok(()), Some(loaded))
                if ask.tier == TierChoice::Large && loaded.tiers.large.is_none() =>
            {
                drop(events);
                let _ = answer.send(Err(AppError::NoLargeTier));
            }
            (Job::Rewrite { ask, cancel, events, answer }, Ok(()), Some(loaded)) => {
                let rewrite = answering(loaded, &ask, critics, rules, |cascade| {
                    emend_engine::rewrite(cascade, &ask.as_request(), &cancel, &mut |progress| {
                        let _ = events.send(Heard::from_progress(progress, &loaded.tiers));
                    })
                    .map_err(AppError::from)
                });
                drop(events);
                let _ = answer.send(rewrite.map(|done| (done, loaded.tiers.clone())));
            }
            (Job::Another { ask, seen, cancel, answer }, Ok(()), Some(loaded)) => {
                let request = ask.as_request();
                let (number, seed) = (request.alternatives, request.seed);
                let found = answering(loaded, &ask, critics, rules, |cascade| {
                    emend_engine::alternatives(cascade, &request, &seen, number, seed, &cancel)
                        .map_err(AppError::from)
                });
                let candidates = found.map(|found| match found {
                    Alternatives::Found(candidates) => candidates,
                    Alternatives::Cancelled => Vec::new(),
                });
                let _ = answer.send(candidates.map(|done| (done, loaded.tiers.clone())));
            }
            (job, ready, _) => refuse(job, ready.err()),
        }
    }
}

/// Has a request answered by who is loaded, with the critics and the grammar rules at their side.
fn answering<R>(
    loaded: &Loaded,
    ask: &Ask,
    critics: &CriticsThread,
    rules: &Rules,
    answer: impl FnOnce(&Cascade<'_>) -> R,
) -> R {
    let ask_critics = |pairs: &[Pair<'_>]| critics.score_here(pairs, &ask.dictionary);
    let ahead = |pairs: &[Pair<'_>]| critics.score_ahead(pairs, &ask.dictionary, Ahead::Everything);
    let reads = |pairs: &[Pair<'_>]| critics.score_without_rules_here(pairs, &ask.dictionary);
    let reads_ahead = |pairs: &[Pair<'_>]| critics.score_ahead(pairs, &ask.dictionary, Ahead::WithoutRules);
    // As the critics ask about what was written, so that nothing is looked at twice.
    let lints = |text: &str| rules.check_here(text, Format::Markdown, &ask.dictionary).unwrap_or_default();
    let propose = |text: &str| proposals(text, &lints(text));
    let writer = InSession::new(&loaded.rewriter, &loaded.session);
    let corrected = Corrected { rewriter: &writer, judge: &writer, propose: &propose };
    let small = Cached::new(&corrected, loaded.writer(ask), &loaded.drafts);
    // What a larger model overlooks, the small one decides on: it is the one that can tell how likely a text is.
    let large = loaded.large.as_ref();
    let large =
        large.map(|large| Corrected { rewriter: &*large.rewriter, judge: &writer, propose: &propose });
    let skip =
        loaded.clean_at_least(ask).map(|at_least| SkipClean { ask: &reads, ahead: &reads_ahead, at_least });
    let large = large.as_ref().map(|large| large as &dyn Rewriter);
    answer(&Cascade { skip, large, ..loaded.cascade(ask, &small, &ask_critics, &ahead) })
}

fn refuse(job: Job, error: Option<AppError>) {
    let error = error.unwrap_or(AppError::Thread { thread: "model" });
    match job {
        Job::Load(answer) => drop(answer.send(Err(error))),
        Job::Calibrations(answer) => drop(answer.send(Err(error))),
        Job::Fit(_, answer) => drop(answer.send(Err(error))),
        Job::Expect { answer, .. } => drop(answer.send(Err(error))),
        Job::Forget(answer) => drop(answer.send(Err(error))),
        Job::Rewrite { answer, events, .. } => {
            drop(events);
            drop(answer.send(Err(error)));
        }
        Job::Another { answer, .. } => drop(answer.send(Err(error))),
    }
}

fn load(places: &Places) -> Result<Loaded, AppError> {
    let name = places.model.as_deref().unwrap_or(DEFAULT_MODEL);
    let path = locate(name, &places.folders)?;
    let rewriter = emend_models::open_folder(&path)?;
    let mut small = ModelInfo::of(&rewriter);
    let calibrations = calibrated(&mut small, &places.calibrations);
    let adapters = Worn::new(places.adapters.clone(), rewriter.t5.clone());
    Ok(Loaded {
        rewriter,
        session: RefCell::default(),
        drafts: RefCell::new(DraftCache::new(REMEMBERED)),
        adapters,
        calibrations,
        tiers: Tiers { small, large: None },
        large: None,
    })
}

/// How far the model can be trusted with the adapter that is on it; what is wrong with that is said with the model.
fn calibrated(small: &mut ModelInfo, folders: &CalibrationFolders) -> Calibrations {
    let Some(weights_id) = &small.weights_id else { return Calibrations::default() };
    let (found, problems) = folders.find(weights_id, small.adapter.as_deref());
    small.calibration_problem = problems.first().map(ToString::to_string);
    found
}
