//! How often something happened beside what was said of it: the diagram that a calibration error sums up.

use serde::Serialize;

use super::Scored;

/// Cases of which about the same was said.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// How many they are.
    pub cases: usize,
    /// Their mean probability.
    pub said: f64,
    /// The share of them that is true.
    pub came_true: f64,
}

/// Bins of equal mass in the order of their probabilities, at most `bins`. They are as `numpy.array_split` cuts the cases:
/// the first ones have one case more. None is empty.
pub fn reliability(scored: &[Scored], bins: usize) -> Vec<Bin> {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.score.total_cmp(&b.score));
    let bins = bins.clamp(1, sorted.len().max(1));
    let (each, more) = (sorted.len() / bins, sorted.len() % bins);
    let mut rest = sorted.as_slice();
    let mut found = Vec::with_capacity(bins);
    for bin in 0..bins {
        let (cases, after) = rest.split_at(each + usize::from(bin < more));
        rest = after;
        if !cases.is_empty() {
            let mean = |of: fn(&Scored) -> f64| cases.iter().map(of).sum::<f64>() / cases.len() as f64;
            let (said, came_true) = (mean(|one| one.score), mean(|one| one.label));
            found.push(Bin { cases: cases.len(), said, came_true });
        }
    }
    found
}

/// Expected calibration error: the mean over cases of how far their bin's mean probability is from its share of true
/// cases (Nguyen and O'Connor 2015). NaN without a case.
pub fn calibration_error(bins: &[Bin]) -> f64 {
    let cases: usize = bins.iter().map(|bin| bin.cases).sum();
    let error: f64 = bins.iter().map(|bin| bin.cases as f64 * (bin.said - bin.came_true).abs()).sum();
    error / cases as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(rows: &[(f64, f64)]) -> Vec<Scored> {
        rows.iter().map(|&(score, label)| Scored { label, score }).collect()
    }

    #[test]
    fn five_cases_in_two_bins_by_hand() {
        // In order: 0.1 no, 0.2 no, 0.6 yes | 0.8 no, 0.9 yes.
        let rows = scored(&[(0.9, 1.0), (0.1, 0.0), (0.8, 0.0), (0.6, 1.0), (0.2, 0.0)]);
        let bins = reliability(&rows, 2);
        let near = |bin: Bin, cases: usize, said: f64, came_true: f64| {
            assert_eq!(bin.cases, cases);
            assert!((bin.said - said).abs() < 1e-12 && (bin.came_true - came_true).abs() < 1e-12, "{bin:?}");
        };
        assert_eq!(bins.len(), 2);
        near(bins[0], 3, 0.3, 1.0 / 3.0);
        near(bins[1], 2, 0.85, 0.5);
        // (3 · |0.3 − 1/3| + 2 · |0.85 − 0.5|) / 5 = (0.1 + 0.7) / 5
        assert!((calibration_error(&bins) - 0.16).abs() < 1e-12);
    }

    #[test]
    fn no_bin_is_empty() {
        assert_eq!(reliability(&scored(&[(0.5, 1.0), (0.6, 0.0)]), 10).len(), 2);
        assert_eq!(reliability(&[], 10), []);
        assert!(calibration_error(&[]).is_nan());
    }
}
