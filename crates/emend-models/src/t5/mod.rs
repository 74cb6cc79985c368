//! The T5 encoder-decoder (Raffel et al. 2020), top to bottom.

mod config;

pub use config::{Activation, FeedForward, T5Config};
