//! Missing openness: no room for another opinion.

use super::sentence::Sentence;
use super::{Finding, Reason};

const PHRASES: &[&str] = &[
    "end of story",
    "end of discussion",
    "end of debate",
    "full stop end",
    "no ifs or buts",
    "there is no debate",
    "there's no debate",
    "not up for debate",
    "nothing to discuss",
    "nothing to debate",
    "no one can deny",
    "nobody can deny",
    "you can't deny",
    "you cannot deny",
    "cannot be denied",
    "everyone knows",
    "everybody knows",
    "every sane person",
    "any sane person",
    "only an idiot",
    "only a fool",
    "anyone who disagrees",
    "anyone who thinks otherwise",
    "if you disagree",
    "if you don't agree",
    "you people",
    "people like you",
    "you are just wrong",
    "you're just wrong",
    "you are wrong",
    "you're wrong",
    "dead wrong",
    "i don't care what",
    "i will never change",
    "nothing will change my mind",
    "you clearly",
    "you obviously",
    "educate yourself",
    "do your research",
    "do some research",
    "wake up",
    "it's simple",
    "case closed",
    "i am right",
    "i'm right",
    "you know nothing",
    "you have no idea",
];

pub(super) fn find(sentence: &Sentence<'_>, found: &mut Vec<Finding>) {
    for span in sentence.phrases(PHRASES) {
        found.push(Finding {
            span,
            reason: Reason::MissingOpenness,
            score: 0.6,
            message: "leaves no room for another opinion".into(),
        });
    }
}
