//! Excessive intensity: attacks, swearing, shouting.

use emend_models::Head;
use emend_text::Span;

use super::sentence::Sentence;
use super::{Finding, Reason};

/// Toxicity from which a whole sentence is an attack.
const TOXIC: f32 = 0.5;

/// Said of people, these end a discussion.
const INSULTS: &[&str] = &[
    "idiot*",
    "moron*",
    "imbecile*",
    "cretin*",
    "fuck*",
    "motherf*",
    "shit*",
    "bullshit",
    "bastard*",
    "bitch*",
    "asshole*",
    "arsehole*",
    "dumbass*",
    "jackass*",
    "retard*",
    "scum*",
    "scumbag*",
    "cunt*",
    "dickhead*",
    "twat*",
    "wanker*",
    "loser*",
    "pathetic",
    "stupid*",
    "dumb",
    "brainless",
    "braindead",
    "clueless",
    "ignorant",
    "liar*",
    "coward*",
    "clown*",
    "fool",
    "fools",
    "foolish",
    "sheep",
    "sheeple",
    "snowflake*",
    "libtard*",
    "nazi*",
    "fascist*",
    "lunatic*",
    "nutjob*",
    "wacko*",
    "psycho",
    "degenerate*",
    "parasite*",
    "vermin",
    "trash",
    "garbage",
    "piece of shit",
    "go to hell",
    "shut up",
    "screw you",
    "what is wrong with you",
    "drop dead",
];

/// Strong words about things: heat, no attack.
const HEAT: &[&str] = &[
    "disgusting",
    "disgusted",
    "revolting",
    "sickening",
    "outrageous",
    "appalling",
    "vile",
    "evil",
    "horrific",
    "i hate",
    "hate you",
    "makes me sick",
    "sick and tired",
    "fed up",
    "damn*",
    "goddamn*",
    "bloody hell",
    "crap*",
    "insane",
    "insanity",
    "absolute disgrace",
    "utter disgrace",
    "total disgrace",
    "utterly ridiculous",
    "absolutely ridiculous",
    "complete nonsense",
    "utter nonsense",
];

pub(super) fn find(sentence: &Sentence<'_>, found: &mut Vec<Finding>) {
    if let Some(toxicity) = sentence.opinion.map(|opinion| opinion.score(Head::Toxicity))
        && toxicity >= TOXIC
    {
        push(found, sentence.span, toxicity, "reads as an attack");
    }
    for span in sentence.phrases(INSULTS) {
        push(found, span, 0.8, "insults; a reader who is attacked stops listening");
    }
    for span in sentence.phrases(HEAT) {
        push(found, span, 0.5, "is stronger than the matter needs");
    }
    if let Some(span) = shouted(sentence) {
        push(found, span, 0.6, "is shouted; capitals read as anger");
    }
    for span in marks(sentence) {
        push(found, span, 0.5, "one mark says enough");
    }
}

fn push(found: &mut Vec<Finding>, span: Span, score: f32, message: &str) {
    found.push(Finding { span, reason: Reason::ExcessiveIntensity, score, message: message.into() });
}

/// The longest run of at least three words in capitals, or a sentence of two or more words all in capitals. Single
/// ones are abbreviations or names.
fn shouted(sentence: &Sentence<'_>) -> Option<Span> {
    let loud = |at: usize| {
        let word = sentence.written(&sentence.words[at]);
        let mut letters = word.chars().filter(|c| c.is_alphabetic());
        let count = letters.clone().count();
        (count > 1 || word == "I" || word == "A") && count > 0 && letters.all(char::is_uppercase)
    };
    let count = sentence.words.len();
    let (mut best, mut start) = (0..0, 0);
    for at in 0..=count {
        if at == count || !loud(at) {
            if at - start > best.len() {
                best = start..at;
            }
            start = at + 1;
        }
    }
    let enough = best.len() > 2 || (best.len() == count && count > 1);
    let ends = enough.then(|| (sentence.words.get(best.start), sentence.words.get(best.end - 1)))?;
    Some(Span::new(ends.0?.span.start, ends.1?.span.end))
}

/// Runs of exclamation and question marks with at least two exclamation marks, or one of each.
fn marks(sentence: &Sentence<'_>) -> Vec<Span> {
    let is_mark = |c: char| c == '!' || c == '?';
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(at) = sentence.text[rest..].find(is_mark).map(|at| rest + at) {
        let run = &sentence.text[at..];
        let run = &run[..run.find(|c| !is_mark(c)).unwrap_or(run.len())];
        if run.matches('!').count() > 1 || (run.contains('!') && run.contains('?')) {
            found.push(Span::new(at, at + run.len()).shift(sentence.span.start));
        }
        rest = at + run.len();
    }
    found
}
