//! Rewrites that are exactly what a person wrote.

use super::{Better, Counts, Metric, Unit, percent};
use crate::tokens::{WHOLE, one_line};

pub(super) static EXACT_MATCH: Metric = Metric {
    id: "exact_match",
    name: "Exact match",
    about: "share of rows whose rewrite is one of the references.",
    tokens: WHOLE,
    unit: Unit::Percent,
    better: Better::Higher,
    count: |case| {
        let rewrite = one_line(case.hyp);
        Counts::share(case.refs.iter().any(|one| one_line(one) == rewrite), !case.refs.is_empty())
    },
    score: percent,
};
