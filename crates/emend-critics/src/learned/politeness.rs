//! Politeness: how courteous the rewrite is.

use emend_models::Head;

use super::{Readings, mean};
use crate::Judgement;

/// The politeness head, averaged over the rewrite.
pub(crate) fn judge(readings: &Readings<'_>) -> Option<Judgement> {
    mean(readings, Head::Politeness, "it reads as curt")
}
