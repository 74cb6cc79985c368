//! One file per thing a person can do. The command line prints what a verb returns, the window shows it.

pub mod documents;

pub mod another;
pub mod decide;
pub mod rewrite;

pub mod check;
pub mod diagnose;
pub mod dictionary;
pub mod instructions;
pub mod settings;
pub mod suggested_words;

pub mod adapters;
pub mod batch;
pub mod calibrate;
pub mod compare;
pub mod critics;
pub mod feedback;
pub mod large;
pub mod models;
pub mod preferences;
pub mod score;
pub mod server;

pub mod anchors;
pub mod expected;
pub mod gate;
pub mod grade;
pub mod idle;
pub mod learn_overview;
pub mod learning_bench;
pub mod runs;
pub mod taste;
pub mod train;
pub mod voice;

#[cfg(test)]
pub(crate) mod tests;
