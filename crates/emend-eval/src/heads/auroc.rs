//! Does the classifier put what is true above what is not?

use super::{HeadMetric, Scored, ranks};

pub(super) static AUROC: HeadMetric = HeadMetric {
    id: "auroc",
    name: "AUROC",
    about: "chance that a true case scores above a false one, ties counted half (Mann and Whitney 1947).",
    of_probabilities: true,
    score,
};

/// (R − n₁(n₁ + 1)/2) / (n₀·n₁), with R the sum of the ranks of the n₁ true cases.
fn score(scored: &[Scored]) -> f64 {
    let ranks = ranks(&scored.iter().map(|one| one.score).collect::<Vec<_>>());
    let yes: f64 = scored.iter().map(|one| one.label).sum();
    let no = scored.len() as f64 - yes;
    if yes == 0.0 || no == 0.0 {
        return f64::NAN;
    }
    let sum: f64 = scored.iter().zip(ranks).map(|(one, rank)| one.label * rank).sum();
    (sum - yes * (yes + 1.0) / 2.0) / (yes * no)
}
