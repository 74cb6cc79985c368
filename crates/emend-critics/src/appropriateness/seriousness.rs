//! Missing seriousness: jokes, sneers, no interest in the matter.

use emend_text::Span;

use super::sentence::Sentence;
use super::{Finding, Reason};

const PHRASES: &[&str] = &[
    "lol",
    "lmao",
    "rofl",
    "lmfao",
    "haha",
    "hahaha",
    "hahahaha",
    "hehe",
    "jk",
    "just kidding",
    "yeah right",
    "yeah sure",
    "oh please",
    "boo hoo",
    "cry me a river",
    "cry about it",
    "who cares",
    "i don't care",
    "i couldn't care less",
    "couldn't care less",
    "blah blah",
    "yada yada",
    "meh",
    "duh",
    "get a life",
    "get over it",
    "deal with it",
    "cool story",
    "nice try",
    "good luck with that",
    "aww poor",
    "poor baby",
    "troll*",
    "wow just wow",
    "because i said so",
];

const FACES: &[&str] = &[
    "\u{1f602}",
    "\u{1f923}",
    "\u{1f61c}",
    "\u{1f61d}",
    "\u{1f92a}",
    "\u{1f644}",
    "\u{1f921}",
    ":P",
    ":p",
    "xD",
    "XD",
];

pub(super) fn find(sentence: &Sentence<'_>, found: &mut Vec<Finding>) {
    let faces = FACES.iter().flat_map(|face| {
        sentence
            .text
            .match_indices(face)
            .map(|(at, face)| Span::new(at, at + face.len()).shift(sentence.span.start))
    });
    for span in sentence.phrases(PHRASES).into_iter().chain(faces) {
        found.push(Finding {
            span,
            reason: Reason::MissingSeriousness,
            score: 0.6,
            message: "makes light of the matter or of the other side".into(),
        });
    }
}
