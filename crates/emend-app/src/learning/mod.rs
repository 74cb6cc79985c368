//! Between the person's texts and decisions, which this crate knows, and the tensors of `emend-learn`, which it does not.

pub(crate) mod agreement;
pub(crate) mod anchors;
pub(crate) mod base;
pub(crate) mod choices;
pub(crate) mod clean;
pub(crate) mod control;
pub(crate) mod data_source;
pub(crate) mod examples;
pub(crate) mod expected;
pub(crate) mod feedback;
pub(crate) mod guide;
pub(crate) mod held_out;
pub(crate) mod power;
pub(crate) mod preferences;
pub(crate) mod prompts;
pub(crate) mod received;
pub(crate) mod reliability;
pub(crate) mod runs;
pub(crate) mod texts;
pub(crate) mod thresholds;
