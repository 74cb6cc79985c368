//! GLEU: how much of the correction is right, and how little of what was wrong is left.

use super::{Better, Case, Counts, Metric, Unit};
use crate::tokens::{WORDS, ngrams, words};

pub(super) static GLEU: Metric = Metric {
    id: "gleu",
    name: "GLEU",
    about: "n-gram precision of the rewrite against a reference, less the n-grams of the source that the \
        reference does not have, with a brevity penalty; mean over 500 random choices of one reference a row, \
        drawn with the seeds 0, 101, 202, … plus the report's (Napoles et al. 2015, revised 2016; JFLEG's program).",
    tokens: WORDS,
    unit: Unit::Points,
    better: Better::Higher,
    count,
    score,
};

/// Longest n-gram.
const ORDER: usize = 4;

fn count(case: &Case<'_>) -> Counts {
    if case.refs.is_empty() {
        return Counts::None;
    }
    let (source, rewrite) = (words(case.src), words(case.hyp));
    Counts::PerReference(case.refs.iter().map(|one| against(&source, &rewrite, &words(one))).collect())
}

/// Lengths of rewrite and reference, then hits and n-grams of the rewrite for n = 1 to 4.
fn against(source: &[&str], rewrite: &[&str], reference: &[&str]) -> Vec<f64> {
    let mut counts = vec![rewrite.len() as f64, reference.len() as f64];
    for n in 1..=ORDER {
        let (in_source, in_reference) = (ngrams(source, n), ngrams(reference, n));
        let mut hits = 0.0;
        for (gram, &times) in &ngrams(rewrite, n) {
            hits += match (in_reference.get(gram), in_source.get(gram)) {
                (Some(&right), _) => times.min(right) as f64,
                (None, Some(&wrong)) => -(times.min(wrong) as f64),
                (None, None) => 0.0,
            };
        }
        counts.extend([f64::max(hits, 0.0), (rewrite.len() + 1).saturating_sub(n) as f64]);
    }
    counts
}

/// exp(min(0, 1 − r/c) + mean over n of ln(hits/n-grams)), in percent; 0 when a count is 0.
fn score(sums: &[f64]) -> f64 {
    if sums.contains(&0.0) {
        return 0.0;
    }
    let precisions: f64 = sums[2..].chunks_exact(2).map(|pair| (pair[0] / pair[1]).ln()).sum();
    let brevity = f64::min(0.0, 1.0 - sums[1] / sums[0]);
    100.0 * (brevity + precisions / ORDER as f64).exp()
}
