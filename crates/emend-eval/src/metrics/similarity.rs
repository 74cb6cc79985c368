//! How close the rewrite stays to the source, letter by letter.

use super::{Better, Counts, Metric, Unit, chrf};
use crate::tokens::CHARACTERS;

pub(super) static SIMILARITY: Metric = Metric {
    id: "similarity",
    name: "chrF to the source",
    about: "chrF2 of the rewrite against the source: 100 is a copy, little is left at 30.",
    tokens: CHARACTERS,
    unit: Unit::Points,
    better: Better::Neither,
    count: |case| Counts::Once(chrf::pair(case.hyp, case.src)),
    score: chrf::score,
};
