//! What people write: documents, sentences, protected spans, diffs, reviews and intents.
//!
//! Pure text in, plain values out: no I/O, no clock, no randomness, no async, no serialization and no model. The only
//! thing that can fail is an offset that does not fit its text ([`BrokenSpan`]).

mod span;

pub use span::{BrokenSpan, Span};
