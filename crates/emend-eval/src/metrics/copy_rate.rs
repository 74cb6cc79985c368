//! How often nothing was changed.

use super::{Better, Counts, Metric, Unit, percent};
use crate::tokens::{WHOLE, one_line};

pub(super) static COPY_RATE: Metric = Metric {
    id: "copy_rate",
    name: "Left unchanged",
    about: "share of rows whose rewrite is the source.",
    tokens: WHOLE,
    unit: Unit::Percent,
    better: Better::Neither,
    count: |case| Counts::share(one_line(case.hyp) == one_line(case.src), true),
    score: percent,
};
