//! "Why she is crying?": in a question the verb stands before whom it is about. Not with "when", which seldom asks, and not
//! with "do", which is a verb of its own.

use harper_core::spell::FstDictionary;

use super::sentence::{Found, Sentence};

pub(super) fn find(sentence: &Sentence<'_>, _: &FstDictionary) -> Vec<Found> {
    let words = sentence.words();
    if !sentence.is_simple_question() {
        return Vec::new();
    }
    let asked = match words.as_slice() {
        ["how", "do" | "does", _, "look", "like"] => return vec![sentence.instead(0, 0, "what")],
        // Twice asked.
        ["do", "you", verb, ..] if VERBS.contains(verb) && sentence.is_together(0, 2) => {
            return vec![sentence.instead(0, 2, &format!("{verb} you"))];
        }
        ["how", "much" | "many" | "long" | "old" | "far" | "often" | "tall" | "big", ..]
        | ["what", "time" | "day" | "color" | "colour" | "size" | "age", ..] => 2,
        ["how" | "what" | "where" | "which" | "why", ..] => 1,
        _ => return Vec::new(),
    };
    let (Some(subject), Some(verb)) = (words.get(asked), words.get(asked + 1)) else { return Vec::new() };
    let rest = &words[asked + 2..];
    let (subject, verb, last) = match subject.split_once('\'') {
        Some((subject, "re")) => (subject, "are", asked),
        Some((subject, "m")) => (subject, "am", asked),
        _ => (*subject, *verb, asked + 1),
    };
    // A second verb of these kinds may be the question's: "What you are is what?"
    let is_clause = rest.iter().any(|word| VERBS.contains(word) || OTHERS.contains(word));
    if is_clause || !SUBJECTS.contains(&subject) || !VERBS.contains(&verb) || !sentence.is_together(0, last) {
        return Vec::new();
    }
    let subject = if subject == "i" { "I" } else { subject };
    vec![sentence.instead(asked, last, &format!("{verb} {subject}"))]
}

const SUBJECTS: [&str; 7] = ["i", "you", "he", "she", "it", "we", "they"];

const VERBS: [&str; 21] = [
    "am",
    "are",
    "aren't",
    "can",
    "can't",
    "could",
    "couldn't",
    "is",
    "isn't",
    "must",
    "shall",
    "should",
    "shouldn't",
    "was",
    "wasn't",
    "were",
    "weren't",
    "will",
    "won't",
    "would",
    "wouldn't",
];

/// With these as well a question may go on.
const OTHERS: [&str; 10] =
    ["depends", "did", "didn't", "do", "does", "has", "have", "makes", "matters", "means"];
