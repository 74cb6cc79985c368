//! What the judge sees of two texts: how much of one is in the other.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};

use super::features::{fnv1a, normalised, vector};

/// Names of the features, in order.
pub(super) const FEATURES: [&str; 9] = [
    "ngram_cosine",
    "word_overlap",
    "word_least",
    "prefix_overlap",
    "length_ratio",
    "numbers",
    "negation",
    "cosine_squared",
    "first_word",
];
/// Number of buckets for words.
pub(super) const WORD_BUCKETS: usize = 1 << 15;

/// The features of a pair.
pub(super) fn features(
    text: &str,
    other: &str,
    word_weights: &[f32],
    negations: &HashSet<String>,
) -> [f64; 9] {
    let cosine = dot(&vector(text), &vector(other));
    let (u, v) = (words(text), words(other));
    let (first, second) = (set(&u), set(&v));
    let weight =
        |word: &str| f64::from(word_weights[(fnv1a(word.as_bytes()) % WORD_BUCKETS as u64) as usize]);
    let (jaccard, least) = overlap(&first, &second, weight);
    let (prefixes, _) = overlap(&prefixes(&first), &prefixes(&second), |_| 1.0);
    let (numbers, _) = overlap(&with_digit(&first), &with_digit(&second), |_| 1.0);
    let (shorter, longer) = (u.len().min(v.len()), u.len().max(v.len()));
    let negative = |words: &[String]| words.iter().filter(|word| negations.contains(*word)).count() % 2;
    let truth = |yes: bool| f64::from(u8::from(yes));
    [
        cosine,
        jaccard,
        least,
        prefixes,
        (1.0 + shorter as f64) / (1.0 + longer as f64),
        numbers,
        truth(negative(&u) == negative(&v)),
        cosine * cosine,
        truth(u.first() == v.first()),
    ]
}

/// Runs of letters and digits by fixed ranges of code points, apostrophes left out first.
pub(super) fn words(text: &str) -> Vec<String> {
    let plain = normalised(text).replace(['\'', '\u{2019}'], "");
    let in_word = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '\u{c0}'..='\u{1fff}' | '\u{2c00}'..='\u{2dff}' | '\u{3040}'..);
    plain.split(|c| !in_word(c)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn set(words: &[String]) -> BTreeSet<&str> {
    words.iter().map(String::as_str).collect()
}

/// The first four code points of each word.
fn prefixes<'w>(words: &BTreeSet<&'w str>) -> BTreeSet<&'w str> {
    let cut = |word: &'w str| word.char_indices().nth(4).map_or(word, |(end, _)| &word[..end]);
    words.iter().map(|word| cut(word)).collect()
}

fn with_digit<'w>(words: &BTreeSet<&'w str>) -> BTreeSet<&'w str> {
    words.iter().copied().filter(|word| word.contains(|c: char| c.is_ascii_digit())).collect()
}

/// Weighted Jaccard and the smaller weighted containment; both 1 for two empty sets.
fn overlap(a: &BTreeSet<&str>, b: &BTreeSet<&str>, weight: impl Fn(&str) -> f64) -> (f64, f64) {
    let sum = |words: &mut dyn Iterator<Item = &&str>| words.map(|word| weight(word)).sum::<f64>();
    let (common, left, right) = (sum(&mut a.intersection(b)), sum(&mut a.iter()), sum(&mut b.iter()));
    match (left == 0.0, right == 0.0) {
        (true, true) => (1.0, 1.0),
        (false, false) => (common / (left + right - common), common / left.max(right)),
        _ => (0.0, 0.0),
    }
}

fn dot(a: &[(usize, f64)], b: &[(usize, f64)]) -> f64 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some((left, x)), Some((right, y))) = (a.get(i), b.get(j)) {
        let order = left.cmp(right);
        if order == Ordering::Equal {
            sum += x * y;
        }
        i += usize::from(order != Ordering::Greater);
        j += usize::from(order != Ordering::Less);
    }
    sum
}
