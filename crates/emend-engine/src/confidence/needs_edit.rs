//! From which score of the critic of clean texts on a text may be left out, for a share of corrections that may be missed.

use serde::{Deserialize, Serialize};

use super::risk::{Known, conformal};
use super::{LEAST, Labelled, UNCHANGED, VETOED};

/// The critic and the features that hold its scores.
pub(crate) const CLEAN: &str = "clean";
const AFTER: &str = "critic_clean";
const GAIN: &str = "critic_clean_gain";

/// How clean texts looked that needed a correction and got one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NeedsEdit {
    /// From 0 to 1: the critic's score of each text before it was corrected, the highest first.
    scores: Vec<f64>,
}

impl NeedsEdit {
    /// From answers to requests for corrections: those that were changed, and that a person would keep. `None` when there are
    /// too few to say anything, or no critic was asked about them.
    pub fn fit<'r>(rows: impl IntoIterator<Item = &'r Labelled>) -> Option<Self> {
        let is = |row: &Labelled, feature: &str| row.features.get(feature).is_some_and(|&value| value > 0.5);
        let before = |row: &Labelled| Some(row.features.get(AFTER)? - row.features.get(GAIN)?);
        let corrected = |row: &&Labelled| row.kept && !is(row, UNCHANGED) && !is(row, VETOED);
        let scores = rows.into_iter().filter(corrected).filter_map(before);
        // Four digits keep the file small.
        let mut scores: Vec<f64> = scores.map(|score| (score.clamp(0.0, 1.0) * 1e4).round() / 1e4).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        (scores.len() >= LEAST).then_some(Self { scores })
    }

    /// The least score from which on texts may be left out so that at most a share `missed` of the corrections is lost, in
    /// expectation over new texts like these ([`conformal`]). `None` when there are too few to promise it.
    pub fn at_least(&self, missed: f64) -> Option<f32> {
        let rows: Vec<Known> =
            self.scores.iter().map(|&confidence| Known { confidence, kept: false }).collect();
        let tau = conformal(&rows, missed);
        tau.is_finite().then_some(tau as f32)
    }

    /// What of it makes no sense.
    pub(super) fn check(&self) -> Result<(), String> {
        match self.scores.iter().find(|score| !(0.0..=1.0).contains(*score)) {
            Some(score) => Err(format!("a text is said to look clean by {score}, not between 0 and 1")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(before: f64, after: f64, unchanged: f64, kept: bool) -> Labelled {
        let features = [(AFTER, after), (GAIN, after - before), (UNCHANGED, unchanged), (VETOED, 0.0)];
        Labelled { kept, features: features.map(|(id, value)| (id.to_owned(), value)).into() }
    }

    #[test]
    fn at_most_the_stated_share_of_corrections_is_missed() {
        // 99 corrections of texts that looked clean by 0.01 to 0.99; other rows say nothing about what is missed.
        let mut rows: Vec<Labelled> =
            (1..100).map(|score| row(f64::from(score) / 100.0, 0.9, 0.0, true)).collect();
        rows.extend([row(1.0, 1.0, 1.0, true), row(1.0, 0.2, 0.0, false)]);
        let found = NeedsEdit::fit(&rows).expect("enough rows");
        // (missed + 1) / (99 + 1) <= 0.05: four may be missed, those from 0.96 on.
        assert_eq!(found.at_least(0.05), Some(0.96));
        assert_eq!(found.at_least(0.02), Some(0.99));
        assert_eq!(found.at_least(0.01), None, "one in a hundred cannot be promised from 99");
        assert_eq!(NeedsEdit::fit(rows.iter().take(LEAST - 1)), None);
    }
}
