//! "I live here since 2010": what goes on since then has been going on.

use harper_core::spell::FstDictionary;

use super::sentence::{Found, Sentence};

/// Only a sentence of one clause that begins with whom it is about: elsewhere "since" may belong to another verb ("I live in Kent and have
/// taught since 2015") or say why.
pub(super) fn find(sentence: &Sentence<'_>, _: &FstDictionary) -> Vec<Found> {
    let words = sentence.words();
    let [subject, form, rest @ ..] = words.as_slice() else { return Vec::new() };
    let Some(since) = rest.iter().position(|word| *word == "since") else { return Vec::new() };
    let (between, time) = (&rest[..since], &rest[since + 1..]);
    let ends = (1..=3).contains(&time.len()) && is_time(time[0]);
    let is_one_clause = !between.iter().any(|word| OTHERS.contains(word) || word.ends_with("ed"));
    if !ends || !is_one_clause || !SUBJECTS.contains(subject) || !sentence.is_together(0, words.len() - 1) {
        return Vec::new();
    }
    let have = if matches!(*subject, "he" | "she") { "has" } else { "have" };
    let going_on = match *form {
        "am" | "are" | "is" if between.first().is_some_and(|word| STATES.contains(word)) => "been",
        form => match VERBS.iter().find(|(base, _)| form.strip_suffix('s').unwrap_or(form) == *base) {
            Some((_, participle)) => participle,
            None => return Vec::new(),
        },
    };
    vec![sentence.instead(1, 1, &format!("{have} {going_on}"))]
}

/// Whether a word behind "since" begins a time: a year, a day, a month.
fn is_time(word: &str) -> bool {
    let is_year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    is_year || TIMES.contains(&word)
}

const SUBJECTS: [&str; 6] = ["i", "you", "he", "she", "we", "they"];

/// Behind "I am": what lasts.
const STATES: [&str; 14] = [
    "away",
    "here",
    "ill",
    "learning",
    "living",
    "married",
    "playing",
    "sick",
    "staying",
    "studying",
    "teaching",
    "there",
    "unemployed",
    "working",
];

/// What people do for a long time.
const VERBS: [(&str, &str); 3] = [("live", "lived"), ("wait", "waited"), ("work", "worked")];

/// With these there is another verb, or it is about now ("for the first time since").
const OTHERS: [&str; 17] = [
    "and", "because", "been", "best", "but", "first", "had", "has", "have", "is", "most", "that", "time",
    "was", "which", "who", "worst",
];

const TIMES: [&str; 21] = [
    "april",
    "august",
    "childhood",
    "december",
    "february",
    "friday",
    "january",
    "july",
    "june",
    "last",
    "march",
    "may",
    "monday",
    "november",
    "october",
    "saturday",
    "september",
    "sunday",
    "thursday",
    "tuesday",
    "yesterday",
];
