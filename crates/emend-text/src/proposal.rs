//! What could stand in a text instead, for somebody to decide on.

use crate::Span;

/// A replacement that a rule suggests.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Where, in bytes of the text.
    pub span: Span,
    /// What would stand there.
    pub replacement: String,
    /// What speaks for it before a model has read the text with it, in nats: the text with it may be less likely by so much.
    pub prior: f32,
}
