//! Detrimental orthography: spelling, grammar and marks that keep one from reading.

use emend_models::Head;
use emend_text::{Span, invented};

use super::sentence::Sentence;
use super::{Finding, Reason};

/// Needs-edit from which the critic's marks on tokens are shown.
const DOUBT: f32 = 0.6;

/// Chance of being wrong from which a token is shown.
const WRONG: f32 = 0.7;

const CHAT: &[&str] = &[
    "u", "ur", "r", "b4", "gr8", "thx", "pls", "plz", "bc", "cuz", "coz", "tho", "thru", "wat", "dat", "dis",
    "da", "gonna", "wanna", "gotta", "imo", "imho", "tbh", "smh", "omg", "wtf", "afaik",
];

pub(super) fn find(sentence: &Sentence<'_>, found: &mut Vec<Finding>) {
    let mut push = |span: Span, score: f32, message: String| {
        found.push(Finding { span, reason: Reason::DetrimentalOrthography, score, message });
    };
    for span in sentence.phrases(CHAT) {
        push(span, 0.5, "is chat spelling; write it out".into());
    }
    for word in &sentence.words {
        let written = sentence.written(word);
        if written == "i" {
            push(word.span, 0.3, "is a capital, always".into());
        } else if is_drawn_out(&word.lower) {
            push(word.span, 0.5, "is drawn out".into());
        } else if written.starts_with(char::is_lowercase) && !invented("", written).is_empty() {
            push(word.span, 0.4, "is not spelled like any word that we know".into());
        }
    }
    let Some(opinion) = sentence.opinion.filter(|opinion| opinion.score(Head::NeedsEdit) >= DOUBT) else {
        return;
    };
    // The last token, at the end, stands for what is missing there and has no bytes to point at.
    for token in opinion.tokens.iter().filter(|token| token.wrong >= WRONG && !token.span.is_empty()) {
        let span = Span::new(token.span.start, token.span.end).shift(sentence.span.start);
        if let Some(word) = sentence.words.iter().find(|word| word.span.overlaps(span)) {
            push(word.span, token.wrong * 0.8, "looks wrong, or something is missing before it".into());
        }
    }
}

/// A letter three times in a row: "sooo".
fn is_drawn_out(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    letters.windows(3).any(|run| run[0].is_alphabetic() && run[0] == run[1] && run[1] == run[2])
}
