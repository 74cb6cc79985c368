//! Percentile intervals by the bootstrap.
//!
//! Source: Efron and Tibshirani 1993, chapters 13 and 16; paired over systems as in Koehn 2004. Rows are drawn with
//! Python's generator (`r = random.Random(seed)`, then `r.randrange(rows)` once per row and resample), so that a
//! number in a report can be repeated elsewhere.

use serde::Serialize;

use crate::random::PythonRandom;

/// Resamples behind every interval.
pub const RESAMPLES: usize = 1000;

/// Share of resamples within an interval.
pub const LEVEL: f64 = 0.95;

/// A number with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The number, of all rows.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Estimate {
    /// `value` with the percentile interval of its `resampled` values; no interval where there are none.
    pub fn new(value: f64, mut resampled: Vec<f64>) -> Self {
        resampled.retain(|value| !value.is_nan());
        resampled.sort_by(f64::total_cmp);
        let tail = (1.0 - LEVEL) / 2.0;
        Self { value, low: quantile(&resampled, tail), high: quantile(&resampled, 1.0 - tail) }
    }
}

/// Calls `on` with the rows of each resample, in turn.
pub(crate) fn resamples(rows: usize, seed: u64, mut on: impl FnMut(usize, &[usize])) {
    let mut random = PythonRandom::new(seed);
    let mut drawn = vec![0; rows];
    for number in 0..RESAMPLES {
        for row in &mut drawn {
            *row = random.below(rows as u32) as usize;
        }
        on(number, &drawn);
    }
}

/// Linear interpolation between neighbours, as `numpy.quantile` does it. NaN when there are no values.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = q * last as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    below + (above - below) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        let values = [1.0, 2.0, 3.0, 10.0];
        assert!((quantile(&values, 0.5) - 2.5).abs() < 1e-12);
        assert!((quantile(&values, 1.0) - 10.0).abs() < 1e-12);
        assert!(quantile(&[], 0.5).is_nan());
        let estimate = Estimate::new(2.0, vec![3.0, f64::NAN, 1.0]);
        assert!((estimate.low - 1.05).abs() < 1e-12 && (estimate.high - 2.95).abs() < 1e-12);
    }

    #[test]
    fn the_same_seed_gives_the_same_rows() {
        let of = |seed| {
            let mut all = Vec::new();
            resamples(5, seed, |_, rows| all.extend_from_slice(rows));
            all
        };
        assert_eq!(of(0).len(), 5 * RESAMPLES);
        assert!(of(0).iter().all(|&row| row < 5));
        assert_eq!(of(0), of(0));
        assert_ne!(of(0), of(1));
    }
}
