//! Clean: an editor would leave the rewrite alone.

use emend_models::Head;

use super::Readings;
use crate::Judgement;

/// One less the needs-edit head where it is highest: one bad sentence is enough for an editor to reach for the pen.
pub(crate) fn judge(readings: &Readings<'_>) -> Option<Judgement> {
    let (span, needs_edit) = readings.rewrite.highest(Head::NeedsEdit)?;
    Some(Judgement::graded(1.0 - needs_edit, || {
        format!("something in \u{201c}{}\u{201d} looks wrong", super::excerpt(readings.pair.rewrite, span))
    }))
}
