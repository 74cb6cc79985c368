//! Instant grammar rules, before and beside the model: Harper behind our own types.
//!
//! Loading costs about half a second and 150 MB, so a [`Linter`] is made once, late, and off the main thread.
//! It lints one paragraph at a time: the caller sends only paragraphs that changed. In the editor what it finds is
//! shown as what it is, a rule's opinion. Where a text is to be fixed, it is a proposal that a model decides on.

mod irregular;
mod learners;
mod lint;
mod linter;
mod misspellings;
mod proposal;

pub use lint::{Lint, Suggestion};
pub use linter::Linter;
pub use proposal::proposals;
