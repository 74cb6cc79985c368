//! Promises of the whole program, kept by the real command line with the real model. Nothing here needs a network:
//! `cargo xtask test` runs these once more in a namespace that has none.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod adapters;
mod bad_input;
mod batch;
mod bench;
mod cascade;
mod chat;
mod critics;
mod eval;
mod full_disk;
mod grading;
mod killed;
mod learning;
mod profiles;
mod rewriting;
mod rules;
mod server;
#[path = "../../crates/emend-llama/tests/worker/suite/model.rs"]
mod tiny_chat;
mod voice;
