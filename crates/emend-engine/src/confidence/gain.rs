//! How much better the large model would do.
//!
//! A small model that is not sure need not be asked again by a large one that is no surer: a cascade that defers by the small
//! model's confidence alone is best only where the large model errs evenly (Jitkrittum et al. 2023, "When Does
//! Confidence-Based Cascade Deferral Suffice?"). So the difference between both qualities is fitted by the same
//! features, and the large model is asked where it is expected to gain.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fit::{FOLDS, LEAST, RIDGE, stays, without};
use super::{Head, Labelled, VETOED, ridge};

/// What a call must be expected to bring, in answers of 100 that are kept: less is noise, and takes time all the same.
const CALL: f64 = 2.0;

/// How much likelier the large model's rewrite is expected to be kept than the small one's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gain {
    /// The name of the large model that it is about: of another one it knows nothing.
    pub large: String,
    /// Where the small one wrote something.
    pub changed: Head,
    /// Where it leaves the text as it is.
    pub unchanged: Head,
    /// Where its draft was refused: the text stays, but not because the model found it good. A mean, for signs of a draft that
    /// nobody sees tell of other drafts only. Of files from before there is none.
    #[serde(default)]
    pub refused: Option<f64>,
    /// Of the rows that it was fitted on, the confidences of those of which the large model is expected to do better, by heads
    /// that were fitted without them: which answers would be asked about. 0 for a refused draft, about which it is asked however
    /// sure the small one is.
    pub worth: Vec<f64>,
    /// The deferral curve: share of answers that the large model is asked about, those first of which most is expected, and the
    /// number of 100 that are kept then, from the small model alone to the large one alone; by heads that did not see the answer.
    #[serde(default)]
    pub curve: Vec<(f64, f64)>,
}

/// A text that both models have rewritten.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The small model's answer; its label is not read.
    pub answer: Labelled,
    /// How much better the large one's is.
    pub gain: f64,
}

impl Gain {
    /// Whether the large model should be asked.
    pub fn is_worth_a_call<K, V>(&self, features: &BTreeMap<K, V>) -> bool
    where
        K: Ord + Borrow<str>,
        V: Copy + Into<f64>,
    {
        self.expected(features) > CALL
    }

    /// What asking the large model is expected to bring, in answers of 100 that are kept.
    pub fn expected<K, V>(&self, features: &BTreeMap<K, V>) -> f64
    where
        K: Ord + Borrow<str>,
        V: Copy + Into<f64>,
    {
        match self.refused {
            Some(mean) if is_refused(features) => mean,
            _ if stays(features) => self.unchanged.score(features),
            _ => self.changed.score(features),
        }
    }
}

/// Fits it, and what heads that were fitted without a row expect of it. `confidences` of the small model's answers belong to the
/// rows. The same rows in the same order give the same result.
pub fn fit_gain(large: String, rows: &[Compared], confidences: &[f64]) -> (Gain, Vec<f64>) {
    let (staying, changing): (Vec<usize>, Vec<usize>) =
        (0..rows.len()).partition(|&row| stays(&rows[row].answer.features));
    let (refused, left): (Vec<usize>, Vec<usize>) =
        staying.into_iter().partition(|&row| is_refused(&rows[row].answer.features));
    let mut expected = vec![0.0; rows.len()];
    let mut part = |places: &[usize], head: fn(&[&Compared]) -> Head| {
        let chosen: Vec<&Compared> = places.iter().map(|&place| &rows[place]).collect();
        for fold in 0..FOLDS {
            let other = head(&without(&chosen, fold));
            for place in (fold..chosen.len()).step_by(FOLDS) {
                expected[places[place]] = other.score(&chosen[place].answer.features);
            }
        }
        head(&chosen)
    };
    let (changed, unchanged) = (part(&changing, head), part(&left, head));
    let refused = (!refused.is_empty()).then(|| part(&refused, mean).bias);
    let of = |row: usize| if is_refused(&rows[row].answer.features) { 0.0 } else { confidences[row] };
    let mut worth: Vec<f64> = (0..rows.len()).filter(|&row| expected[row] > CALL).map(of).collect();
    worth.sort_by(f64::total_cmp);
    (Gain { large, changed, unchanged, refused, worth, curve: Vec::new() }, expected)
}

/// Whether the model's draft was refused.
pub(crate) fn is_refused<K, V>(features: &BTreeMap<K, V>) -> bool
where
    K: Ord + Borrow<str>,
    V: Copy + Into<f64>,
{
    features.get(VETOED).is_some_and(|&value| value.into() > 0.5)
}

/// Of few rows the mean alone: a head would learn names, not signs.
fn head(rows: &[&Compared]) -> Head {
    if rows.len() < 2 * LEAST {
        return mean(rows);
    }
    let gains: Vec<f64> = rows.iter().map(|row| row.gain).collect();
    let features: Vec<&BTreeMap<String, f64>> = rows.iter().map(|row| &row.answer.features).collect();
    ridge::fit(&features, &gains, RIDGE)
}

fn mean(rows: &[&Compared]) -> Head {
    let gain: f64 = rows.iter().map(|row| row.gain).sum();
    Head { bias: gain / rows.len().max(1) as f64, terms: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::super::{Features, UNCHANGED};
    use super::*;

    /// The gain is twice the sign where something was written, and nothing else.
    fn rows(number: u32) -> Vec<Compared> {
        (0..number)
            .map(|i| {
                let (sign, unchanged) = (f64::from(i % 7) - 3.0, f64::from(i % 3 / 2));
                let noise = f64::from(i * 37 % 11) - 5.0;
                let features =
                    [("sign", sign), (UNCHANGED, unchanged)].map(|(id, value)| (id.to_owned(), value)).into();
                let gain = if unchanged > 0.5 { noise } else { 2.0 * sign + noise };
                Compared { answer: Labelled { features, kept: false }, gain }
            })
            .collect()
    }

    #[test]
    fn what_there_is_to_gain_is_learned_and_told_of_rows_that_were_held_out() {
        let rows = rows(600);
        let confidences: Vec<f64> = (0..rows.len()).map(|row| row as f64 / 600.0).collect();
        let (gain, expected) = fit_gain("tiny".into(), &rows, &confidences);
        let better = expected.iter().filter(|gain| **gain > CALL).count();
        assert!(gain.worth.len() == better && better > 100 && gain.worth.is_sorted(), "{better}");
        let of = |sign: f32, unchanged: f32| {
            gain.expected(&Features::from([("sign", sign), (UNCHANGED, unchanged)]))
        };
        assert!(of(3.0, 0.0) > 5.0 && of(-3.0, 0.0) < -5.0, "{gain:?}");
        assert!((of(3.0, 1.0) - of(-3.0, 1.0)).abs() < 1.0, "{gain:?}");
        let error: f64 =
            rows.iter().zip(&expected).map(|(row, e)| (row.gain - e).powi(2)).sum::<f64>() / 600.0;
        assert!(
            (9.0..12.0).contains(&error),
            "the noise has a variance of 10, and no row knows its own: {error}"
        );
    }

    #[test]
    fn refused_drafts_have_an_expectation_of_their_own() {
        let of = |row: u32, id: &str, gain: f64| {
            let features = [(id.to_owned(), 1.0), ("sign".to_owned(), f64::from(row % 5))].into();
            Compared { answer: Labelled { features, kept: false }, gain }
        };
        let rows: Vec<Compared> =
            (0..9).flat_map(|row| [of(row, VETOED, 9.0), of(row, UNCHANGED, -9.0)]).collect();
        let (gain, _) = fit_gain("tiny".into(), &rows, &[0.5; 18]);
        let expected = |id| gain.expected(&Features::from([(id, 1.0)]));
        assert!((expected(VETOED) - 9.0).abs() < 1e-9 && (expected(UNCHANGED) + 9.0).abs() < 1e-9);
        let before = Gain { refused: None, ..gain };
        assert!((before.expected(&Features::from([(VETOED, 1.0)])) + 9.0).abs() < 1e-9);
    }

    #[test]
    fn few_rows_give_their_mean() {
        let few = rows(9);
        let mean = |unchanged: bool| {
            let gains: Vec<f64> =
                few.iter().filter(|r| stays(&r.answer.features) == unchanged).map(|r| r.gain).collect();
            gains.iter().sum::<f64>() / gains.len() as f64
        };
        let (gain, expected) = fit_gain("tiny".into(), &few, &[0.5; 9]);
        assert!(gain.changed.terms.is_empty() && (gain.changed.bias - mean(false)).abs() < 1e-9);
        assert!((gain.unchanged.bias - mean(true)).abs() < 1e-9 && expected.len() == 9);
        assert!(fit_gain("tiny".into(), &[], &[]).0.changed.bias.abs() < 1e-9);
    }
}
