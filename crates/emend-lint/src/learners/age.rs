//! "I have twenty years old": English is old, and has no years.

use harper_core::spell::FstDictionary;

use super::sentence::{Found, Sentence};

pub(super) fn find(sentence: &Sentence<'_>, _: &FstDictionary) -> Vec<Found> {
    let words = sentence.words();
    let places = words.windows(4).enumerate().filter_map(|(at, four)| {
        let [have, _, "year" | "years", "old"] = four else { return None };
        let is = match *have {
            "has" => "is",
            "had" => "was",
            "have" if at.checked_sub(1).map(|before| words[before]) == Some("i") => "am",
            "have" => "are",
            _ => return None,
        };
        // "We have a thirty years old house": no age of ours.
        let ends =
            words.get(at + 4).is_none_or(|word| ENDS.contains(word)) || !sentence.is_together(at + 3, at + 4);
        let is_subject = at > 0 && SUBJECTS.contains(&words[at - 1]);
        (is_subject && ends && sentence.is_together(at - 1, at + 3)).then(|| sentence.instead(at, at, is))
    });
    places.collect()
}

const SUBJECTS: [&str; 7] = ["i", "you", "he", "she", "it", "we", "they"];

const ENDS: [&str; 6] = ["and", "but", "now", "so", "today", "this"];
