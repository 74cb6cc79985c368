//! When the rewriter says "nothing to change", is it right?

use super::{Better, Counts, Metric, Unit, percent};
use crate::tokens::{WHOLE, one_line};

pub(super) static NO_CHANGE_PRECISION: Metric = Metric {
    id: "no_change_precision",
    name: "No-change precision",
    about: "share of the unchanged rows that needed no change (the source is one of the references).",
    tokens: WHOLE,
    unit: Unit::Percent,
    better: Better::Higher,
    count: |case| {
        let source = one_line(case.src);
        let clean = case.refs.iter().any(|one| one_line(one) == source);
        Counts::share(clean, !case.refs.is_empty() && one_line(case.hyp) == source)
    },
    score: percent,
};
