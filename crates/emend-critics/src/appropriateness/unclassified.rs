//! What the critic dislikes and no other rule explains.

use emend_models::Head;

use super::sentence::Sentence;
use super::{Finding, Reason};

/// Toxicity that is not yet an attack.
const SUSPECT: f32 = 0.3;

/// Politeness of a slap.
const RUDE: f32 = 0.15;

/// Looks at a sentence in which nothing was found.
pub(super) fn find(sentence: &Sentence<'_>, found: &mut Vec<Finding>) {
    let Some(opinion) = sentence.opinion else { return };
    let (toxicity, politeness) = (opinion.score(Head::Toxicity), opinion.score(Head::Politeness));
    if toxicity < SUSPECT && politeness > RUDE {
        return;
    }
    found.push(Finding {
        span: sentence.span,
        reason: Reason::Unclassified,
        score: toxicity.max(1.0 - politeness) * 0.5,
        message: "may be taken amiss".into(),
    });
}
