//! chrF: F-score of character n-grams.

use super::{Better, Counts, Metric, Unit};
use crate::tokens::{CHARACTERS, ngrams};

pub(super) static CHRF: Metric = Metric {
    id: "chrf",
    name: "chrF",
    about: "F2 of character 1- to 6-grams against the closest reference (Popović 2015; sacreBLEU 2 with its \
        defaults, chrF2).",
    tokens: CHARACTERS,
    unit: Unit::Points,
    better: Better::Higher,
    count: |case| closest(case.hyp, case.refs),
    score,
};

/// Longest n-gram.
const ORDER: usize = 6;

/// Counts against the reference that scores highest; the first of equals.
fn closest(rewrite: &str, references: &[String]) -> Counts {
    let rewrite = characters(rewrite);
    let mut best: Option<(f64, Vec<f64>)> = None;
    for reference in references {
        let counts = against(&rewrite, &characters(reference));
        let found = score(&counts);
        if best.as_ref().is_none_or(|(highest, _)| found > *highest) {
            best = Some((found, counts));
        }
    }
    best.map_or(Counts::None, |(_, counts)| Counts::Once(counts))
}

/// Counts of `text` against one other.
pub(super) fn pair(text: &str, other: &str) -> Vec<f64> {
    against(&characters(text), &characters(other))
}

fn characters(text: &str) -> Vec<char> {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// For n = 1 to 6: n-grams of the rewrite, of the reference, and of both.
fn against(rewrite: &[char], reference: &[char]) -> Vec<f64> {
    let mut counts = Vec::with_capacity(3 * ORDER);
    for n in 1..=ORDER {
        let wanted = ngrams(reference, n);
        let hits: usize = ngrams(rewrite, n)
            .iter()
            .map(|(gram, &times)| times.min(wanted.get(gram).copied().unwrap_or(0)))
            .sum();
        let grams = |text: &[char]| (text.len() + 1).saturating_sub(n) as f64;
        // An order that the reference is too short for says nothing.
        let written = if wanted.is_empty() { 0.0 } else { grams(rewrite) };
        counts.extend([written, grams(reference), hits as f64]);
    }
    counts
}

/// Precision and recall are means over the orders that both sides have; then F2, in percent.
pub(super) fn score(sums: &[f64]) -> f64 {
    let (mut precision, mut recall, mut orders) = (0.0, 0.0, 0.0);
    for counts in sums.chunks_exact(3) {
        if counts[0] > 0.0 && counts[1] > 0.0 {
            precision += counts[2] / counts[0];
            recall += counts[2] / counts[1];
            orders += 1.0;
        }
    }
    if precision + recall == 0.0 {
        return 0.0;
    }
    let (precision, recall) = (precision / orders, recall / orders);
    100.0 * 5.0 * precision * recall / (4.0 * precision + recall)
}
