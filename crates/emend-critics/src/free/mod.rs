//! Critics that need no weights: functions of the pair alone. One file each.

pub(crate) mod content;
pub(crate) mod edit_budget;
pub(crate) mod length;
pub(crate) mod lints;
pub(crate) mod negation;
pub(crate) mod numbers;
pub(crate) mod protected;
pub(crate) mod readability;
pub(crate) mod repetition;
pub(crate) mod words;
