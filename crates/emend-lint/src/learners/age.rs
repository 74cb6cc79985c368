//! "I have twenty years old": English is old, and has no years.

use harper_core::spell::FstDictionary;

use super::sentence::{Found, Sentence};

pub(super) fn find(sentence: &Sentence<'_>, _: &FstDictionary) -> Vec<Found> {
    let words = sentence.words();
    let places = words.windows(5).enumerate().filter_map(|(at, five)| {
        let [subject, have, _, "year" | "years", "old"] = five else { return None };
        let is = be(subject, have)?;
        // "We have 20 years old wine": no age of ours.
        let next = words.get(at + 5);
        let ends = next.is_none_or(|next| ENDS.contains(next)) || !sentence.is_together(at + 4, at + 5);
        (ends && sentence.is_together(at, at + 4)).then(|| sentence.instead(at + 1, at + 1, is))
    });
    places.collect()
}

/// The form of "be" that belongs where somebody wrote this form of "have".
fn be(subject: &str, have: &str) -> Option<&'static str> {
    let (now, then) = match subject {
        "i" => ("am", "was"),
        "you" | "we" | "they" => ("are", "were"),
        "he" | "she" | "it" => ("is", "was"),
        _ => return None,
    };
    match have {
        "have" | "has" => Some(now),
        "had" => Some(then),
        _ => None,
    }
}

/// What may follow an age.
const ENDS: [&str; 6] = ["and", "but", "now", "so", "today", "this"];
