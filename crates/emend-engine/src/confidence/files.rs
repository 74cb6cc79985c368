//! How lists are written in a calibration's file: as arrays of numbers, since names in each row would be most of it.

/// Confidences of kept and of rejected rows: `{"kept": [..], "rejected": [..]}`.
pub(super) mod known {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::super::risk::Known;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Confidences {
        kept: Vec<f64>,
        rejected: Vec<f64>,
    }

    pub(crate) fn serialize<S: Serializer>(rows: &[Known], to: S) -> Result<S::Ok, S::Error> {
        let of = |kept: bool| rows.iter().filter(|row| row.kept == kept).map(|row| row.confidence).collect();
        Confidences { kept: of(true), rejected: of(false) }.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Known>, D::Error> {
        let Confidences { kept, rejected } = Confidences::deserialize(from)?;
        let row = |kept: bool| move |confidence: f64| Known { confidence, kept };
        Ok(kept.into_iter().map(row(true)).chain(rejected.into_iter().map(row(false))).collect())
    }
}

/// Terms by feature: `{"words": [mean, scale, weight]}`.
pub(super) mod terms {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::super::Term;

    pub(crate) fn serialize<S: Serializer>(terms: &[Term], to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(terms.iter().map(|term| (&term.feature, [term.mean, term.scale, term.weight])))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Term>, D::Error> {
        let terms = BTreeMap::<String, [f64; 3]>::deserialize(from)?;
        let term =
            |(feature, [mean, scale, weight]): (String, [f64; 3])| Term { feature, mean, scale, weight };
        Ok(terms.into_iter().map(term).collect())
    }
}
