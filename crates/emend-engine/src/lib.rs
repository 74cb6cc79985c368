//! One request to a reviewable rewrite.
//!
//! [`rewrite`](rewrite()) is the pipeline: plan the segments, draft them in batches, refine and verify each
//! draft, ask the [`Cascade`]'s larger model where the small one is not sure, and turn what is left into
//! independently acceptable edits, streamed in document order. The original is always a candidate. Values in, values out: no database, no socket, no clock, no global; every wait can
//! be cancelled. "Nothing to change" and "cancelled" are outcomes, not errors.

mod request;

mod plan;
mod split;
mod view;

pub mod chat;
mod corrected;
mod draft_cache;
mod rewriter;
pub mod seq2seq;

pub mod confidence;
mod language;
mod markup;
mod rare;
mod refine;
mod script;
mod verify;
mod wrapping;

mod house;
mod judge;
mod opinions;

mod answer;
mod cascade;
mod clean;
mod escalation;
mod second_thought;

mod alternatives;
mod error;
mod outcome;
mod rewrite;

pub use alternatives::{Alternatives, alternatives};
pub use cascade::{Cascade, Decision, Path, Policy, Thresholds, Tier};
pub use clean::SkipClean;
pub use confidence::{Calibration, Features, mean_probability};
pub use corrected::{Corrected, Propose};
pub use draft_cache::{Cached, DraftCache};
pub use emend_decode::Cancel;
pub use emend_models::Remembered;
pub use error::EngineError;
pub use language::is_foreign;
pub use opinions::{AskCritics, Floors, TellCritics};
pub use outcome::{
    Candidate, Kept, Outcome, Progress, ProposedEdit, Rewrite, SegmentOutcome, SegmentRewrite, SkipReason,
    VetoReason,
};
pub use plan::{Segment, plan};
pub use request::Request;
pub use rewrite::rewrite;
pub use rewriter::{Draft, DraftToken, Drafted, Drafting, Ending, Measure, Prompt, Rewriter};
