//! BLEU: n-gram precision against the references, with a brevity penalty.

use super::{Better, Case, Counts, Metric, Unit};
use crate::tokens::{THIRTEEN_A, ngrams, thirteen_a};

pub(super) static BLEU: Metric = Metric {
    id: "bleu",
    name: "BLEU",
    about: "corpus BLEU of 1- to 4-grams, closest reference length, exponential smoothing (Papineni et al. 2002; \
        sacreBLEU 2 with its defaults).",
    tokens: THIRTEEN_A,
    unit: Unit::Points,
    better: Better::Higher,
    count,
    score,
};

/// Longest n-gram.
const ORDER: usize = 4;

/// Lengths of rewrite and closest reference, then hits and n-grams of the rewrite for n = 1 to 4.
fn count(case: &Case<'_>) -> Counts {
    if case.refs.is_empty() {
        return Counts::None;
    }
    let rewrite = thirteen_a(case.hyp.trim_end());
    let references: Vec<String> = case.refs.iter().map(|one| thirteen_a(one.trim_end())).collect();
    let rewrite: Vec<&str> = rewrite.split_whitespace().collect();
    let references: Vec<Vec<&str>> = references.iter().map(|one| one.split_whitespace().collect()).collect();
    let closest =
        references.iter().map(Vec::len).min_by_key(|&length| (length.abs_diff(rewrite.len()), length));
    let mut counts = vec![rewrite.len() as f64, closest.unwrap_or(0) as f64];
    for n in 1..=ORDER {
        let in_references: Vec<_> = references.iter().map(|one| ngrams(one, n)).collect();
        let hit = |(gram, &times): (&&[&str], &usize)| {
            let most = in_references.iter().filter_map(|grams| grams.get(gram)).max();
            times.min(most.copied().unwrap_or(0))
        };
        let hits: usize = ngrams(&rewrite, n).iter().map(hit).sum();
        counts.extend([hits as f64, (rewrite.len() + 1).saturating_sub(n) as f64]);
    }
    Counts::Once(counts)
}

fn score(sums: &[f64]) -> f64 {
    let (rewrite, reference) = (sums[0], sums[1]);
    let orders: Vec<(f64, f64)> = sums[2..].chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    // Nothing matches, or the rewrites are too short for an order.
    if orders.iter().all(|(hits, _)| *hits == 0.0) || orders.iter().any(|(_, grams)| *grams == 0.0) {
        return 0.0;
    }
    let mut smoothing = 1.0;
    let precision = |(hits, grams): (f64, f64)| {
        if hits > 0.0 {
            return hits / grams;
        }
        smoothing *= 2.0;
        1.0 / (smoothing * grams)
    };
    let mean = orders.into_iter().map(precision).map(f64::ln).sum::<f64>() / ORDER as f64;
    100.0 * (mean + f64::min(0.0, 1.0 - reference / rewrite)).exp()
}
