//! The handle on the worker: starts it, talks to it, ends it.

mod error;
mod idle;
mod options;
mod process;
mod seat;
mod worker;

pub use error::{Ending, LlamaError};
pub use options::Options;
pub use worker::Worker;
