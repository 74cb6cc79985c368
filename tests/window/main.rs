//! The real WebKit window, driven as a person would use it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accessible;
mod cancelling;
mod cascade;
mod desktop;
mod diagnosing;
mod house_rules;
mod large;
mod learning;
mod looks;
mod writing;
