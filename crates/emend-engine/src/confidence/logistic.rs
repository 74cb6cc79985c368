//! Logistic regression with an L2 penalty, fitted by Newton's method.
//!
//! Source: Hastie, Tibshirani and Friedman 2009, section 4.4.1. The number of features is small, so the Hessian is
//! solved directly; the objective is convex, so the result depends on the rows alone.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A fitted regression over named features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The log-odds of an average row.
    pub bias: f64,
    /// One per feature.
    #[serde(with = "super::files::terms")]
    pub terms: Vec<Term>,
}

/// What one feature adds.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The feature's id.
    pub feature: String,
    /// Its mean where it is known; an absent feature counts as this.
    pub mean: f64,
    /// Its standard deviation.
    pub scale: f64,
    /// Log-odds per standard deviation.
    pub weight: f64,
}

/// Newton steps at most; five to ten are usual.
const STEPS: usize = 50;
/// Smallest step that is still one.
const TOLERANCE: f64 = 1e-9;

impl Head {
    /// Log-odds of a row.
    pub fn log_odds<K, V>(&self, features: &BTreeMap<K, V>) -> f64
    where
        K: Ord + Borrow<str>,
        V: Copy + Into<f64>,
    {
        let term = |term: &Term| {
            features
                .get(term.feature.as_str())
                .map_or(0.0, |&value| term.weight * (value.into() - term.mean) / term.scale)
        };
        self.bias + self.terms.iter().map(term).sum::<f64>()
    }

    /// Fits the labels (true = kept) of `rows` with the penalty `ridge / 2 · Σ weight²`. Features that never vary are
    /// left out.
    pub(super) fn fit(rows: &[&BTreeMap<String, f64>], labels: &[bool], ridge: f64) -> Self {
        let mut terms = standardizers(rows);
        let columns: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| {
                let of = |t: &Term| row.get(&t.feature).map_or(0.0, |value| (value - t.mean) / t.scale);
                std::iter::once(1.0).chain(terms.iter().map(of)).collect()
            })
            .collect();
        let weights = newton(&columns, labels, ridge);
        for (term, weight) in terms.iter_mut().zip(&weights[1..]) {
            term.weight = *weight;
        }
        Self { bias: weights[0], terms }
    }
}

/// Mean and deviation of every feature that varies.
fn standardizers(rows: &[&BTreeMap<String, f64>]) -> Vec<Term> {
    let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (feature, value) in rows.iter().flat_map(|row| row.iter()) {
        values.entry(feature).or_default().push(*value);
    }
    let term = |(feature, values): (&str, Vec<f64>)| {
        let number = values.len() as f64;
        let mean = values.iter().sum::<f64>() / number;
        let scale = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / number).sqrt();
        (scale > 1e-9).then(|| Term { feature: feature.to_owned(), mean, scale, weight: 0.0 })
    };
    values.into_iter().filter_map(term).collect()
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

/// Solves a symmetric positive definite system by Gaussian elimination, which needs no pivoting there.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let width = right.len();
    for column in 0..width {
        let (above, below) = matrix.split_at_mut(column + 1);
        let pivot = &above[column];
        for (offset, row) in below.iter_mut().enumerate() {
            let factor = row[column] / pivot[column];
            for (cell, above) in row.iter_mut().zip(pivot).skip(column) {
                *cell -= factor * above;
            }
            right[column + 1 + offset] -= factor * right[column];
        }
    }
    for row in (0..width).rev() {
        let known: f64 = (row + 1..width).map(|k| matrix[row][k] * right[k]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
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
        let head = Head::fit(&all, &labels, 0.5);
        let found = [head.terms[0].weight, head.terms[1].weight, head.bias];
        for (found, expected) in found.into_iter().zip([1.174_737_03, -0.228_905_23, 0.853_551_75]) {
            assert!((found - expected).abs() < 1e-4, "{head:?}");
        }
        for term in &head.terms {
            let slope: f64 = rows
                .iter()
                .zip(labels)
                .map(|(row, label)| {
                    let error = sigmoid(head.log_odds(row)) - f64::from(u8::from(label));
                    error * (row[&term.feature] - term.mean) / term.scale
                })
                .sum();
            assert!((slope + 0.5 * term.weight).abs() < 1e-6, "{}: {slope}", term.feature);
        }
        let bias: f64 =
            rows.iter().zip(labels).map(|(r, l)| sigmoid(head.log_odds(r)) - f64::from(u8::from(l))).sum();
        assert!(bias.abs() < 1e-4, "{bias}");
    }

    /// With one feature that is 0 or 1 and no penalty, the fitted odds are those that were counted.
    #[test]
    fn counted_odds_come_back() {
        let rows =
            rows(&[(0.0, 7.0), (0.0, 7.0), (0.0, 7.0), (0.0, 7.0), (1.0, 7.0), (1.0, 7.0), (1.0, 7.0)]);
        let labels = [true, false, false, false, true, true, false];
        let all: Vec<&BTreeMap<String, f64>> = rows.iter().collect();
        let head = Head::fit(&all, &labels, 1e-9);
        assert_eq!(head.terms.len(), 1, "a feature that never varies is left out");
        assert!((sigmoid(head.log_odds(&rows[0])) - 0.25).abs() < 1e-4);
        assert!((sigmoid(head.log_odds(&rows[5])) - 2.0 / 3.0).abs() < 1e-4);
    }

    #[test]
    fn an_absent_feature_is_an_average_one() {
        let rows = rows(&[(0.0, 1.0), (4.0, 2.0), (1.0, 1.0), (3.0, 0.0)]);
        let all: Vec<&BTreeMap<String, f64>> = rows.iter().collect();
        let head = Head::fit(&all, &[false, true, false, true], 1.0);
        let average: BTreeMap<String, f64> = [("a".to_owned(), 2.0), ("b".to_owned(), 1.0)].into();
        assert!((head.log_odds(&average) - head.log_odds(&BTreeMap::<String, f64>::new())).abs() < 1e-9);
    }

    #[test]
    fn labels_of_one_kind_stay_finite() {
        let rows = rows(&[(0.0, 1.0), (4.0, 2.0)]);
        let all: Vec<&BTreeMap<String, f64>> = rows.iter().collect();
        let head = Head::fit(&all, &[true, true], 1.0);
        assert!(head.log_odds(&rows[0]).is_finite() && head.log_odds(&rows[0]) > 2.0);
    }
}
