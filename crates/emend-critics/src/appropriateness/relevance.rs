//! Missing relevance: a sentence that has nothing to do with the rest.

use std::collections::HashSet;

use emend_models::Critic;

use super::sentence::Sentence;
use super::{Finding, Reason};

/// Sentences of a text in which one can be off the topic.
const LEAST: usize = 4;

/// Words of a sentence that is long enough to have a topic.
const WORDS: usize = 6;

/// Likeness that every two sentences about one thing exceed.
const UNLIKE: f32 = 0.1;

const PHRASES: &[&str] = &[
    "off topic",
    "off-topic",
    "completely unrelated",
    "unrelated but",
    "random thought",
    "not related but",
    "has nothing to do with",
    "changing the subject",
    "on another note",
    "anyway my",
];

pub(super) fn find_phrases(sentence: &Sentence<'_>, found: &mut Vec<Finding>) {
    for span in sentence.phrases(PHRASES) {
        found.push(Finding {
            span,
            reason: Reason::MissingRelevance,
            score: 0.4,
            message: "announces that it is about something else".into(),
        });
    }
}

/// Sentences that share no content word with any other and are unlike all of them to the critic.
pub(super) fn find(sentences: &[Sentence<'_>], critic: &Critic, found: &mut Vec<Finding>) {
    if sentences.len() < LEAST {
        return;
    }
    for (at, sentence) in sentences.iter().enumerate().filter(|(_, sentence)| sentence.words.len() >= WORDS) {
        let own = content(sentence);
        let mut others =
            sentences.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
        let alone = others.clone().all(|other| content(other).is_disjoint(&own));
        let unlike = others.all(|other| match (sentence.opinion, other.opinion) {
            (Some(a), Some(b)) => critic.same_meaning(a, b) < UNLIKE,
            _ => false,
        });
        if alone && unlike {
            found.push(Finding {
                span: sentence.span,
                reason: Reason::MissingRelevance,
                score: 0.4,
                message: "seems to be about something else than the rest".into(),
            });
        }
    }
}

/// Beginnings of words that carry meaning: "argue" and "argument" are one.
fn content<'s>(sentence: &'s Sentence<'_>) -> HashSet<&'s str> {
    const SHORT: usize = 4;
    const BEGINNING: usize = 5;
    let beginning = |word: &'s str| &word[..word.floor_char_boundary(BEGINNING)];
    sentence
        .words
        .iter()
        .map(|word| word.lower.as_str())
        .filter(|word| word.len() >= SHORT)
        .map(beginning)
        .collect()
}
