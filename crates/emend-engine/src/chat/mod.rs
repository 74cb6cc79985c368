//! Rewriting with a chat model: what it is told, and what its answer means.
//!
//! Our wordings stand in [`prompt`] alone. Whoever can complete messages is a [`ChatModel`]: a child process of ours, or
//! a server of the user's. [`ChatRewriter`] makes a [`Rewriter`](crate::Rewriter) of it.

mod answer;
mod control;
mod grade;
mod model;
mod prompt;
mod refusal;
mod rewriter;

pub use answer::answer;
pub use grade::{Graded, grade};
pub use model::{ChatModel, Completed, Message, Reply, Role, Sampling};
pub use prompt::{messages, repair};
pub use rewriter::ChatRewriter;

pub use crate::rewriter::Ending;

pub(crate) use prompt::TAG;
