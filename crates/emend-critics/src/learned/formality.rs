//! Formality: how formal the rewrite is. Whether that is wanted is for the intent to say.

use emend_models::Head;

use super::{Readings, mean};
use crate::Judgement;

/// The formality head, averaged over the rewrite.
pub(crate) fn judge(readings: &Readings<'_>) -> Option<Judgement> {
    mean(readings, Head::Formality, "it reads as casual")
}
