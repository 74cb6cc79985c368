//! Connection: words that say how one thought follows from another.

use super::{Signal, count_phrases, lower_words, sentence_count};

pub(super) static CONNECTIVES: Signal =
    Signal { name: "connectives", about: "connecting words and phrases, for each sentence.", value };

const WORDS: &[&str] = &[
    "and",
    "but",
    "so",
    "because",
    "since",
    "although",
    "though",
    "while",
    "whereas",
    "however",
    "therefore",
    "thus",
    "hence",
    "then",
    "moreover",
    "furthermore",
    "besides",
    "also",
    "still",
    "yet",
    "instead",
    "otherwise",
    "meanwhile",
    "later",
    "afterwards",
    "finally",
    "first",
    "second",
    "next",
    "after",
    "before",
    "when",
    "until",
    "unless",
    "if",
    "which",
    "who",
    "whose",
    "where",
    "as a result",
    "in addition",
    "for example",
    "for instance",
    "in contrast",
    "on the other hand",
    "in other words",
    "that is why",
    "as soon as",
    "even though",
    "so that",
    "despite",
];

fn value(text: &str) -> f64 {
    count_phrases(&lower_words(text), WORDS) as f64 / sentence_count(text)
}
