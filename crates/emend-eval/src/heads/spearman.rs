//! Does the order of scores follow the order of labels?

use super::{HeadMetric, Scored, ranks};

pub(super) static SPEARMAN: HeadMetric = HeadMetric {
    id: "spearman",
    name: "Spearman",
    about: "correlation of the ranks of score and label, ties sharing their mean rank (Spearman 1904).",
    of_probabilities: false,
    score,
};

fn score(scored: &[Scored]) -> f64 {
    let of = |value: fn(&Scored) -> f64| ranks(&scored.iter().map(value).collect::<Vec<_>>());
    correlation(&of(|one| one.label), &of(|one| one.score))
}

/// Pearson's.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let product = |x: &[f64], mean_x: f64, y: &[f64], mean_y: f64| {
        x.iter().zip(y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>()
    };
    product(a, mean_a, b, mean_b) / (product(a, mean_a, a, mean_a) * product(b, mean_b, b, mean_b)).sqrt()
}
