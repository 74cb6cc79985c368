//! Weights in, scores out: the only crate that reads model files.
//!
//! A model is a folder of untrusted files. [`Weights`] reads them, T5 turns tokens into scores.

mod error;
pub mod weights;

pub use error::ModelError;
pub use weights::{Stored, Weights};
