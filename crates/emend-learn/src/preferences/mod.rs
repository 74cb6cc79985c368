//! What a person's decisions say about rewrites, as texts.
//!
//! Decisions come as [`Record`]s and become what to imitate, what was preferred to what, and what was taken or refused
//! ([`derive`]). Where they contradict each other the later one holds ([`settle`]). A part is held out by text ([`split`])
//! for the gate of [`promote`](crate::promote), and everything can be taken elsewhere and back ([`trl`]).

mod derive;
mod record;
mod settle;
mod split;
pub mod trl;
mod weighing;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use derive::{Derived, derive};
pub use record::{Candidate, Choice, Decision, Edit, Record};
pub use settle::settle;
pub use split::{Split, is_held_out, split};
pub use weighing::Weighing;

/// Nothing is trained on fewer decided edits than these.
pub const MINIMUM_DECISIONS: usize = 50;

/// What was asked of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Asked {
    /// An intent's id, or `own`.
    pub intent: String,
    /// The words that went to the model.
    pub instruction: String,
    /// The text.
    pub source: String,
}

/// A rewrite to imitate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Demonstration {
    /// The text and what was wanted.
    pub asked: Asked,
    /// What the person kept.
    pub target: String,
    /// How much it counts, above 0.
    pub weight: f32,
    /// When it was decided, Unix milliseconds; 0 when that is not known.
    pub decided: i64,
}

/// Two texts, of which one was preferred. Either may be the unchanged text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preference {
    /// The text and what was wanted.
    pub asked: Asked,
    /// The preferred one.
    pub chosen: String,
    /// The other one.
    pub rejected: String,
    /// How much it counts, above 0.
    pub weight: f32,
    /// When it was decided, Unix milliseconds; 0 when that is not known.
    pub decided: i64,
}

/// A rewrite that was taken or refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The text and what was wanted.
    pub asked: Asked,
    /// The rewrite.
    pub rewrite: String,
    /// Whether it was taken.
    pub accepted: bool,
    /// How much it counts, above 0.
    pub weight: f32,
    /// When it was decided, Unix milliseconds; 0 when that is not known.
    pub decided: i64,
}

/// The same decisions in the three forms that objectives learn from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PreferenceData {
    /// Rewrites to imitate.
    pub demonstrations: Vec<Demonstration>,
    /// Pairs.
    pub preferences: Vec<Preference>,
    /// Single rewrites, taken or refused.
    pub verdicts: Vec<Verdict>,
}

impl PreferenceData {
    /// Adds all of `other` behind.
    pub fn extend(&mut self, other: Self) {
        self.demonstrations.extend(other.demonstrations);
        self.preferences.extend(other.preferences);
        self.verdicts.extend(other.verdicts);
    }

    /// What was asked, once for each statement.
    pub fn asked(&self) -> impl Iterator<Item = &Asked> {
        let demonstrations = self.demonstrations.iter().map(|one| &one.asked);
        let preferences = self.preferences.iter().map(|one| &one.asked);
        demonstrations.chain(preferences).chain(self.verdicts.iter().map(|one| &one.asked))
    }
}

/// Too few decisions to learn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{have} decisions are too few to learn from; {} more are needed", need - have)]
pub struct TooFew {
    /// Edits that were decided.
    pub have: usize,
    /// How many must be.
    pub need: usize,
}

/// Whether `decided` edits are enough to learn from.
pub fn enough(decided: usize) -> Result<(), TooFew> {
    if decided >= MINIMUM_DECISIONS {
        return Ok(());
    }
    Err(TooFew { have: decided, need: MINIMUM_DECISIONS })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(enough(50), Ok(()));
        let error = enough(38).unwrap_err();
        assert_eq!(error.to_string(), "38 decisions are too few to learn from; 12 more are needed");
    }
}
