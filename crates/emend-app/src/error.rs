//! Refusals: a code that a face may react to, a sentence for the person, and what to do.

use std::path::PathBuf;

use emend_critics::goal::GoalError;
use emend_engine::EngineError;
use emend_engine::confidence::CalibrationError;
use emend_learn::LearnError;
use emend_learn::preferences::TooFew;
use emend_learn::promote::prequential::LogError;
use emend_models::ModelError;
use emend_net::NetError;
use emend_store::StoreError;

/// Why the application could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// The system names no folder for application data.
    #[error("this system names no folder for a person's data")]
    NoHome,

    /// The profile folder cannot be made or entered.
    #[error("cannot use the profile folder {}: {source}", path.display())]
    Profile {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// A file of the person's cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// A file cannot be written. What was there before is untouched.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// Something that is not a text one can edit.
    #[error("{what} is not a text that can be edited: {problem}")]
    NotText {
        /// A path, or where the text came from.
        what: String,
        /// What was found, and where.
        problem: String,
    },

    /// An argument or setting outside of what makes sense.
    #[error("{what}: expected {expected}, found {found}")]
    Invalid {
        /// Which argument or setting.
        what: &'static str,
        /// What makes sense.
        expected: String,
        /// What was given.
        found: String,
    },

    /// No model of that name is in any of the places that are searched.
    #[error("there is no model `{id}` here; looked in {}", shown(looked))]
    NoModel {
        /// The name.
        id: String,
        /// The folders.
        looked: Vec<PathBuf>,
    },

    /// The large model was asked for by name, and there is none.
    #[error("there is no large model yet")]
    NoLargeTier,

    /// The server was asked for something, and none is set.
    #[error("no server is set")]
    NoServer,

    /// The person's server gave no answer.
    #[error(transparent)]
    Server(Box<NetError>),

    /// A model's files cannot be read or do not fit.
    #[error(transparent)]
    Model(Box<ModelError>),

    /// There is no adapter of that name.
    #[error("there is no adapter `{id}`")]
    NoAdapter {
        /// The name.
        id: String,
    },

    /// An adapter that is in use cannot be deleted.
    #[error("the adapter `{id}` is in use")]
    AdapterInUse {
        /// The name.
        id: String,
    },

    /// There are fewer earlier choices of adapters than were asked for.
    #[error("cannot go back by {steps}: {known} earlier choices of adapters are known")]
    NothingBefore {
        /// How far back was asked for.
        steps: usize,
        /// How far back one can go.
        known: usize,
    },

    /// An adapter's files cannot be read or do not fit the model.
    #[error("the adapter `{id}` cannot be used: {source}")]
    Adapter {
        /// Its name.
        id: String,
        /// Why.
        source: Box<ModelError>,
    },

    /// A downloaded judge's files cannot be read or do not fit.
    #[error(transparent)]
    Critic(Box<ModelError>),

    /// A downloaded judge would take the place of another one.
    #[error("there is a critic for {judges} already")]
    CriticThere {
        /// What both judge.
        judges: &'static str,
    },

    /// A calibration cannot be read or written.
    #[error(transparent)]
    Calibration(#[from] CalibrationError),

    /// A rewrite failed.
    #[error(transparent)]
    Engine(Box<EngineError>),

    /// A recipe cannot be read, or a run failed.
    #[error(transparent)]
    Learn(Box<LearnError>),

    /// What was expected of decisions cannot be read or kept.
    #[error(transparent)]
    Expected(#[from] LogError),

    /// Too few decisions to learn from.
    #[error(transparent)]
    TooFewDecisions(#[from] TooFew),

    /// A wish that is no goal, or one that cannot be measured here.
    #[error(transparent)]
    Goal(#[from] GoalError),

    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),

    /// One of our own threads ended although it should not have. It is started anew with the next request.
    #[error("the {thread} stopped unexpectedly while it was working")]
    Thread {
        /// Which thread, for a person.
        thread: &'static str,
    },
}

impl AppError {
    /// Stable name of the kind of refusal; `stale`, `no_model` and `full` are those the page reacts to.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoHome | Self::Profile { .. } => "profile",
            Self::Read { .. } => "read",
            Self::Write { .. } => "write",
            Self::NotText { .. } => "not_text",
            Self::Invalid { .. } => "invalid",
            Self::NoModel { .. } => "no_model",
            Self::NoLargeTier => "no_large_tier",
            Self::NoServer => "no_server",
            Self::Server(_) => "server",
            Self::Model(_) => "model",
            Self::NoAdapter { .. }
            | Self::AdapterInUse { .. }
            | Self::NothingBefore { .. }
            | Self::Adapter { .. } => "adapter",
            Self::Critic(_) | Self::CriticThere { .. } => "critic",
            Self::Calibration(_) => "calibration",
            Self::Engine(_) => "engine",
            Self::Learn(_) => "learn",
            Self::Expected(_) => "expected",
            Self::TooFewDecisions(_) => "too_few_decisions",
            Self::Goal(_) => "goal",
            Self::Store(StoreError::Stale { .. }) => "stale",
            Self::Store(StoreError::Full { .. }) => "full",
            Self::Store(StoreError::Newer { .. }) => "newer",
            Self::Store(StoreError::Missing { .. }) => "missing",
            Self::Store(_) => "store",
            Self::Thread { .. } => "thread",
        }
    }

    /// The sentence with those of its causes that it does not repeat.
    pub fn in_full(&self) -> String {
        let mut message = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(next) = cause {
            let words = next.to_string();
            if !message.contains(&words) {
                message = format!("{message}: {words}");
            }
            cause = next.source();
        }
        message
    }

    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoHome => "set EMEND_HOME to a folder of your own".into(),
            Self::Profile { .. } => {
                "check the folder's owner and permissions, or set EMEND_HOME to another folder".into()
            }
            Self::Read { .. } => "check that the file exists and may be read".into(),
            Self::Write { .. } => "check the place and its free space; nothing was lost".into(),
            Self::NotText { .. } => "open a text file in UTF-8, such as .txt or .md".into(),
            Self::Invalid { .. } => "correct it and try again".into(),
            Self::NoModel { .. } => {
                "`emend models list` shows what is installed; `--model PATH` names a folder or file".into()
            }
            Self::NoLargeTier => {
                "choose one with `emend large set`, or let the small one answer with `--tier small`".into()
            }
            Self::NoServer => "name one with `emend server set`".into(),
            Self::Server(error) => error.hint().into(),
            Self::Model(_) => {
                "`emend models verify` checks the files; `--model PATH` or EMEND_MODEL uses another model"
                    .into()
            }
            Self::NoAdapter { .. } => "`emend adapters list` shows those that are there".into(),
            Self::AdapterInUse { .. } => "take it off first with `emend adapters off`".into(),
            Self::NothingBefore { .. } => "`emend adapters use` and `off` choose directly".into(),
            Self::Adapter { .. } => {
                "`emend adapters off` lets the model answer alone; `emend adapters use` chooses another"
                    .into()
            }
            Self::Critic(_) => {
                "`emend critics list` shows who judges, `remove` takes one out; `add --label` says which label is meant".into()
            }
            Self::CriticThere { judges } => format!("remove that one first with `emend critics remove {judges}`"),
            Self::Calibration(_) => "fit it anew with `emend calibrate`".into(),
            Self::Goal(GoalError::NeedsModel { .. }) => {
                "install a critic model (`emend models list` shows what is there), or leave this goal out"
                    .into()
            }
            Self::Goal(_) => "say it in other words, one goal after the other with commas between".into(),
            Self::Learn(error) => learning(error).into(),
            Self::Expected(_) => "check the file's owner and permissions, and the disk's free space".into(),
            Self::TooFewDecisions(_) => {
                "accept, reject or edit more suggestions, or import preferences".into()
            }
            Self::Engine(error) if matches!(**error, EngineError::Chat { .. }) => {
                "`--tier small` lets the small model answer alone; `emend large set` chooses another large one".into()
            }
            Self::Engine(_) | Self::Thread { .. } => {
                "try again; if it persists, report it with this message".into()
            }
            Self::Store(error) => error.hint().into(),
        }
    }
}

// Boxed, so that a result is not as large as its rarest error.
impl From<ModelError> for AppError {
    fn from(error: ModelError) -> Self {
        Self::Model(Box::new(error))
    }
}

impl From<LearnError> for AppError {
    fn from(error: LearnError) -> Self {
        match error {
            LearnError::Model(error) => Self::Model(Box::new(error)),
            error => Self::Learn(Box::new(error)),
        }
    }
}

impl From<NetError> for AppError {
    fn from(error: NetError) -> Self {
        Self::Server(Box::new(error))
    }
}

impl From<EngineError> for AppError {
    fn from(error: EngineError) -> Self {
        match error {
            // What a server's failure means is known where it happened.
            EngineError::Chat { model, source } => match source.downcast::<NetError>() {
                Ok(error) => Self::Server(error),
                Err(source) => Self::Engine(Box::new(EngineError::Chat { model, source })),
            },
            error => Self::Engine(Box::new(error)),
        }
    }
}

fn learning(error: &LearnError) -> &'static str {
    match error {
        LearnError::Recipe { .. } => "`emend train recipes` lists those that come with the program",
        LearnError::NoData { .. } => "give it texts with `--texts`, or decide on more suggestions first",
        LearnError::NotFinite { .. } => {
            "lower the recipe's learning rate; the adapter in use was not touched"
        }
        LearnError::Checkpoint { .. } => "begin a new run; the adapter in use was not touched",
        LearnError::File { .. } => {
            "check the disk's free space; `emend train resume` goes on from the last checkpoint"
        }
        LearnError::Feedback(_) | LearnError::Model(_) | LearnError::Decode(_) | LearnError::Tensor(_) => {
            "`emend train resume` goes on from the last checkpoint; if it persists, report it with this message"
        }
    }
}

fn shown(folders: &[PathBuf]) -> String {
    if folders.is_empty() {
        return "no folder (none exists)".into();
    }
    folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
}
