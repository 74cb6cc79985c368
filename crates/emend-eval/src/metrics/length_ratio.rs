//! How long the rewrites are.

use super::{Better, Counts, Metric, Unit, ratio};
use crate::tokens::{is_word, words};

pub(super) static LENGTH_RATIO: Metric = Metric {
    id: "length_ratio",
    name: "Length ratio",
    about: "words of all rewrites over words of all sources.",
    tokens: "words",
    unit: Unit::Ratio,
    better: Better::Neither,
    count: |case| {
        let length = |text| words(text).into_iter().filter(|token| is_word(token)).count() as f64;
        Counts::Once(vec![length(case.hyp), length(case.src)])
    },
    score: ratio,
};
