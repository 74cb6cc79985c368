//! "I live here since 2010": what goes on since then has been going on.

use harper_core::spell::FstDictionary;

use super::sentence::{Found, Sentence};

pub(super) fn find(sentence: &Sentence<'_>, _: &FstDictionary) -> Vec<Found> {
    let words = sentence.words();
    let Some(since) = words.windows(2).position(|two| two[0] == "since" && is_time(two[1])) else {
        return Vec::new();
    };
    let Some(subject) = words[..since].iter().rposition(|word| SUBJECTS.contains(word)) else {
        return Vec::new();
    };
    // "He is coming for the first time since June" is about now.
    let is_first = words[subject..since].contains(&"time");
    if is_first || subject + 2 > since || !sentence.is_together(subject, since + 1) {
        return Vec::new();
    }
    let have = if matches!(words[subject], "he" | "she") { "has" } else { "have" };
    let verb = subject + 1;
    let going_on = match words[verb] {
        "am" | "are" | "is" if words[verb + 1].ends_with("ing") || PLACES.contains(&words[verb + 1]) => {
            "been"
        }
        form => match VERBS.iter().find(|(base, _)| form == *base || form.strip_suffix('s') == Some(base)) {
            Some((_, participle)) => participle,
            None => return Vec::new(),
        },
    };
    vec![sentence.instead(verb, verb, &format!("{have} {going_on}"))]
}

/// Whether a word behind "since" begins a time: a year, a day, a month.
fn is_time(word: &str) -> bool {
    let is_year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    is_year || TIMES.contains(&word)
}

const SUBJECTS: [&str; 6] = ["i", "you", "he", "she", "we", "they"];

/// Behind "I am".
const PLACES: [&str; 7] = ["away", "here", "ill", "married", "sick", "there", "unemployed"];

/// What people do for a long time.
const VERBS: [(&str, &str); 4] =
    [("live", "lived"), ("play", "played"), ("wait", "waited"), ("work", "worked")];

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
