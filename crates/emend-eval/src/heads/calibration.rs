//! Does it happen as often as the probability says?

use super::{HeadMetric, Scored};

pub(super) static CALIBRATION: HeadMetric = HeadMetric {
    id: "ece",
    name: "ECE",
    about: "expected calibration error over 15 bins of equal mass: the mean over cases of how far their bin's \
        mean probability is from its share of true cases (Nguyen and O'Connor 2015).",
    of_probabilities: true,
    score,
};

const BINS: usize = 15;

/// Bins are as `numpy.array_split` cuts the cases in order of their scores: the first ones have one case more.
fn score(scored: &[Scored]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.score.total_cmp(&b.score));
    let (each, more) = (sorted.len() / BINS, sorted.len() % BINS);
    let mut rest = sorted.as_slice();
    let mut error = 0.0;
    for bin in 0..BINS {
        let (cases, after) = rest.split_at(each + usize::from(bin < more));
        rest = after;
        // |Σ(probability − outcome)| is the bin's weight times the difference of its means.
        error += cases.iter().map(|one| one.score - one.label).sum::<f64>().abs();
    }
    error / scored.len() as f64
}
