//! Wishes that are not understood, and where.

use std::ops::Range;

/// Why a wish is no program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GoalError {
    /// Words that mean nothing here.
    #[error("I do not understand \u{201c}{found}\u{201d} at {}..{}; you can say: {say}", at.start, at.end)]
    Unknown {
        /// The words.
        found: String,
        /// Where they stand, in bytes of the wish.
        at: Range<usize>,
        /// What would be understood in their place.
        say: &'static str,
    },

    /// No wish at all.
    #[error("no goal was given; you can say: {say}")]
    Empty {
        /// What would be understood.
        say: &'static str,
    },

    /// A number that no text has.
    #[error("{found} at {}..{} is out of bounds; a number from {least} to {most} makes sense here", at.start, at.end)]
    Number {
        /// The number as written.
        found: String,
        /// Where it stands, in bytes of the wish.
        at: Range<usize>,
        /// Least that makes sense.
        least: u32,
        /// Most that makes sense.
        most: u32,
    },

    /// The goal is about something that only the learned critic can measure.
    #[error("\u{201c}{goal}\u{201d} can only be measured with a critic model, and none is installed")]
    NeedsModel {
        /// The goal.
        goal: String,
    },
}
