//! Linear regression with an L2 penalty.
//!
//! Source: Hoerl and Kennard 1970. The number of features is small, so the normal equations are solved directly.

use std::collections::BTreeMap;

use super::Head;
use super::head::solve;

/// Fits `values` of `rows` with the penalty `ridge · Σ weight²`.
pub(super) fn fit(rows: &[&BTreeMap<String, f64>], values: &[f64], ridge: f64) -> Head {
    Head::fitted(rows, |columns| normal_equations(columns, values, ridge))
}

fn normal_equations(rows: &[Vec<f64>], values: &[f64], ridge: f64) -> Vec<f64> {
    let width = rows.first().map_or(1, Vec::len);
    let mut matrix = vec![vec![0.0; width]; width];
    let mut right = vec![0.0; width];
    for (row, value) in rows.iter().zip(values) {
        for i in 0..width {
            right[i] += row[i] * value;
            for j in 0..width {
                matrix[i][j] += row[i] * row[j];
            }
        }
    }
    for (i, row) in matrix.iter_mut().enumerate() {
        // The bias is not held back; a trace of it is for no rows at all.
        row[i] += if i == 0 { 1e-6 } else { ridge };
    }
    solve(matrix, right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: &[(f64, f64)]) -> Vec<BTreeMap<String, f64>> {
        values.iter().map(|&(a, b)| [("a".to_owned(), a), ("b".to_owned(), b)].into()).collect()
    }

    /// The weights are those of scikit-learn's `Ridge(alpha=0.5)` on standardised columns.
    #[test]
    fn the_gradient_vanishes_at_the_solution() {
        let rows = rows(&[(0.0, 1.0), (1.0, 0.0), (2.0, 2.0), (3.0, 1.0), (4.0, 5.0), (5.0, 3.0)]);
        let values = [1.0, -1.0, 0.5, 2.0, 4.0, 3.0];
        let all: Vec<&BTreeMap<String, f64>> = rows.iter().collect();
        let head = fit(&all, &values, 0.5);
        for term in &head.terms {
            let slope: f64 = rows
                .iter()
                .zip(values)
                .map(|(row, value)| (head.score(row) - value) * (row[&term.feature] - term.mean) / term.scale)
                .sum();
            assert!((slope + 0.5 * term.weight).abs() < 1e-9, "{}: {slope}", term.feature);
        }
        let found = [head.terms[0].weight, head.terms[1].weight, head.bias];
        for (found, expected) in found.into_iter().zip([0.570_474_24, 0.941_317_61, 1.583_333_33]) {
            assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
        }
    }

    #[test]
    fn a_line_comes_back_and_no_rows_say_nothing() {
        let rows = rows(&[(0.0, 7.0), (1.0, 7.0), (3.0, 7.0)]);
        let all: Vec<&BTreeMap<String, f64>> = rows.iter().collect();
        let head = fit(&all, &[1.0, 3.0, 7.0], 1e-9);
        assert_eq!(head.terms.len(), 1, "a feature that never varies is left out");
        assert!((head.score(&rows[2]) - 7.0).abs() < 1e-4);
        let none = fit(&[], &[], 1.0);
        assert!(none.bias.abs() < 1e-9 && none.terms.is_empty());
    }
}
