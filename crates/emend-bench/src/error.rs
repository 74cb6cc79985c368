//! Why something could not be measured.

use std::path::PathBuf;

use emend_engine::EngineError;
use emend_learn::LearnError;
use emend_llama::LlamaError;
use emend_models::ModelError;

use crate::SCENARIOS;

/// A benchmark that did not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    /// No scenario of that name.
    #[error("there is no scenario `{name}`; there are {}", known())]
    Unknown {
        /// The name.
        name: String,
    },
    /// The model could not be read or run.
    #[error(transparent)]
    Model(Box<ModelError>),
    /// Our decoding failed.
    #[error(transparent)]
    Engine(Box<EngineError>),
    /// The application could not be opened or asked.
    #[error("the application could not be measured: {0}")]
    App(String),
    /// candle-transformers could not read or run the model.
    #[error("candle-transformers could not run the model: {0}")]
    Candle(#[from] candle_core::Error),
    /// llama.cpp could not read or run the model.
    #[error("llama.cpp could not run the model: {0}")]
    Llama(Box<LlamaError>),
    /// A program could not be run.
    #[error("{what} could not be run: {found}")]
    Child {
        /// What was started.
        what: String,
        /// What happened.
        found: String,
    },
    /// A file could not be read or written, or a program not started.
    #[error("a file or a program of the benchmark: {0}")]
    System(#[from] std::io::Error),
    /// The report could not be written.
    #[error("the report cannot be written to {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file of texts cannot be read.
    #[error("the texts cannot be read from {}: {found}", path.display())]
    Texts {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        found: String,
    },
    /// Two ways of decoding that must agree do not.
    #[error(
        "guided and plain decoding wrote different outputs for {text:?}; this is a fault of the program, please report it"
    )]
    Differs {
        /// The text.
        text: String,
    },
    /// A run of the trainer did not go well.
    #[error("training could not be measured: {0}")]
    Learn(Box<LearnError>),
    /// Two trainers that must do the same work do not.
    #[error(
        "{name} has a loss of {found:.4} where {than} has {expected:.4}: what they do is not the same, and its speed cannot be compared"
    )]
    OtherLoss {
        /// The trainer.
        name: &'static str,
        /// Its loss.
        found: f64,
        /// The other one.
        than: &'static str,
        /// The other loss.
        expected: f64,
    },
    /// An engine does not know this sort of model, or what it said is no JSON of ours.
    #[error("an engine cannot take this model's configuration: {0}")]
    Configuration(#[from] serde_json::Error),
}

impl From<ModelError> for BenchError {
    fn from(error: ModelError) -> Self {
        Self::Model(Box::new(error))
    }
}

impl From<LearnError> for BenchError {
    fn from(error: LearnError) -> Self {
        Self::Learn(Box::new(error))
    }
}

impl From<EngineError> for BenchError {
    fn from(error: EngineError) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl From<LlamaError> for BenchError {
    fn from(error: LlamaError) -> Self {
        Self::Llama(Box::new(error))
    }
}

fn known() -> String {
    SCENARIOS.iter().map(|known| known.name).collect::<Vec<_>>().join(", ")
}
