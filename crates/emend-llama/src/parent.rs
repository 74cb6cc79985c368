//! The handle on the worker: starts it, talks to it, ends it.

mod error;
mod idle;
mod process;
mod worker;

pub use error::{Ending, LlamaError};
pub use worker::{Options, Worker};
