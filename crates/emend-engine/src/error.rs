//! Why a request could not be carried out. "Nothing to change", "vetoed" and "cancelled" are not here.

use emend_decode::DecodeError;
use emend_models::ModelError;
use emend_text::BrokenSpan;

/// A failure of the request or of the model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The range of the request does not fit its text.
    #[error("the range to rewrite does not fit the text; select it again")]
    Range(#[from] BrokenSpan),
    /// The model could not read a segment.
    #[error("the model could not read the text")]
    Model(#[from] ModelError),
    /// The model could not write.
    #[error("the model stopped while writing")]
    Decode(#[from] DecodeError<ModelError>),
    /// A chat model gave no answer. The reason is the error of the crate that talks to it.
    #[error("{model} gave no answer")]
    Chat {
        /// Its name.
        model: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A rewriter broke its promise.
    #[error(
        "{rewriter} returned drafts for {found} prompts where {expected} were given; this is a defect in it"
    )]
    Drafts {
        /// Its name.
        rewriter: String,
        /// Prompts given.
        expected: usize,
        /// Prompts answered.
        found: usize,
    },
}
