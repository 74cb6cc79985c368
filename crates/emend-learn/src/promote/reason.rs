//! Why a new adapter is not promoted.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One reason. Displayed, it is a sentence for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Nothing that it was not trained for has become better beyond chance.
    NoSignificantGain {
        /// The smallest p-value of the tests.
        p: f64,
        /// What it would have had to be.
        need: f64,
    },
    /// Rewrites say something else than their texts.
    MeaningFell {
        /// How far.
        by: f64,
        /// How far it may.
        bound: f64,
    },
    /// Rewrites read worse.
    FluencyFell {
        /// How far.
        by: f64,
        /// How far it may.
        bound: f64,
    },
    /// It changes texts that need no change.
    CleanTextTouched {
        /// By how much the share of texts left alone fell.
        by: f64,
        /// By how much it may.
        bound: f64,
    },
    /// It changes more numbers, names or links than the live adapter.
    MoreProtectedViolations {
        /// Violations of the live adapter, over all texts.
        live: u64,
        /// Violations of the new one.
        new: u64,
    },
    /// It has become better at its rewards alone.
    OverOptimised {
        /// The mean gain of the reward that rose the most for sure.
        proxy: String,
        /// By how much it rose.
        up: f64,
        /// What did not rise with it, or fell.
        held_out: String,
        /// Its mean difference.
        by: f64,
    },
    /// Too little was measured to tell.
    TooLittleEvidence {
        /// Of what.
        what: String,
        /// How many different texts there are.
        have: usize,
        /// How many there must be.
        need: usize,
    },
}

impl Reason {
    /// Which reason it is, whatever its numbers: what reports call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoSignificantGain { .. } => "no_significant_gain",
            Self::MeaningFell { .. } => "meaning_fell",
            Self::FluencyFell { .. } => "fluency_fell",
            Self::CleanTextTouched { .. } => "clean_text_touched",
            Self::MoreProtectedViolations { .. } => "more_protected_violations",
            Self::OverOptimised { .. } => "over_optimised",
            Self::TooLittleEvidence { .. } => "too_little_evidence",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSignificantGain { p, need } => write!(
                out,
                "It is not clearly better on texts that it has not seen: such a result, or a better one, would come by \
                 chance in {} of 100 cases; at most {} are accepted.",
                hundred(*p),
                hundred(*need)
            ),
            Self::MeaningFell { by, bound } => {
                write!(
                    out,
                    "Rewrites keep less of the meaning: {by:.3} less, where at most {bound:.3} is accepted."
                )
            }
            Self::FluencyFell { by, bound } => {
                write!(out, "Rewrites are less fluent: {by:.3} less, where at most {bound:.3} is accepted.")
            }
            Self::CleanTextTouched { by, bound } => write!(
                out,
                "It changes texts that need no change: {} more of 100, where at most {} are accepted.",
                hundred(*by),
                hundred(*bound)
            ),
            Self::MoreProtectedViolations { live, new } => write!(
                out,
                "It changes more of what must stay, such as numbers, names and links: {new} times, {live} before."
            ),
            Self::OverOptimised { proxy, up, held_out, by } => write!(
                out,
                "It has learned to please its reward and nothing else: {proxy} rose by {up:.3}, but {held_out} changed by \
                 {by:+.3}."
            ),
            Self::TooLittleEvidence { what, have, need } => {
                write!(out, "Too little to judge by: {have} texts with {what}; {need} are needed.")
            }
        }
    }
}

/// A share as so many in a hundred, with a digit where it matters.
fn hundred(share: f64) -> String {
    let percent = share * 100.0;
    if percent < 9.95 { format!("{percent:.1}") } else { format!("{percent:.0}") }
}
