//! Logistic regression with an L2 penalty, fitted by Newton's method.
//!
//! Source: Hastie, Tibshirani and Friedman 2009, section 4.4.1. The number of features is small, so the Hessian is
//! solved directly; the objective is convex, so the result depends on the rows alone.

use std::collections::BTreeMap;

use super::Head;
use super::head::solve;

/// Newton steps at most; five to ten are usual.
const STEPS: usize = 50;
/// Smallest step that is still one.
const TOLERANCE: f64 = 1e-9;

/// Fits the labels (true = kept) of `rows` with the penalty `ridge / 2 · Σ weight²`.
pub(super) fn fit(rows: &[&BTreeMap<String, f64>], labels: &[bool], ridge: f64) -> Head {
    Head::fitted(rows, |columns| newton(columns, labels, ridge))
}

fn newton(rows: &[Vec<f64>], labels: &[bool], ridge: f64) -> Vec<f64> {
    let width = rows.first().map_or(1, Vec::len);
    let mut weights = vec![0.0; width];
    for _ in 0..STEPS {
        let mut gradient = vec![0.0; width];
        let mut hessian = vec![vec![0.0; width]; width];
        for (row, &label) in rows.iter().zip(labels) {
            let probability = sigmoid(row.iter().zip(&weights).map(|(x, w)| x * w).sum());
            let (error, curve) =
                (probability - f64::from(u8::from(label)), probability * (1.0 - probability));
            for i in 0..width {
                gradient[i] += error * row[i];
                for j in 0..=i {
                    hessian[i][j] += curve * row[i] * row[j];
                }
            }
        }
        // Half of it was added up; the other half is the same.
        let lower = hessian.clone();
        for (i, row) in hessian.iter_mut().enumerate() {
            for (j, cell) in row.iter_mut().enumerate().skip(i + 1) {
                *cell = lower[j][i];
            }
        }
        for i in 0..width {
            // The bias is not held back; a trace of it keeps one-sided labels finite.
            let held = if i == 0 { 1e-6 } else { ridge };
            gradient[i] += held * weights[i];
            hessian[i][i] += held;
        }
        let step = solve(hessian, gradient);
        // Far from the solution a full step can overshoot.
        let longest = step.iter().fold(0.0f64, |longest, s| longest.max(s.abs()));
        let damping = if longest > 4.0 { 4.0 / longest } else { 1.0 };
        for (weight, step) in weights.iter_mut().zip(&step) {
            *weight -= damping * step;
        }
        if longest < TOLERANCE {
            break;
        }
    }
    weights
}

pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: &[(f64, f64)]) -> Vec<BTreeMap<String, f64>> {
        values.iter().map(|&(a, b)| [("a".to_owned(), a), ("b".to_owned(), b)].into()).collect()
    }

    /// The weights are those of scikit-learn's `LogisticRegression(C=1/0.5, tol=1e-12)` on standardised columns.
    #[test]
    fn the_gradient_vanishes_at_the_solution() {
        let rows = rows(&[(0.0, 1.0), (1.0, 0.0), (2.0, 2.0), (3.0, 1.0), (4.0, 5.0), (5.0, 3.0)]);
        let labels = [false, true, false, true, true, true];
        let all: Vec<&BTreeMap<String, f64>> = rows.iter().collect();
        let head = fit(&all, &labels, 0.5);
        let found = [head.terms[0].weight, head.terms[1].weight, head.bias];
        for (found, expected) in found.into_iter().zip([1.174_737_03, -0.228_905_23, 0.853_551_75]) {
            assert!((found - expected).abs() < 1e-4, "{head:?}");
        }
        for term in &head.terms {
            let slope: f64 = rows
                .iter()
                .zip(labels)
                .map(|(row, label)| {
                    let error = sigmoid(head.score(row)) - f64::from(u8::from(label));
                    error * (row[&term.feature] - term.mean) / term.scale
                })
                .sum();
            assert!((slope + 0.5 * term.weight).abs() < 1e-6, "{}: {slope}", term.feature);
        }
        let bias: f64 =
            rows.iter().zip(labels).map(|(r, l)| sigmoid(head.score(r)) - f64::from(u8::from(l))).sum();
        assert!(bias.abs() < 1e-4, "{bias}");
    }

    /// With one feature that is 0 or 1 and no penalty, the fitted odds are those that were counted.
    #[test]
    fn counted_odds_come_back() {
        let rows =
            rows(&[(0.0, 7.0), (0.0, 7.0), (0.0, 7.0), (0.0, 7.0), (1.0, 7.0), (1.0, 7.0), (1.0, 7.0)]);
        let labels = [true, false, false, false, true, true, false];
        let all: Vec<&BTreeMap<String, f64>> = rows.iter().collect();
        let head = fit(&all, &labels, 1e-9);
        assert_eq!(head.terms.len(), 1, "a feature that never varies is left out");
        assert!((sigmoid(head.score(&rows[0])) - 0.25).abs() < 1e-4);
        assert!((sigmoid(head.score(&rows[5])) - 2.0 / 3.0).abs() < 1e-4);
    }

    #[test]
    fn an_absent_feature_is_an_average_one() {
        let rows = rows(&[(0.0, 1.0), (4.0, 2.0), (1.0, 1.0), (3.0, 0.0)]);
        let all: Vec<&BTreeMap<String, f64>> = rows.iter().collect();
        let head = fit(&all, &[false, true, false, true], 1.0);
        let average: BTreeMap<String, f64> = [("a".to_owned(), 2.0), ("b".to_owned(), 1.0)].into();
        assert!((head.score(&average) - head.score(&BTreeMap::<String, f64>::new())).abs() < 1e-9);
    }

    #[test]
    fn labels_of_one_kind_stay_finite() {
        let rows = rows(&[(0.0, 1.0), (4.0, 2.0)]);
        let all: Vec<&BTreeMap<String, f64>> = rows.iter().collect();
        let head = fit(&all, &[true, true], 1.0);
        assert!(head.score(&rows[0]).is_finite() && head.score(&rows[0]) > 2.0);
    }
}
