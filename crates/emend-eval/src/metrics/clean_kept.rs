//! Clean text must stay as it is.

use super::{Better, Counts, Metric, Unit, percent};
use crate::tokens::{WHOLE, one_line};

pub(super) static CLEAN_KEPT: Metric = Metric {
    id: "clean_kept",
    name: "Clean text left unchanged",
    about: "share of the rows that need no change (the source is one of the references) which got none.",
    tokens: WHOLE,
    unit: Unit::Percent,
    better: Better::Higher,
    count: |case| {
        let source = one_line(case.src);
        let clean = case.refs.iter().any(|one| one_line(one) == source);
        Counts::share(one_line(case.hyp) == source, clean)
    },
    score: percent,
};
