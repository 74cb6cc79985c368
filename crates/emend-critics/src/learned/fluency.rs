//! Fluency: how acceptable the rewrite is as English.

use emend_models::Head;

use super::{Readings, mean};
use crate::Judgement;

/// The acceptability head, averaged over the rewrite.
pub(crate) fn judge(readings: &Readings<'_>) -> Option<Judgement> {
    mean(readings, Head::Acceptability, "it does not read as good English")
}
