//! Weights in, scores out: the only crate that reads model files.
//!
//! A model is a folder of untrusted files. [`Weights`] reads them, T5 turns tokens into scores, [`Critic`] judges texts,
//! [`Downloaded`] are judges that a person adds.

pub mod adapter;
mod batches;
mod convert;
mod critic;
pub mod downloaded;
mod error;
mod files;
#[cfg(test)]
mod fixture;
mod linear;
pub mod manifest;
mod names;
mod remembered;
mod seq2seq;
mod slices;
pub mod t5;
mod tokens;
mod weights;

pub use emend_kernels::threads::{count as threads, physical_cores};

pub use convert::{Quantization, Report, convert};
pub use critic::{Critic, Head, Opinion, TokenOpinion};
pub use downloaded::{Classifier, Downloaded, Embedder, Input};
pub use error::ModelError;
pub use files::hex;
pub use linear::{Linear, Lora};
pub use manifest::Manifest;
pub use remembered::Remembered;
pub use seq2seq::{Seq2Seq, open_folder};
pub use t5::T5Config;
pub use tokens::Tokens;
pub use weights::{Mapped, Stored, Weights};
