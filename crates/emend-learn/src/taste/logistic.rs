//! Logistic regression of differences, without an intercept: what is likely to be preferred.

/// Steps of the descent; far more than it needs from nothing.
const STEPS: usize = 400;

/// A difference between the preferred and the other side, and how much it counts.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) features: Vec<f64>,
    pub(super) weight: f64,
}

/// The w that minimises `Σ_i v_i·log(1 + exp(−w·x_i)) / Σ_i v_i + λ/2·|w|²` (Bradley–Terry with a ridge), by Nesterov's
/// accelerated descent: the loss is convex and smooth, so a step of 1/L needs no search.
pub(super) fn fit(rows: &[&Row], ridge: f64) -> Vec<f64> {
    let count = rows.first().map_or(0, |row| row.features.len());
    let total = rows.iter().map(|row| row.weight).sum::<f64>().max(f64::MIN_POSITIVE);
    // The curvature is at most a quarter of the mean square of a row, and the ridge.
    let squares: f64 = rows.iter().map(|row| row.weight * dot(&row.features, &row.features)).sum();
    let step = 1.0 / (0.25 * squares / total + ridge);
    let (mut now, mut before) = (vec![0.0; count], vec![0.0; count]);
    for at in 0..STEPS {
        let momentum = at as f64 / (at as f64 + 3.0);
        let ahead: Vec<f64> =
            now.iter().zip(&before).map(|(now, before)| now + momentum * (now - before)).collect();
        let mut gradient: Vec<f64> = ahead.iter().map(|w| ridge * w).collect();
        for row in rows {
            let pull = row.weight / total * sigmoid(-dot(&ahead, &row.features));
            for (slope, feature) in gradient.iter_mut().zip(&row.features) {
                *slope -= pull * feature;
            }
        }
        before = now;
        now = ahead.iter().zip(&gradient).map(|(w, slope)| w - step * slope).collect();
    }
    now
}

/// Mean loss of rows, in nats.
pub(super) fn loss(rows: &[&Row], w: &[f64]) -> f64 {
    let total = rows.iter().map(|row| row.weight).sum::<f64>().max(f64::MIN_POSITIVE);
    let of = |row: &&Row| {
        let margin = dot(w, &row.features);
        // log(1 + exp(−m)) without overflow.
        row.weight * ((-margin.abs()).exp().ln_1p() + (-margin).max(0.0))
    };
    rows.iter().map(of).sum::<f64>() / total
}

pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(features: &[f64], weight: f64) -> Row {
        Row { features: features.to_vec(), weight }
    }

    #[test]
    fn the_gradient_vanishes_at_the_fit() {
        let rows = [row(&[1.0, 0.5], 1.0), row(&[1.0, -2.0], 2.0), row(&[-1.0, 1.0], 0.5)];
        let rows: Vec<&Row> = rows.iter().collect();
        let (ridge, w) = (0.1, fit(&rows, 0.1));
        let objective = |w: &[f64]| loss(&rows, w) + ridge / 2.0 * dot(w, w);
        for at in 0..2 {
            let moved = |by: f64| {
                let mut w = w.clone();
                w[at] += by;
                objective(&w)
            };
            assert!(((moved(1e-4) - moved(-1e-4)) / 2e-4).abs() < 1e-6);
            assert!(moved(0.05) > objective(&w) && moved(-0.05) > objective(&w));
        }
    }

    /// One feature that says 1 three times of four: w = log 3 without a ridge.
    #[test]
    fn a_case_by_hand() {
        let rows = [row(&[1.0], 3.0), row(&[-1.0], 1.0)];
        let rows: Vec<&Row> = rows.iter().collect();
        assert!((fit(&rows, 0.0)[0] - 3f64.ln()).abs() < 1e-9);
        assert!((loss(&rows, &[0.0]) - 2f64.ln()).abs() < 1e-12);
        assert!(fit(&[], 1.0).is_empty());
    }
}
