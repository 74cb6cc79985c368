//! Mean squared error of a probability.

use super::{HeadMetric, Scored};

pub(super) static BRIER: HeadMetric = HeadMetric {
    id: "brier",
    name: "Brier",
    about: "mean squared difference of probability and outcome (Brier 1950).",
    of_probabilities: true,
    score,
};

fn score(scored: &[Scored]) -> f64 {
    scored.iter().map(|one| (one.score - one.label).powi(2)).sum::<f64>() / scored.len() as f64
}
