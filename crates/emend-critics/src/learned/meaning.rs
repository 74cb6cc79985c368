//! Meaning: nothing that the source says is lost, and nothing is put into its mouth.

use emend_text::Span;

use super::{Readings, excerpt};
use crate::Judgement;

/// The less of two: how well the least covered sentence of the source is said in the rewrite, and the other way round. With
/// a classifier of entailment, a sentence is covered no better than it follows.
///
/// An embedding is nearly blind to a lost "not" and to another number: the negation and number critics are not, nor is
/// entailment.
pub(crate) fn judge(readings: &Readings<'_>) -> Option<Judgement> {
    let (source, rewrite) = (readings.pair.source, readings.pair.rewrite);
    let follows = |text, other| readings.entailments.and_then(|found| found.least(text, other));
    let (lost, kept) = lower(readings.source.least_said_in(&readings.rewrite)?, follows(source, rewrite));
    let Some(said) = readings.rewrite.least_said_in(&readings.source) else {
        return Some(Judgement::because(0.0, "nothing is left of your text"));
    };
    let (new, said) = lower(said, follows(rewrite, source));
    Some(Judgement::graded(kept.min(said), || {
        if kept <= said {
            format!("it no longer says \u{201c}{}\u{201d}", excerpt(source, lost))
        } else {
            format!("your text does not say \u{201c}{}\u{201d}", excerpt(rewrite, new))
        }
    }))
}

/// The less sure of two that may speak of different sentences.
fn lower(a: (Span, f32), b: Option<(Span, f32)>) -> (Span, f32) {
    b.filter(|b| b.1 < a.1).unwrap_or(a)
}
