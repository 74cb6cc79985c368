//! Number words: not protected themselves, but "3" may become "three" and back without anything being lost.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
];

/// How often each number from 0 to 100 is spelled out in `text`.
pub(super) fn count(text: &str) -> HashMap<usize, usize> {
    let mut counts = HashMap::new();
    let mut tens = None;
    for word in text.unicode_words() {
        let value = value(&word.to_lowercase());
        match (tens.take(), value) {
            (Some(tens), Some(unit @ 1..=9)) => *counts.entry(tens + unit).or_default() += 1,
            (pending, value) => {
                if let Some(pending) = pending {
                    *counts.entry(pending).or_default() += 1;
                }
                match value {
                    Some(value) if (20..100).contains(&value) => tens = Some(value),
                    Some(value) => *counts.entry(value).or_default() += 1,
                    None => {}
                }
            }
        }
    }
    if let Some(pending) = tens {
        *counts.entry(pending).or_default() += 1;
    }
    counts
}

fn value(word: &str) -> Option<usize> {
    if let Some(small) = SMALL.iter().position(|name| *name == word) {
        return Some(small);
    }
    if let Some(tens) = TENS.iter().position(|name| *name == word) {
        return Some(20 + 10 * tens);
    }
    if let Some(ordinal) = ORDINALS.iter().position(|name| *name == word) {
        return Some(ordinal + 1);
    }
    (word == "hundred").then_some(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_by_value() {
        let counts = count("Twenty-one of the first three, then three more and twenty.");
        let mut counts: Vec<(usize, usize)> = counts.into_iter().collect();
        counts.sort_unstable();
        assert_eq!(counts, [(1, 1), (3, 2), (20, 1), (21, 1)]);
    }
}
