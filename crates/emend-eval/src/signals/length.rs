//! Length in words.

use super::{Signal, lower_words};

pub(super) static LENGTH: Signal =
    Signal { name: "words", about: "the number of words.", value: |text| lower_words(text).len() as f64 };
