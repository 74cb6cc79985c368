//! How much of the text changed.

use super::{Better, Counts, Metric, Unit, ratio};
use crate::tokens::{WORDS, words};

pub(super) static EDIT_RATIO: Metric = Metric {
    id: "edit_ratio",
    name: "Edit ratio",
    about: "Levenshtein distance between source and rewrite over the length of the source, both summed \
        (edit ratio of Shu et al. 2023).",
    tokens: WORDS,
    unit: Unit::Ratio,
    better: Better::Neither,
    count: |case| {
        let (source, rewrite) = (words(case.src), words(case.hyp));
        Counts::Once(vec![distance(&source, &rewrite) as f64, source.len() as f64])
    },
    score: ratio,
};

/// Fewest insertions, deletions and replacements that turn one list into the other (Levenshtein 1966).
fn distance(from: &[&str], to: &[&str]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}
