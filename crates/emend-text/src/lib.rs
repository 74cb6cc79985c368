//! What people write: documents, sentences, protected spans, diffs, reviews and intents.
//!
//! Pure text in, plain values out: no I/O, no clock, no randomness, no async, no serialization and no model. The only
//! thing that can fail is an offset that does not fit its text ([`BrokenSpan`]).

mod chars;
mod pattern;
mod quotations;
mod span;
mod terms;
mod utf16;
mod words;

mod dictionary;
mod document;
mod protected;
mod sentences;

mod diff;
mod layout;
mod proposal;
mod review;

mod guards;
mod intents;

pub use dictionary::{Dictionary, OwnWord, Reading, Ruling};
pub use diff::{Edit, EditKind, apply, diff, reason};
pub use document::{Format, Prose, prose};
pub use guards::{
    Bounds, changes_negation, count_words, dropped, is_hypercorrection, is_respelt, missing_word, runaway,
    unread,
};
pub use intents::{
    INTENTS, Instruction, Intent, LONGEST_OWN_INSTRUCTION, OwnInstruction, OwnInstructionError, Unit, Window,
    intent,
};
pub use layout::keep_layout;
pub use proposal::Proposal;
pub use protected::{Breach, Glossary, Protected, ProtectedKind, breach, breach_of, protected};
pub use review::{Hunk, HunkId, Review, ReviewError, Verdict};
pub use sentences::sentences;
pub use span::{BrokenSpan, Span};
pub use utf16::Utf16Index;
pub use words::{english_share, invented, is_common, is_english, is_stem};
