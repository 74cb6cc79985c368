//! From labelled answers to a calibrated head.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::risk::Known;
use super::{Calibrator, Head, SECOND_THOUGHT, UNCHANGED, VETOED, logistic};

/// Parts that the rows are cut into; each is scored by a head that was fitted on the others.
pub const FOLDS: usize = 5;

/// Fewest labels of each kind: below this a head would learn names, not signs.
pub const LEAST: usize = 20;

/// The penalty on weights, in rows: as if so many had said that a feature is worth nothing.
pub(super) const RIDGE: f64 = 10.0;

/// An answer with its features and whether a person would keep it.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// Values by feature id.
    pub features: BTreeMap<String, f64>,
    /// Whether it was kept.
    pub kept: bool,
}

impl Labelled {
    /// The row without what only a second thought knows.
    #[must_use]
    pub fn before_second_thought(&self) -> Self {
        let mut first = self.clone();
        first.features.retain(|feature, _| !SECOND_THOUGHT.contains(&feature.as_str()));
        first
    }
}

/// A head with the calibrator of its scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Features to log-odds.
    pub head: Head,
    /// Log-odds to a probability.
    pub calibrator: Calibrator,
}

/// What was fitted for answers of one stage.
///
/// Whether an edit is good and whether a text needs one are two questions, with other signs for each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// For rewrites.
    pub changed: Part,
    /// For texts that stay as they are.
    pub unchanged: Part,
    /// Each row with the confidence that heads *and* calibrators fitted without it gave: what to measure, and what to
    /// choose τ by. In the order of the rows; from a file, kept ones first.
    #[serde(with = "super::files::known")]
    pub known: Vec<Known>,
}

impl Stage {
    /// The chance that an answer with these features is kept.
    pub fn confidence<K, V>(&self, features: &BTreeMap<K, V>) -> f64
    where
        K: Ord + Borrow<str>,
        V: Copy + Into<f64>,
    {
        if stays(features) { self.unchanged.confidence(features) } else { self.changed.confidence(features) }
    }
}

impl Part {
    fn confidence<K, V>(&self, features: &BTreeMap<K, V>) -> f64
    where
        K: Ord + Borrow<str>,
        V: Copy + Into<f64>,
    {
        self.calibrator.probability(self.head.score(features))
    }

    /// The share of kept rows, whatever the features: all that few labels can tell.
    fn constant(rows: &[&Labelled]) -> Self {
        let kept = rows.iter().filter(|row| row.kept).count() as f64;
        let bias = ((kept + 1.0) / (rows.len() as f64 - kept + 1.0)).ln();
        Self {
            head: Head { bias, terms: Vec::new() },
            calibrator: Calibrator::Platt { slope: 1.0, offset: 0.0 },
        }
    }
}

/// Whether the text stays as it is: nothing was written, or nothing that could be shown.
pub(super) fn stays<K, V>(features: &BTreeMap<K, V>) -> bool
where
    K: Ord + Borrow<str>,
    V: Copy + Into<f64>,
{
    [UNCHANGED, VETOED].iter().any(|&sign| features.get(sign).is_some_and(|&value| value.into() > 0.5))
}

/// Why there is nothing to fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// Too few rows of a kind.
    #[error(
        "a calibration needs at least {LEAST} answers that were kept and {LEAST} that were not; there are {kept} and {rejected}"
    )]
    TooFew {
        /// Rows that were kept.
        kept: usize,
        /// Rows that were not.
        rejected: usize,
    },
}

/// Fits the heads and their calibrators. The same rows in the same order give the same result.
pub fn fit(rows: &[Labelled]) -> Result<Stage, FitError> {
    refuse_few(rows)?;
    let (staying, changing): (Vec<usize>, Vec<usize>) =
        (0..rows.len()).partition(|&row| stays(&rows[row].features));
    let mut known = vec![Known { confidence: 0.0, kept: false }; rows.len()];
    let mut part = |places: &[usize]| {
        let chosen: Vec<&Labelled> = places.iter().map(|&place| &rows[place]).collect();
        let (part, confidences) = fit_part(&chosen);
        for (&place, confidence) in places.iter().zip(confidences) {
            known[place] = Known { confidence, kept: rows[place].kept };
        }
        part
    };
    let (changed, unchanged) = (part(&changing), part(&staying));
    Ok(Stage { changed, unchanged, known })
}

/// An error when there are too few rows of a kind to tell anything by.
pub(super) fn refuse_few(rows: &[Labelled]) -> Result<(), FitError> {
    let kept = rows.iter().filter(|row| row.kept).count();
    let rejected = rows.len() - kept;
    if kept.min(rejected) < LEAST { Err(FitError::TooFew { kept, rejected }) } else { Ok(()) }
}

/// One part, and the confidence in each of its rows by parts that were fitted on the others.
fn fit_part(rows: &[&Labelled]) -> (Part, Vec<f64>) {
    let part = calibrated(rows);
    let mut confidences = vec![0.0; rows.len()];
    for fold in 0..FOLDS {
        let others: Vec<&Labelled> = without(rows, fold);
        let other = calibrated(&others);
        for place in (fold..rows.len()).step_by(FOLDS) {
            confidences[place] = other.confidence(&rows[place].features);
        }
    }
    (part, confidences)
}

/// A head on all rows, and a calibrator on scores that heads gave to rows that they were not fitted on.
fn calibrated(rows: &[&Labelled]) -> Part {
    let kept = rows.iter().filter(|row| row.kept).count();
    if kept.min(rows.len() - kept) < LEAST {
        return Part::constant(rows);
    }
    let mut scored = Vec::with_capacity(rows.len());
    for fold in 0..FOLDS {
        let head = head(&without(rows, fold));
        let held_out = rows.iter().skip(fold).step_by(FOLDS);
        scored.extend(held_out.map(|row| (head.score(&row.features), row.kept)));
    }
    Part { head: head(rows), calibrator: Calibrator::fit(&scored) }
}

/// All rows but those of one fold.
pub(super) fn without<'a, R>(rows: &[&'a R], fold: usize) -> Vec<&'a R> {
    rows.iter().enumerate().filter(|(place, _)| place % FOLDS != fold).map(|(_, &row)| row).collect()
}

fn head(rows: &[&Labelled]) -> Head {
    let features: Vec<&BTreeMap<String, f64>> = rows.iter().map(|row| &row.features).collect();
    let labels: Vec<bool> = rows.iter().map(|row| row.kept).collect();
    logistic::fit(&features, &labels, RIDGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of which the feature says half the truth.
    fn rows(number: usize) -> Vec<Labelled> {
        let mut state = 3u64;
        let mut uniform = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..number)
            .map(|_| {
                let sign = uniform() * 4.0 - 2.0;
                let noise = uniform();
                Labelled {
                    features: [("sign".to_owned(), sign), ("noise".to_owned(), noise)].into(),
                    kept: uniform() < super::super::logistic::sigmoid(sign),
                }
            })
            .collect()
    }

    #[test]
    fn confidences_mean_what_they_say() {
        for number in [600, 3000] {
            let fitted = fit(&rows(number)).expect("enough rows");
            let sure: Vec<&Known> = fitted.known.iter().filter(|row| row.confidence > 0.7).collect();
            let said = sure.iter().map(|row| row.confidence).sum::<f64>() / sure.len() as f64;
            let kept = sure.iter().filter(|row| row.kept).count() as f64 / sure.len() as f64;
            assert!((said - kept).abs() < 0.06, "{number}: said {said}, kept {kept}");
            let weight =
                |id: &str| fitted.changed.head.terms.iter().find(|t| t.feature == id).map(|t| t.weight.abs());
            assert!(weight("sign") > Some(0.8) && weight("noise") < Some(0.2), "{:?}", fitted.changed.head);
        }
    }

    #[test]
    fn too_few_labels_are_refused_with_their_number() {
        let mut few = rows(100);
        few.retain(|row| row.kept);
        let number = few.len();
        assert_eq!(fit(&few), Err(FitError::TooFew { kept: number, rejected: 0 }));
    }

    #[test]
    fn labels_without_a_sign_give_no_confidence() {
        let mut shuffled = rows(600);
        let labels: Vec<bool> = shuffled.iter().map(|row| row.kept).collect();
        for (row, label) in shuffled.iter_mut().zip(labels.iter().cycle().skip(301)) {
            row.kept = *label;
        }
        let fitted = fit(&shuffled).expect("enough rows");
        let spread = fitted.known.iter().map(|row| (row.confidence - 0.5).abs()).fold(0.0, f64::max);
        assert!(spread < 0.25, "a row's own label has leaked: {spread}");
    }
}
