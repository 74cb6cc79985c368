//! SARI: what a simplification added, kept and deleted, as its references did.

use std::collections::HashMap;

use super::{Better, Case, Counts, Metric, Unit};
use crate::tokens::{THIRTEEN_A_LOWER, ngrams, thirteen_a};

pub(super) static SARI: Metric = Metric {
    id: "sari",
    name: "SARI",
    about: "mean of the F1 of added, kept and deleted 1- to 4-grams, summed over the corpus (Xu et al. 2016; \
        corpus SARI of EASSE with its defaults, F1 for deletions included).",
    tokens: THIRTEEN_A_LOWER,
    unit: Unit::Points,
    better: Better::Higher,
    count,
    score,
};

/// Longest n-gram.
const ORDER: usize = 4;

/// Counts of one operation: right, done by the rewrite, done by the references.
#[derive(Default, Clone, Copy)]
struct Operation([f64; 3]);

fn count(case: &Case<'_>) -> Counts {
    if case.refs.is_empty() {
        return Counts::None;
    }
    let cut = |text: &str| thirteen_a(&text.to_lowercase());
    let (source, rewrite) = (cut(case.src), cut(case.hyp));
    let references: Vec<String> = case.refs.iter().map(|one| cut(one)).collect();
    let (source, rewrite) = (split(&source), split(&rewrite));
    let references: Vec<Vec<&str>> = references.iter().map(|one| split(one)).collect();
    let mut counts = Vec::with_capacity(9 * ORDER);
    for n in 1..=ORDER {
        counts.extend(operations(&source, &rewrite, &references, n).iter().flat_map(|one| one.0));
    }
    Counts::Once(counts)
}

fn split(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// Added, kept, deleted. Additions are counted once however often they stand; what is kept or deleted is counted in
/// shares of the references, so that a row weighs the same however many it has.
fn operations(source: &[&str], rewrite: &[&str], references: &[Vec<&str>], n: usize) -> [Operation; 3] {
    let (old, new) = (ngrams(source, n), ngrams(rewrite, n));
    let mut wanted: HashMap<&[&str], f64> = HashMap::new();
    for reference in references {
        for (gram, times) in ngrams(reference, n) {
            *wanted.entry(gram).or_default() += times as f64 / references.len() as f64;
        }
    }
    let [mut add, mut keep, mut delete] = [Operation::default(); 3];
    add.0[0] =
        new.keys().filter(|gram| !old.contains_key(*gram) && wanted.contains_key(*gram)).count() as f64;
    add.0[1] = new.keys().filter(|gram| !old.contains_key(*gram)).count() as f64;
    add.0[2] = wanted.keys().filter(|gram| !old.contains_key(*gram)).count() as f64;
    for (gram, &times) in &old {
        let times = times as f64;
        let by_rewrite = new.get(gram).map_or(0.0, |&times| times as f64);
        let by_references = wanted.get(gram).copied().unwrap_or(0.0);
        keep.add(times.min(by_rewrite), times.min(by_references));
        delete.add((times - by_rewrite).max(0.0), (times - by_references).max(0.0));
    }
    [add, keep, delete]
}

impl Operation {
    fn add(&mut self, by_rewrite: f64, by_references: f64) {
        self.0[0] += by_rewrite.min(by_references);
        self.0[1] += by_rewrite;
        self.0[2] += by_references;
    }
}

/// Mean over operations of the mean over n of F1, in percent.
fn score(sums: &[f64]) -> f64 {
    let f1 = |counts: &[f64]| {
        let [right, done, wanted] = counts else { return 0.0 };
        if *right > 0.0 { 2.0 * right / (done + wanted) } else { 0.0 }
    };
    100.0 * sums.chunks_exact(3).map(f1).sum::<f64>() / (3 * ORDER) as f64
}
