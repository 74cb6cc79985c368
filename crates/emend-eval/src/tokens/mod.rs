//! How texts are cut into the units that a metric counts. Each metric names its own with every number.

mod thirteen_a;
mod words;

pub use thirteen_a::thirteen_a;
pub(crate) use words::{is_word, words};

use std::collections::HashMap;
use std::hash::Hash;

/// Name of [`words`] in reports.
pub(crate) const WORDS: &str = "words and single marks, as written";
/// Name of [`thirteen_a`] in reports.
pub(crate) const THIRTEEN_A: &str = "13a, as written";
/// Name of [`thirteen_a`] over lower case in reports.
pub(crate) const THIRTEEN_A_LOWER: &str = "13a, lower case";
/// Characters without white space, in reports.
pub(crate) const CHARACTERS: &str = "characters without white space";
/// Whole texts, in reports.
pub(crate) const WHOLE: &str = "whole texts, runs of white space as one space";

/// How often each run of `n` items stands in `items`.
pub(crate) fn ngrams<T: Eq + Hash>(items: &[T], n: usize) -> HashMap<&[T], usize> {
    let mut counts = HashMap::new();
    for gram in items.windows(n) {
        *counts.entry(gram).or_insert(0) += 1;
    }
    counts
}

/// The text with its runs of white space as one space and none at its ends.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
