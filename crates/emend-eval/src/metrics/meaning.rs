//! Whether the rewrite says the same as the source, by the judge.

use super::{Better, Counts, Metric, Unit, percent};

pub(super) static MEANING: Metric = Metric {
    id: "meaning",
    name: "Meaning kept, by the judge",
    about: "mean of the judge's meaning score of source and rewrite; a copy has the highest that it gives.",
    tokens: "words and character n-grams of the judge",
    unit: Unit::Percent,
    better: Better::Higher,
    count: |case| case.judged.map_or(Counts::None, |judged| Counts::Once(vec![judged.meaning, 1.0])),
    score: percent,
};
