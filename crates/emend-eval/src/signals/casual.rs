//! Casual writing: contractions, small talk, a small "i", exclamation marks.

use super::{Signal, count_phrases, lower_words};

pub(super) static CASUAL: Signal = Signal {
    name: "casual marks",
    about: "contractions, casual words, small “i”, sentences that start small, and exclamation marks.",
    value,
};

const ENDINGS: &[&str] = &["n't", "'re", "'ve", "'ll", "'d", "'m"];

/// `'s` is a contraction only after these: elsewhere it is a genitive.
const BEFORE_S: &[&str] =
    &["it", "he", "she", "that", "there", "what", "who", "where", "how", "here", "let", "this"];

const WORDS: &[&str] = &[
    "gonna", "wanna", "gotta", "kinda", "sorta", "dunno", "yeah", "yep", "nope", "ok", "okay", "hey", "hi",
    "thanks", "thx", "pls", "lol", "btw", "asap", "stuff", "guys", "kids", "cool", "awesome", "super",
    "pretty", "a lot", "lots", "u", "ur", "cause", "cuz", "im", "dont", "cant", "wont", "didnt", "isnt",
    "big deal", "no way", "you know", "sort of", "kind of", "a bunch", "bunch of", "anyway", "plus", "get",
];

fn value(text: &str) -> f64 {
    let words = lower_words(text);
    let contracted = |word: &str| {
        ENDINGS.iter().any(|ending| word.len() > ending.len() && word.ends_with(ending))
            || word.strip_suffix("'s").is_some_and(|stem| BEFORE_S.contains(&stem))
    };
    let contractions = words.iter().filter(|word| contracted(word)).count();
    let small_i = text.split(|c: char| !c.is_alphanumeric()).filter(|word| *word == "i").count();
    let small_start = usize::from(text.trim_start().starts_with(char::is_lowercase));
    let exclamations = text.matches('!').count();
    (contractions + count_phrases(&words, WORDS) + small_i + small_start + exclamations) as f64
}
