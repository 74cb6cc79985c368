//! A wish in words, as a small program that anyone can read, edit and check.
//!
//! After `Text2Reward` (Xie et al. 2024), but closed: "friendlier, keep every number, under 120 words" becomes a list of
//! [`Goal`]s over a fixed vocabulary of measured features. Nothing is executed. A program prints as one goal a line,
//! and what it prints reads back as the same program.

mod amounts;
mod banned;
mod clauses;
mod cursor;
mod error;
mod intents;
mod kept;
mod measure;
mod parse;
mod phrase;
mod print;
mod quality;

pub use self::banned::Banned;
pub use self::error::GoalError;
pub use self::intents::of_intent;
pub use self::kept::Kept;
pub use self::measure::{GoalScore, Verdict};
pub use self::phrase::Phrase;
pub use self::quality::Quality;

/// Goals, in the order in which they were said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// At least one.
    goals: Vec<Goal>,
}

/// One thing that a person wants of a rewrite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// As much or as little of a quality as can be had: "friendlier", "less formal".
    Toward(Quality, Way),
    /// A count within a bound: "at most 120 words".
    Count(Unit, Bound, u32),
    /// Words within a percentage of the source's: "at most 50% of the length".
    Share(Bound, u32),
    /// Years of school that it takes to read it (Automated Readability Index): "reading grade at most 8".
    Grade(Bound, u32),
    /// Something of the source comes back: "keep every number".
    Keep(Kept),
    /// Something is not in the rewrite: "no passive".
    Without(Banned),
    /// Words that stand in the rewrite: `mention "Monday"`.
    Mention(Phrase),
}

/// Which way a quality should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// More of it.
    More,
    /// Less of it.
    Less,
}

/// What can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Runs between white space that have a letter or digit.
    Words,
    /// Sentences.
    Sentences,
    /// Characters, spaces included.
    Characters,
}

/// A bound, itself allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// No more.
    AtMost,
    /// No less.
    AtLeast,
}

impl Program {
    /// The goals.
    pub fn goals(&self) -> &[Goal] {
        &self.goals
    }

    /// Whether it can only be measured with the learned critic.
    pub fn needs_model(&self) -> bool {
        self.goals.iter().any(Goal::needs_model)
    }
}

impl Goal {
    /// Whether it can only be measured with the learned critic.
    pub fn needs_model(&self) -> bool {
        match self {
            Goal::Toward(quality, _) => quality.needs_model(),
            Goal::Keep(kept) => *kept == Kept::Meaning,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
