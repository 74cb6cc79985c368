//! What a new adapter must show, and what it may cost.

use serde::{Deserialize, Serialize};

use crate::range::{Checked, not_negative, require};

/// The terms of the gate. Differences are means over texts, new minus live.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bounds {
    /// Chance of promoting an adapter that is no better, at most, in (0, 0.5].
    pub alpha: f64,
    /// How far meaning may fall. 3 points: what the detoxification task allows.
    pub meaning: f64,
    /// How far fluency may fall.
    pub fluency: f64,
    /// How far the share of clean texts that are left alone may fall.
    pub clean: f64,
    /// Chance of refusing, at most, for clean texts touched or spans broken, an adapter that does either no more than the
    /// live one: such losses are few and whole, so that of two equals one has a text more than the other most of the time. In
    /// (0, 0.5].
    pub doubt: f64,
    /// Different texts that meaning and fluency must have been measured on: a mean over fewer is noise.
    pub texts: usize,
    /// Clean texts.
    pub clean_texts: usize,
    /// Texts that a judge or the held-out decisions must be about to be counted as evidence. Of 50 decisions a fifth is
    /// held out, so more than 10 would shut the gate for those who begin.
    pub decided_texts: usize,
    /// Resamples behind each interval, at least 100.
    pub resamples: usize,
    /// Where the random numbers of the bootstrap start.
    pub seed: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            alpha: 0.05,
            meaning: 0.03,
            fluency: 0.03,
            clean: 0.01,
            doubt: 0.2,
            texts: 20,
            clean_texts: 20,
            decided_texts: 8,
            resamples: 2000,
            seed: 0,
        }
    }
}

impl Bounds {
    /// Whether every parameter is in its range.
    pub fn check(&self) -> Checked {
        for (name, chance) in [("alpha", self.alpha), ("doubt", self.doubt)] {
            require(name, chance, "a number above 0 and at most 0.5", chance > 0.0 && chance <= 0.5)?;
        }
        not_negative("meaning", self.meaning)?;
        not_negative("fluency", self.fluency)?;
        not_negative("clean", self.clean)?;
        require("resamples", self.resamples as f64, "100 or more", self.resamples >= 100)
    }
}
