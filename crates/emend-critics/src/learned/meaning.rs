//! Meaning: nothing that the source says is lost, and nothing is put into its mouth.

use super::{Readings, excerpt};
use crate::Judgement;

/// The less of two: how well the least covered sentence of the source is said in the rewrite, and the other way round.
///
/// An embedding is nearly blind to a lost "not" and to another number: the negation and number critics are not.
pub(crate) fn judge(readings: &Readings<'_>) -> Option<Judgement> {
    let (lost, kept) = readings.source.least_said_in(&readings.rewrite)?;
    let Some((new, said)) = readings.rewrite.least_said_in(&readings.source) else {
        return Some(Judgement::because(0.0, "nothing is left of your text"));
    };
    Some(Judgement::graded(kept.min(said), || {
        if kept <= said {
            format!("it no longer says \u{201c}{}\u{201d}", excerpt(readings.pair.source, lost))
        } else {
            format!("your text does not say \u{201c}{}\u{201d}", excerpt(readings.pair.rewrite, new))
        }
    }))
}
