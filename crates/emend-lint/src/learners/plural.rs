//! "The children was": a verb for one behind a noun for many that has no s to show it.

use harper_core::spell::FstDictionary;

use super::sentence::{Found, Sentence};

pub(super) fn find(sentence: &Sentence<'_>, _: &FstDictionary) -> Vec<Found> {
    let words = sentence.words();
    let places = (2..words.len()).filter_map(|at| {
        let many = VERBS.iter().find(|(one, _)| *one == words[at])?.1;
        let is_subject = NOUNS.contains(&words[at - 1]) && begins(&words[..at - 1]);
        (is_subject && sentence.is_together(at - 2, at)).then(|| sentence.instead(at, at, many))
    });
    places.collect()
}

/// Whether a clause begins with some of the last of these words, and the noun behind them. "One of the children was" does not, and
/// without any of them `children` may be a name ("when children is empty").
fn begins(before: &[&str]) -> bool {
    let last = before.iter().rposition(|word| !BEFORE.contains(word));
    match last {
        None => true,
        Some(last) => last + 1 < before.len() && CONJUNCTIONS.contains(&before[last]),
    }
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

/// What stands before the noun. Not "our" or a number: our people may be one, and four people too many.
const BEFORE: [&str; 10] = ["all", "many", "most", "old", "other", "some", "the", "these", "those", "young"];

/// What a clause may begin with. "And" may stand within a subject, and "but" for "except".
const CONJUNCTIONS: [&str; 4] = ["because", "when", "where", "while"];
