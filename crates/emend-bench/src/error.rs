//! Why something could not be measured.

use std::path::PathBuf;

use emend_engine::EngineError;
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
    /// Our rewrite failed.
    #[error(transparent)]
    Engine(Box<EngineError>),
    /// The peer could not read or run the model.
    #[error("the peer could not run the model: {0}")]
    Peer(#[from] candle_core::Error),
    /// A program that is measured from outside could not be run.
    #[error("{what} could not be run: {found}")]
    Child {
        /// What was started.
        what: String,
        /// What happened.
        found: String,
    },
    /// A temporary file could not be written.
    #[error("a temporary file could not be written: {0}")]
    Temporary(#[from] std::io::Error),
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
    /// The peer does not know this sort of model.
    #[error("the peer cannot take this model's configuration: {0}")]
    Configuration(#[from] serde_json::Error),
}

impl From<ModelError> for BenchError {
    fn from(error: ModelError) -> Self {
        Self::Model(Box::new(error))
    }
}

impl From<EngineError> for BenchError {
    fn from(error: EngineError) -> Self {
        Self::Engine(Box::new(error))
    }
}

fn known() -> String {
    SCENARIOS.iter().map(|known| known.name).collect::<Vec<_>>().join(", ")
}
