//! A line through named features: what a regression comes to, whatever its loss.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A fitted regression over named features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// What it says of an average row.
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
    /// What a standard deviation adds.
    pub weight: f64,
}

impl Head {
    /// What it says of a row: log-odds of a logistic regression, the number itself of a linear one.
    pub fn score<K, V>(&self, features: &BTreeMap<K, V>) -> f64
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

    /// The head whose bias and weights `fit` finds for columns of a 1 and of standardised features. Features that never vary are
    /// left out; an absent one counts as average.
    pub(super) fn fitted(rows: &[&BTreeMap<String, f64>], fit: impl FnOnce(&[Vec<f64>]) -> Vec<f64>) -> Self {
        let mut terms = standardizers(rows);
        let columns: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| {
                let of = |t: &Term| row.get(&t.feature).map_or(0.0, |value| (value - t.mean) / t.scale);
                std::iter::once(1.0).chain(terms.iter().map(of)).collect()
            })
            .collect();
        let weights = fit(&columns);
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

/// Solves a symmetric positive definite system by Gaussian elimination, which needs no pivoting there.
pub(super) fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
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
