//! Harmless: nobody would call the rewrite toxic.

use emend_models::Head;

use super::Readings;
use crate::Judgement;

/// One less the toxicity head where it is highest: a kind sentence does not make up for an insult.
pub(crate) fn judge(readings: &Readings<'_>) -> Option<Judgement> {
    let (span, toxicity) = readings.rewrite.highest(Head::Toxicity)?;
    Some(Judgement::graded(1.0 - toxicity, || {
        format!("\u{201c}{}\u{201d} may offend", super::excerpt(readings.pair.rewrite, span))
    }))
}
