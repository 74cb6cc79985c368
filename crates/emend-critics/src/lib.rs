//! Judges of a rewrite: each a number in [0, 1] with a reason that a writer understands.
//!
//! A [`Pair`] is judged by every critic in [`ids`]: some are functions of the two texts, one asks the grammar rules, the
//! rest share one pass of the learned encoder ([`emend_models::Critic`]). [`Critics::diagnose`] says what in a text
//! would derail a fair discussion. A [`goal::Program`] says in a few typed lines what a person wants, and measures it.

mod critics;
mod entailment;
mod pair;
mod reading;

mod appropriateness;
mod free;
pub mod goal;
mod learned;

pub use appropriateness::{Diagnosis, Finding, Group, Reason};
pub use critics::{Critics, Linter, about, add_lints, ids, is_learned};
pub use pair::{Judgement, Pair, Scores};
