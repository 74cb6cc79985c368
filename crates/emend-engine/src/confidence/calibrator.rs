//! From a score to a probability that means what it says.

use serde::{Deserialize, Serialize};

use super::logistic::sigmoid;

/// A non-decreasing map from log-odds to a probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Calibrator {
    /// `sigmoid(slope · score + offset)` (Platt 1999): two numbers, for few labels.
    Platt {
        /// At least 0, so that the order stays.
        slope: f64,
        /// Moves the base rate.
        offset: f64,
    },
    /// Steps with straight lines between their middles (Zadrozny and Elkan 2002): for many labels.
    Isotonic {
        /// Score and probability, both non-decreasing.
        points: Vec<(f64, f64)>,
    },
}

/// From so many labels on, isotonic regression is better than Platt's (Niculescu-Mizil and Caruana 2005).
const MANY: usize = 1000;

impl Calibrator {
    /// The probability behind a score.
    pub fn probability(&self, score: f64) -> f64 {
        match self {
            Self::Platt { slope, offset } => sigmoid(slope * score + offset),
            Self::Isotonic { points } => interpolated(points, score),
        }
    }

    /// Fits scores that the head gave to rows that it was *not* fitted on.
    pub(super) fn fit(scored: &[(f64, bool)]) -> Self {
        if scored.len() < MANY { platt(scored) } else { isotonic(scored) }
    }
}

/// Platt's targets are drawn in from 0 and 1, which keeps separable labels finite.
fn platt(scored: &[(f64, bool)]) -> Calibrator {
    let kept = scored.iter().filter(|(_, kept)| *kept).count() as f64;
    let (yes, no) = ((kept + 1.0) / (kept + 2.0), 1.0 / (scored.len() as f64 - kept + 2.0));
    let (mut slope, mut offset) = (1.0, 0.0);
    for _ in 0..100 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
        for &(score, kept) in scored {
            let probability = sigmoid(slope * score + offset);
            let (error, curve) =
                (probability - if kept { yes } else { no }, probability * (1.0 - probability));
            g0 += error * score;
            g1 += error;
            h00 += curve * score * score;
            h01 += curve * score;
            h11 += curve;
        }
        let determinant = h00 * h11 - h01 * h01;
        if determinant.abs() < 1e-12 {
            break;
        }
        let (s, o) = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant);
        let damping = (4.0 / s.abs().max(o.abs()).max(4.0)).min(1.0);
        slope -= damping * s;
        offset -= damping * o;
        if s.abs().max(o.abs()) < 1e-10 {
            break;
        }
    }
    Calibrator::Platt { slope: slope.max(0.0), offset }
}

/// Pool adjacent violators (Barlow et al. 1972). Each pool counts one more row of each kind than it has, so that no
/// probability is 0 or 1.
fn isotonic(scored: &[(f64, bool)]) -> Calibrator {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rows = sorted.into_iter().map(|(score, kept)| Pool {
        scores: score,
        rows: 1.0,
        kept: f64::from(u8::from(kept)),
    });
    let pools = pooled(rows, |pool| pool.kept / pool.rows, |a, b| a >= b);
    // Counting two rows more draws small pools in, beyond their neighbours: a single refused row at the lowest score would
    // be a third, and all above it at least that. So they are pooled once more.
    let pools = pooled(pools, Pool::probability, |a, b| a > b);
    Calibrator::Isotonic {
        points: pools.iter().map(|pool| (pool.scores / pool.rows, pool.probability())).collect(),
    }
}

/// Neighbours in the order of their scores.
struct Pool {
    /// Sum of the scores.
    scores: f64,
    rows: f64,
    kept: f64,
}

impl Pool {
    fn probability(&self) -> f64 {
        (self.kept + 1.0) / (self.rows + 2.0)
    }
}

/// Merges neighbours whose values are the wrong way around.
fn pooled(
    pools: impl IntoIterator<Item = Pool>,
    value: impl Fn(&Pool) -> f64,
    wrong: impl Fn(f64, f64) -> bool,
) -> Vec<Pool> {
    let mut merged: Vec<Pool> = Vec::new();
    for mut pool in pools {
        while let Some(before) = merged.pop_if(|before| wrong(value(before), value(&pool))) {
            pool.scores += before.scores;
            pool.rows += before.rows;
            pool.kept += before.kept;
        }
        merged.push(pool);
    }
    merged
}

fn interpolated(points: &[(f64, f64)], score: f64) -> f64 {
    let after = points.partition_point(|point| point.0 <= score);
    match (after.checked_sub(1).and_then(|before| points.get(before)), points.get(after)) {
        (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (score - a.0) / (b.0 - a.0),
        (Some(only), None) | (None, Some(only)) => only.1,
        (None, None) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn platt_finds_the_slope_that_made_the_labels() {
        // Scores twice too sure of themselves: of those at ±2, sigmoid(1) = 73 % are right.
        let scored: Vec<(f64, bool)> = (0..2000)
            .map(|i| (if i % 2 == 0 { 2.0 } else { -2.0 }, (i % 2 == 0) == (i / 2 % 100 < 73)))
            .collect();
        let calibrator = platt(&scored);
        assert!((calibrator.probability(2.0) - 0.73).abs() < 0.01, "{calibrator:?}");
        assert!((calibrator.probability(-2.0) - 0.27).abs() < 0.01);
    }

    #[test]
    fn isotonic_pools_what_is_out_of_order() {
        let scored = [(1.0, false), (2.0, true), (3.0, false), (4.0, true), (5.0, true)];
        let Calibrator::Isotonic { points } = isotonic(&scored) else { panic!("isotonic was asked for") };
        // (1: 0 of 1), (2, 3: 1 of 2), (4, 5: 2 of 2; equal neighbours are one pool), each with two rows more.
        let expected = [(1.0, 1.0 / 3.0), (2.5, 0.5), (4.5, 0.75)];
        assert_eq!(points.len(), expected.len(), "{points:?}");
        for (found, expected) in points.iter().zip(expected) {
            assert!((found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9, "{points:?}");
        }
    }

    /// One row at the very bottom or top is no reason to think otherwise of the hundreds beside it.
    #[test]
    fn a_row_apart_moves_nothing() {
        let mut scored: Vec<(f64, bool)> =
            (0..400).map(|i| (f64::from(i) / 400.0, i > 200 && i % 10 != 0)).collect();
        scored.extend([(-50.0, false), (50.0, true)]);
        let calibrator = isotonic(&scored);
        assert!(calibrator.probability(0.0) < 0.02 && calibrator.probability(-60.0) < 0.02, "{calibrator:?}");
        let high = calibrator.probability(0.9);
        assert!((0.85..0.95).contains(&high) && calibrator.probability(60.0) >= high, "{calibrator:?}");
    }

    #[test]
    fn separable_labels_stay_between_zero_and_one() {
        let scored: Vec<(f64, bool)> = (0..20).map(|i| (f64::from(i), i >= 10)).collect();
        for calibrator in [platt(&scored), isotonic(&scored)] {
            let (low, high) = (calibrator.probability(-100.0), calibrator.probability(100.0));
            assert!((0.0..0.2).contains(&low) && high > 0.8 && high <= 1.0, "{calibrator:?}");
        }
    }

    proptest! {
        #[test]
        fn order_is_kept(scored in proptest::collection::vec((-5.0f64..5.0, any::<bool>()), 1..60),
                         a in -6.0f64..6.0, b in -6.0f64..6.0) {
            for calibrator in [platt(&scored), isotonic(&scored)] {
                let (low, high) = (calibrator.probability(a.min(b)), calibrator.probability(a.max(b)));
                prop_assert!(low <= high + 1e-12, "{calibrator:?}");
                prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
            }
        }
    }
}
