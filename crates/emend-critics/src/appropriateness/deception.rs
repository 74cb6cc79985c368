//! Emotional deception: guilt, fear and pity in the place of a reason.

use super::sentence::Sentence;
use super::{Finding, Reason};

const PHRASES: &[&str] = &[
    "shame on you",
    "you should be ashamed",
    "should be ashamed",
    "have you no shame",
    "how dare you",
    "how can you live with yourself",
    "how do you sleep",
    "sleep at night",
    "blood on your hands",
    "if you had a heart",
    "if you have a heart",
    "anyone with a heart",
    "anyone with half a brain",
    "any decent person",
    "any decent human",
    "if you really cared",
    "if you really loved",
    "if you cared",
    "think of the children",
    "our children will suffer",
    "our children will die",
    "innocent children",
    "is murder",
    "you are killing",
    "will destroy us all",
    "the end of civilization",
    "the end of our country",
    "we are all doomed",
    "breaks my heart",
    "heartless",
    "after all i have done",
    "after all we have done",
    "after everything i've done",
    "you owe it to me",
    "real men",
    "real women",
    "true patriots",
    "a slap in the face of",
];

pub(super) fn find(sentence: &Sentence<'_>, found: &mut Vec<Finding>) {
    for span in sentence.phrases(PHRASES) {
        found.push(Finding {
            span,
            reason: Reason::EmotionalDeception,
            score: 0.6,
            message: "works on the reader's guilt or fear; say what follows from what".into(),
        });
    }
}
