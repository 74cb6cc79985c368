//! What people write: documents, sentences, protected spans, diffs, reviews and intents.
//!
//! Pure text in, plain values out: no I/O, no clock, no randomness, no async, no serialization and no model. The only
//! thing that can fail is an offset that does not fit its text ([`BrokenSpan`]).

mod span;

mod diff;
mod layout;
mod review;

mod intents;

pub use diff::{Edit, EditKind, apply, diff, reason};
pub use intents::{
    INTENTS, Instruction, Intent, LONGEST_OWN_INSTRUCTION, OwnInstruction, OwnInstructionError, Unit, Window,
    intent,
};
pub use layout::keep_layout;
pub use review::{Hunk, HunkId, Review, ReviewError, Verdict};
pub use span::{BrokenSpan, Span};
