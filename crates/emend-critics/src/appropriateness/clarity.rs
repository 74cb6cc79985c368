//! Unclear meaning: it cannot be made out what is meant.

use emend_models::Head;
use emend_text::Span;

use super::sentence::Sentence;
use super::{Finding, Reason};

/// Acceptability below which a sentence is hardly English.
const BROKEN: f32 = 0.15;

/// Share of wrong tokens from which a sentence is lost, not misspelled.
const LOST: f32 = 0.4;

/// Words that nobody follows in one breath.
const LONG: usize = 50;

const VAGUE: &[&str] = &[
    "stuff like that",
    "things like that",
    "and stuff",
    "and things",
    "or something",
    "or whatever",
    "and so on and so forth",
    "etc etc",
    "you know what i mean",
    "if you know what i mean",
    "idk",
    "kind of sort of",
    "thingy",
    "thingamajig",
    "so yeah",
    "or what not",
    "and what not",
];

pub(super) fn find(sentence: &Sentence<'_>, found: &mut Vec<Finding>) {
    let mut push = |span: Span, score: f32, message: &str| {
        found.push(Finding { span, reason: Reason::UnclearMeaning, score, message: message.into() });
    };
    if let Some(opinion) = sentence.opinion {
        let acceptability = opinion.score(Head::Acceptability);
        let wrong = opinion.tokens.iter().filter(|token| token.wrong >= 0.5).count() as f32;
        if acceptability < BROKEN && wrong >= LOST * opinion.tokens.len().max(1) as f32 {
            push(sentence.span, 1.0 - acceptability, "is hard to make sense of");
        }
    }
    for span in sentence.phrases(VAGUE) {
        push(span, 0.4, "says less than you mean");
    }
    if sentence.words.len() > LONG {
        push(sentence.span, 0.4, "is too long to be followed; make it two sentences");
    }
}
