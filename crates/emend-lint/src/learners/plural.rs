//! "The children was": a verb for one behind a noun for many that has no s to show it.

use harper_core::spell::FstDictionary;

use super::sentence::{Found, Sentence};

pub(super) fn find(sentence: &Sentence<'_>, _: &FstDictionary) -> Vec<Found> {
    let words = sentence.words();
    let places = (1..words.len()).filter_map(|at| {
        let many = VERBS.iter().find(|(one, _)| *one == words[at])?.1;
        let is_subject = NOUNS.contains(&words[at - 1]) && begins(&words[..at - 1]);
        (is_subject && sentence.is_together(at - 1, at)).then(|| sentence.instead(at, at, many))
    });
    places.collect()
}

/// Whether a clause begins with the last of these words, or with some of them before the noun. "One of the children was" does not.
fn begins(before: &[&str]) -> bool {
    let nearest = before.iter().rev().find(|word| !BEFORE.contains(word));
    nearest.is_none_or(|word| CONJUNCTIONS.contains(word))
}

/// As they are written, and as some write them.
const NOUNS: [&str; 7] = ["children", "childrens", "men", "people", "peoples", "women", "womens"];

const VERBS: [(&str, &str); 8] = [
    ("doesn't", "don't"),
    ("does", "do"),
    ("has", "have"),
    ("hasn't", "haven't"),
    ("is", "are"),
    ("isn't", "aren't"),
    ("was", "were"),
    ("wasn't", "weren't"),
];

/// What may stand before the noun.
const BEFORE: [&str; 22] = [
    "all", "both", "few", "her", "his", "many", "most", "my", "old", "other", "our", "some", "the", "their",
    "these", "those", "three", "two", "young", "your", "four", "five",
];

/// What a clause may begin with. "And" may stand within a subject, and behind "if" and "that" programmers write of `children`.
const CONJUNCTIONS: [&str; 5] = ["because", "but", "when", "where", "while"];
