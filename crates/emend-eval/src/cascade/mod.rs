//! Is the large model asked where it helps? The deferral curve of a cascade, beside asking at random and asking an
//! oracle.
//!
//! Source: Gupta et al. 2024, section 4; the area and its bounds as there.

mod plot;

use serde::Serialize;

pub use plot::{deferral_plot, reliability_plot};

use crate::resample::{Estimate, resamples};

/// One text that both models have rewritten.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The higher, the sooner the large model is asked: what it is expected to do better, or how unsure the small one is.
    pub priority: f64,
    /// Quality of its answer.
    pub small: f64,
    /// Quality of the large model's answer.
    pub large: f64,
}

/// What a cascade is worth.
#[derive(Debug, Clone, Serialize)]
pub struct Deferral {
    /// Texts.
    pub rows: usize,
    /// Mean quality when the small model answers all.
    pub small: f64,
    /// Mean quality when the large one does.
    pub large: f64,
    /// Mean quality when each text has the better answer.
    pub best: f64,
    /// Share of texts that go to the large model, and the mean quality then; those of the highest priority go first.
    pub curve: Vec<(f64, f64)>,
    /// The same when those go first that gain most.
    pub oracle: Vec<(f64, f64)>,
    /// The area between the curve and asking at random, as a share of the oracle's, with its interval.
    pub captured: Estimate,
    /// The least share of texts at which the cascade has 90 % of the large model's gain; absent when it gains nothing.
    pub calls_for_most: Option<f64>,
}

/// Share of the gain that counts as most of it.
const MOST: f64 = 0.9;

/// Measures a cascade; `None` of no rows. The interval comes from resampled rows, starting at `seed`.
pub fn deferral(pairs: &[Pair], seed: u64) -> Option<Deferral> {
    if pairs.is_empty() {
        return None;
    }
    let number = pairs.len() as f64;
    let mean = |of: fn(&Pair) -> f64| pairs.iter().map(of).sum::<f64>() / number;
    let (small, large) = (mean(|p| p.small), mean(|p| p.large));
    let curve = curve(pairs, |pair| pair.priority);
    let mut resampled = Vec::new();
    resamples(pairs.len(), seed, |_, rows| {
        resampled.push(captured(&rows.iter().map(|&row| pairs[row]).collect::<Vec<_>>()));
    });
    let target = small + MOST * (large - small);
    let calls_for_most =
        (large > small).then(|| curve.iter().find(|point| point.1 >= target).map(|point| point.0)).flatten();
    Some(Deferral {
        rows: pairs.len(),
        small,
        large,
        best: mean(|p| p.small.max(p.large)),
        oracle: self::curve(pairs, |pair| pair.large - pair.small),
        captured: Estimate::new(captured(pairs), resampled),
        calls_for_most,
        curve,
    })
}

/// Mean quality as more and more texts go to the large model, those with the highest `priority` first. Texts of equal
/// priority go in no order: the curve is straight between them.
fn curve(pairs: &[Pair], priority: impl Fn(&Pair) -> f64) -> Vec<(f64, f64)> {
    let number = pairs.len() as f64;
    let mut order: Vec<&Pair> = pairs.iter().collect();
    order.sort_by(|a, b| priority(b).total_cmp(&priority(a)));
    let mut quality = pairs.iter().map(|pair| pair.small).sum::<f64>() / number;
    let mut points = vec![(0.0, quality)];
    let mut asked = 0.0;
    for equal in order.chunk_by(|a, b| priority(a).total_cmp(&priority(b)).is_eq()) {
        quality += equal.iter().map(|pair| pair.large - pair.small).sum::<f64>() / number;
        asked += equal.len() as f64;
        points.push((asked / number, quality));
    }
    points
}

fn area(points: &[(f64, f64)]) -> f64 {
    points.windows(2).map(|two| (two[1].0 - two[0].0) * f64::midpoint(two[0].1, two[1].1)).sum()
}

/// Share of the oracle's area over random; NaN when even the oracle gains nothing.
fn captured(pairs: &[Pair]) -> f64 {
    let number = pairs.len() as f64;
    let random = f64::midpoint(
        pairs.iter().map(|pair| pair.small).sum::<f64>() / number,
        pairs.iter().map(|pair| pair.large).sum::<f64>() / number,
    );
    let ours = area(&curve(pairs, |pair| pair.priority)) - random;
    let best = area(&curve(pairs, |pair| pair.large - pair.small)) - random;
    if best > 1e-12 { ours / best } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(confidence: f64, small: f64, large: f64) -> Pair {
        Pair { priority: -confidence, small, large }
    }

    #[test]
    fn a_perfect_confidence_is_the_oracle() {
        // The surer, the less there is to gain.
        let pairs: Vec<Pair> =
            (0..10).map(|i| pair(f64::from(i) / 10.0, 0.5, 1.0 - f64::from(i) / 10.0)).collect();
        let found = deferral(&pairs, 0).expect("rows");
        assert!((found.captured.value - 1.0).abs() < 1e-9);
        assert_eq!(found.curve, found.oracle);
    }

    #[test]
    fn a_confidence_that_says_nothing_is_chance() {
        let pairs = [pair(0.5, 0.0, 1.0), pair(0.5, 0.0, 0.0), pair(0.5, 1.0, 1.0), pair(0.5, 0.0, 1.0)];
        let found = deferral(&pairs, 0).expect("rows");
        assert!(found.captured.value.abs() < 1e-9, "{:?}", found.captured);
        assert_eq!(found.curve, [(0.0, 0.25), (1.0, 0.75)]);
        assert!((found.best - 0.75).abs() < 1e-9);
    }

    #[test]
    fn the_curve_is_the_one_drawn_by_hand() {
        // The unsure one gains 1, the sure one loses 1.
        let pairs = [pair(0.9, 1.0, 0.0), pair(0.1, 0.0, 1.0)];
        let found = deferral(&pairs, 0).expect("rows");
        assert_eq!(found.curve, [(0.0, 0.5), (0.5, 1.0), (1.0, 0.5)]);
        assert!((found.captured.value - 1.0).abs() < 1e-9);
        assert_eq!(found.calls_for_most, None, "the large model is no better");
        let better = [pair(0.9, 1.0, 1.0), pair(0.1, 0.0, 1.0)];
        assert_eq!(deferral(&better, 0).expect("rows").calls_for_most, Some(0.5));
        assert!(deferral(&[], 0).is_none());
    }
}
