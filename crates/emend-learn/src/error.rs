//! What can go wrong while learning.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use emend_decode::DecodeError;
use emend_models::ModelError;
use thiserror::Error;

/// Why a run, a recipe or a checkpoint failed. Whatever happens, the last whole checkpoint stays.
#[derive(Debug, Error)]
pub enum LearnError {
    /// A recipe that cannot be read.
    #[error("recipe {name}: {reason}")]
    Recipe {
        /// Its name or file.
        name: String,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// There is nothing to learn from.
    #[error("nothing to learn from: recipe {recipe} needs {what}")]
    NoData {
        /// The recipe.
        recipe: String,
        /// What it learns from.
        what: &'static str,
    },
    /// The loss, its gradient, or what came of the step is not a number.
    #[error(
        "step {step}: the {what} is not a finite number; the checkpoint before it is kept (try a lower learning rate)"
    )]
    NotFinite {
        /// The step, from 0.
        step: usize,
        /// Loss, gradient, or the policy's score.
        what: &'static str,
    },
    /// A checkpoint that does not belong to this run, or is damaged.
    #[error("checkpoint {path}: {reason}; delete it to begin anew")]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file could not be written or read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The critics failed.
    #[error("the critics could not judge: {0}")]
    Feedback(Box<dyn Error + Send + Sync>),
    /// The model refused its input.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Sampling failed.
    #[error(transparent)]
    Decode(#[from] DecodeError<ModelError>),
    /// A tensor operation failed.
    #[error("tensors: {0}")]
    Tensor(#[from] candle_core::Error),
}
