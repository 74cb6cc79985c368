//! Confusing reasoning: what is given as a reason is none.

use std::collections::HashSet;

use emend_text::Span;

use super::sentence::{Sentence, Word};
use super::{Finding, Reason};

/// Share of a reason's content words that the claim already has, from which it goes round in a circle.
const CIRCULAR: f32 = 0.75;

const CAUSES: &[&str] =
    &["because", "since", "therefore", "thus", "hence", "so", "as a result", "consequently"];

/// Causes in one sentence from which nobody sees what follows from what.
const TANGLED: usize = 3;

const LEAPS: &[&str] = &[
    "that proves",
    "this proves",
    "which proves",
    "proves my point",
    "and that is why i am right",
    "that's just how it is",
    "that is just how it is",
    "it just is",
    "it is what it is",
    "by that logic",
    "so by your logic",
    "if that were true then",
    "it has always been that way",
    "it has always been this way",
    "common sense says",
    "it's just common sense",
];

const EMPTY: &[&str] = &[
    "a", "an", "the", "is", "are", "was", "were", "be", "it", "its", "it's", "that", "this", "they",
    "they're", "he", "she", "we", "you", "i", "to", "of", "in", "and", "or", "so", "very", "just", "because",
    "since", "not", "do", "does", "have", "has", "should", "would", "can", "will", "for", "on", "at", "as",
    "with",
];

pub(super) fn find(sentence: &Sentence<'_>, found: &mut Vec<Finding>) {
    let mut push = |span: Span, score: f32, message: &str| {
        found.push(Finding { span, reason: Reason::ConfusingReasoning, score, message: message.into() });
    };
    for span in sentence.phrases(LEAPS) {
        push(span, 0.4, "claims a proof without giving one");
    }
    if is_circular(sentence) {
        push(sentence.span, 0.5, "gives the claim itself as its reason");
    }
    if sentence.phrases(CAUSES).len() >= TANGLED {
        push(sentence.span, 0.4, "has so many becauses that one cannot see what follows from what");
    }
}

/// "It is wrong because it is wrong": the reason says little that the claim does not.
fn is_circular(sentence: &Sentence<'_>) -> bool {
    let Some(because) = sentence.words.iter().position(|word| word.lower == "because") else { return false };
    let content = |words: &'_ [Word]| -> HashSet<String> {
        let kept = words.iter().filter(|word| !EMPTY.contains(&word.lower.as_str()));
        kept.map(|word| word.lower.trim_end_matches('s').to_owned()).collect()
    };
    let (claim, reason) = (content(&sentence.words[..because]), content(&sentence.words[because..]));
    let shared = reason.intersection(&claim).count();
    shared > 0 && shared as f32 >= CIRCULAR * reason.len() as f32
}
