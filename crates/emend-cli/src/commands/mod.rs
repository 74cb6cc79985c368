//! One file per command: call the verb, print what it returned.

pub(crate) mod adapters;
pub(crate) mod another;
pub(crate) mod batch;
pub(crate) mod bench;
pub(crate) mod calibrate;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod critics;
pub(crate) mod diagnose;
pub(crate) mod dictionary;
pub(crate) mod documents;
pub(crate) mod eval;
pub(crate) mod expected;
pub(crate) mod feedback;
pub(crate) mod instructions;
pub(crate) mod intents;
pub(crate) mod large;
pub(crate) mod learning_bench;
pub(crate) mod models;
pub(crate) mod overview;
pub(crate) mod rewrite;
pub(crate) mod score;
pub(crate) mod server;
pub(crate) mod train;
