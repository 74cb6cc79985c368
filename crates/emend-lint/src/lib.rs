//! Instant grammar rules, before and beside the model: Harper behind our own types.
//!
//! Loading costs about half a second and 150 MB, so a [`Linter`] is made once, late, and off the main thread.
//! It lints one paragraph at a time: the caller sends only paragraphs that changed. What it finds is always
//! shown as what it is, a rule's opinion, and never as the model's work.

mod lint;
mod linter;
mod personal;

pub use lint::{Lint, Suggestion};
pub use linter::Linter;
