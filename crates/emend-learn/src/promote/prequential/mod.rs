//! What adapters expected before they saw what was decided: test, then train.
//!
//! A held-out set grows old with the person's taste. So each decision is first a test of the adapter in use and only then
//! something to learn from (Dawid 1984; Gama et al. 2013), and a fixed set of anchor texts is measured again under every
//! adapter. Both are kept in one file of JSON lines that only grows, so that what was forgotten can be seen.

mod curve;
mod forgotten;
mod log;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use curve::{Expected, Point, count, curve};
pub use forgotten::{Forgotten, forgotten};
pub use log::{Log, LogError, append, read};

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entry {
    /// A decision that the adapter had not been trained on.
    Decision {
        /// Unix milliseconds.
        time: i64,
        /// The adapter in use; none is the model alone.
        adapter: Option<String>,
        /// The decision's id.
        decision: i64,
        /// The probability that it gave to what was then decided, in [0, 1].
        probability: f64,
    },
    /// What was in use until something else was chosen: decisions before can be asked about afterwards.
    InUse {
        /// Unix milliseconds.
        time: i64,
        /// The last decision that was taken until then.
        until: i64,
        /// What answered every intent without a choice of its own; none is the model alone.
        all: Option<String>,
        /// By intent.
        intents: BTreeMap<String, Option<String>>,
    },
    /// A measure of the anchor texts under an adapter.
    Anchor {
        /// Unix milliseconds.
        time: i64,
        /// The adapter; none is the model alone.
        adapter: Option<String>,
        /// What was measured.
        measure: Measured,
        /// Its mean over the anchor texts, in [0, 1]; higher is better.
        score: f64,
        /// How many texts that were.
        texts: usize,
        /// Which texts, by a hash: only scores of the same texts can be compared.
        set: String,
    },
}

/// What is measured of the anchor texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// How much of their meaning rewrites keep.
    Meaning,
    /// How often rewrites are as correct as their texts.
    Fluency,
    /// How often texts that need no change are left alone.
    Clean,
}
