//! Courtesy: please, thanks, a request as a question, an excuse.

use super::{Signal, count_phrases, lower_words};

pub(super) static COURTESY: Signal = Signal {
    name: "polite marks",
    about: "words of courtesy, requests as questions and excuses, less bare commands and demands.",
    value,
};

const POLITE: &[&str] = &[
    "please",
    "thank you",
    "thanks",
    "grateful",
    "appreciate",
    "appreciated",
    "kindly",
    "sorry",
    "apologies",
    "apologize",
    "apologise",
    "excuse me",
    "pardon",
    "could you",
    "would you",
    "may i",
    "may we",
    "might i",
    "could we",
    "would it be",
    "would you mind",
    "if you could",
    "if possible",
    "if you don't mind",
    "when you have a moment",
    "at your convenience",
    "i would",
    "we would",
    "i'd",
    "we'd",
    "i was wondering",
    "i wonder",
    "i'm afraid",
    "i am afraid",
    "perhaps",
    "welcome",
    "respectfully",
    "dear",
    "with respect",
    "would be great",
    "would be helpful",
    "would appreciate",
    "happy to",
    "glad to",
];

const DEMANDS: &[&str] = &[
    "i want",
    "i need you",
    "you must",
    "you have to",
    "you need to",
    "you should",
    "right now",
    "at once",
    "immediately",
    "now",
    "hurry",
    "or else",
    "shut up",
    "i demand",
];

fn value(text: &str) -> f64 {
    let words = lower_words(text);
    let questions = text.matches('?').count().min(1);
    (count_phrases(&words, POLITE) + questions) as f64
        - count_phrases(&words, DEMANDS) as f64
        - text.matches('!').count() as f64
}
