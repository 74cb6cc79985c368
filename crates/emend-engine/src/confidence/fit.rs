//! From labelled answers to a calibrated head.

use std::collections::BTreeMap;

use super::logistic::Head;
use super::risk::Known;
use super::{Calibrator, SECOND_THOUGHT};

/// Parts that the rows are cut into; each is scored by a head that was fitted on the others.
pub const FOLDS: usize = 5;

/// Fewest labels of each kind: below this a head would learn names, not signs.
const LEAST: usize = 25;

/// The penalty on weights, in rows: as if so many had said that a feature is worth nothing.
const RIDGE: f64 = 10.0;

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
    pub fn before_second_thought(&self) -> Self {
        let mut first = self.clone();
        first.features.retain(|feature, _| !SECOND_THOUGHT.contains(&feature.as_str()));
        first
    }
}

/// What [`fit`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The head, fitted on all rows.
    pub head: Head,
    /// The calibrator, fitted on scores that no head gave to its own rows.
    pub calibrator: Calibrator,
    /// Each row with the confidence that heads *and* calibrators of the other parts give it, in the order of the rows:
    /// what to measure and what to choose τ by.
    pub known: Vec<Known>,
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

/// Fits a head and its calibrator. The same rows in the same order give the same result.
pub fn fit(rows: &[Labelled]) -> Result<Fitted, FitError> {
    let kept = rows.iter().filter(|row| row.kept).count();
    let rejected = rows.len() - kept;
    if kept.min(rejected) < LEAST {
        return Err(FitError::TooFew { kept, rejected });
    }
    let everything: Vec<usize> = (0..rows.len()).collect();
    let scored = out_of_fold(rows, &everything);
    let labels = |scored: &[f64]| -> Vec<(f64, bool)> {
        scored.iter().zip(rows).map(|(&score, row)| (score, row.kept)).collect()
    };
    let calibrator = Calibrator::fit(&labels(&scored));

    // The same once more inside: the row's own label reaches neither its head nor its calibrator.
    let mut known = vec![Known { confidence: 0.0, kept: false }; rows.len()];
    for fold in 0..FOLDS {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            everything.iter().partition(|&&row| row % FOLDS != fold);
        let head = head(rows, &inside);
        let scores = out_of_fold(rows, &inside);
        let pairs: Vec<(f64, bool)> =
            inside.iter().zip(scores).map(|(&row, score)| (score, rows[row].kept)).collect();
        let calibrator = Calibrator::fit(&pairs);
        for row in outside {
            let confidence = calibrator.probability(head.log_odds(&rows[row].features));
            known[row] = Known { confidence, kept: rows[row].kept };
        }
    }
    Ok(Fitted { head: head(rows, &everything), calibrator, known })
}

/// The score of each of `chosen` by a head that was fitted on the other parts of `chosen`.
fn out_of_fold(rows: &[Labelled], chosen: &[usize]) -> Vec<f64> {
    let mut scores = vec![0.0; chosen.len()];
    for fold in 0..FOLDS {
        let others: Vec<usize> =
            (0..chosen.len()).filter(|place| place % FOLDS != fold).map(|place| chosen[place]).collect();
        let head = head(rows, &others);
        for place in (fold..chosen.len()).step_by(FOLDS) {
            scores[place] = head.log_odds(&rows[chosen[place]].features);
        }
    }
    scores
}

fn head(rows: &[Labelled], chosen: &[usize]) -> Head {
    let features: Vec<&BTreeMap<String, f64>> = chosen.iter().map(|&row| &rows[row].features).collect();
    let labels: Vec<bool> = chosen.iter().map(|&row| rows[row].kept).collect();
    Head::fit(&features, &labels, RIDGE)
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
                |id: &str| fitted.head.terms.iter().find(|t| t.feature == id).map(|t| t.weight.abs());
            assert!(weight("sign") > Some(0.8) && weight("noise") < Some(0.2), "{:?}", fitted.head);
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
