//! Names, numbers, dates, links and quotations that were lost or made up.

use emend_text::{Glossary, breach};

use super::{Better, Counts, Metric, Unit, percent};

pub(super) static PROTECTED: Metric = Metric {
    id: "protected",
    name: "Protected spans broken",
    about: "share of rows whose rewrite lost or made up a number, date, link, @name, quotation or piece of code, \
        as the application itself checks it.",
    tokens: "protected spans",
    unit: Unit::Percent,
    better: Better::Lower,
    count: |case| Counts::share(breach(case.src, case.hyp, &Glossary::default()).is_some(), true),
    score: percent,
};
