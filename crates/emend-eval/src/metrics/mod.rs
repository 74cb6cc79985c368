//! What is measured. A metric is data and two functions; one file each, listed in [`METRICS`].
//!
//! Every metric of a set is a function of sums over its rows: a row is counted once, and the resamples behind the
//! interval add counts up again. To add one, copy `exact_match.rs`, the smallest.

mod bleu;
mod chrf;
mod clean_kept;
mod copy_rate;
mod edit_ratio;
mod edits;
mod exact_match;
mod gleu;
mod invented;
mod joint;
mod length_ratio;
mod meaning;
pub(crate) mod moved;
mod no_change_precision;
mod protected;
mod sari;
mod similarity;
mod style_accuracy;
mod unrequested;

use serde::Serialize;

use crate::judge::Judged;

/// All metrics, in the order of reports.
pub static METRICS: &[&Metric] = &[
    &gleu::GLEU,
    &sari::SARI,
    &bleu::BLEU,
    &chrf::CHRF,
    &exact_match::EXACT_MATCH,
    &edits::PRECISION,
    &edits::RECALL,
    &edits::F05,
    &unrequested::UNREQUESTED,
    &no_change_precision::NO_CHANGE_PRECISION,
    &clean_kept::CLEAN_KEPT,
    &copy_rate::COPY_RATE,
    &edit_ratio::EDIT_RATIO,
    &length_ratio::LENGTH_RATIO,
    &similarity::SIMILARITY,
    &protected::PROTECTED,
    &invented::INVENTED,
    &style_accuracy::STYLE_ACCURACY,
    &meaning::MEANING,
    &joint::JOINT,
    &moved::BY_SIGNAL,
    &moved::BY_JUDGE,
    &moved::BY_BOTH,
];

/// The metric with this id.
pub fn metric(id: &str) -> Option<&'static Metric> {
    METRICS.iter().copied().find(|metric| metric.id == id)
}

/// A number about rewrites.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Name in files. Never changes.
    pub id: &'static str,
    /// Name in reports.
    pub name: &'static str,
    /// Definition and source.
    pub about: &'static str,
    /// Units that it counts.
    pub tokens: &'static str,
    /// Unit of its number.
    pub unit: Unit,
    /// Which way is better.
    pub better: Better,
    /// Counts of one row.
    pub count: fn(&Case<'_>) -> Counts,
    /// The number, from sums of counts; NaN where it is not defined.
    pub score: fn(&[f64]) -> f64,
}

/// What a metric sees of a row.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The id of the intent.
    pub intent: &'a str,
    /// The text.
    pub src: &'a str,
    /// Rewrites by people; may be none.
    pub refs: &'a [String],
    /// The rewrite that is measured.
    pub hyp: &'a str,
    /// What the judge thinks of it, if there is one.
    pub judged: Option<&'a Judged>,
}

/// What one row adds to a metric.
#[derive(Debug, Clone, PartialEq)]
pub enum Counts {
    /// Nothing: the row has no reference, say.
    None,
    /// Numbers that are added up.
    Once(Vec<f64>),
    /// Numbers for each reference; the metric is the mean over random choices of one reference a row.
    PerReference(Vec<Vec<f64>>),
}

/// Unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// From 0 to 100 by convention.
    Points,
    /// Percent.
    Percent,
    /// A ratio; 1 is no difference.
    Ratio,
}

/// Which way a metric improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Up.
    Higher,
    /// Down.
    Lower,
    /// Neither: it describes.
    Neither,
}

impl Counts {
    /// One row of `whole` rows, of which it is `part`.
    pub(crate) fn share(part: bool, whole: bool) -> Self {
        Self::Once(vec![f64::from(u8::from(part && whole)), f64::from(u8::from(whole))])
    }
}

/// Percent of the first count in the second.
pub(crate) fn percent(sums: &[f64]) -> f64 {
    100.0 * ratio(sums)
}

/// The first count over the second; NaN over nothing.
pub(crate) fn ratio(sums: &[f64]) -> f64 {
    match sums {
        [part, whole] if *whole > 0.0 => part / whole,
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn metrics_are_complete_and_distinct() {
        let ids: BTreeSet<_> = METRICS.iter().map(|metric| metric.id).collect();
        let names: BTreeSet<_> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!((ids.len(), names.len()), (METRICS.len(), METRICS.len()));
        for metric in METRICS {
            assert!(metric.about.ends_with('.'), "{}: a sentence", metric.id);
            assert!(!metric.tokens.is_empty(), "{}: tokens", metric.id);
        }
        assert!(metric("gleu").is_some() && metric("luck").is_none());
    }

    /// The number of one row, on which the judge finds `toxicity` and `meaning`.
    fn of_row(id: &str, src: &str, hyp: &str, toxicity: f64, meaning: f64) -> f64 {
        let scores: crate::judge::Scores = [("toxicity".to_owned(), toxicity)].into();
        let judged = Judged { src: scores.clone(), hyp: scores, meaning };
        let metric = metric(id).unwrap();
        let case = Case { intent: "appropriate", src, refs: &[], hyp, judged: Some(&judged) };
        match (metric.count)(&case) {
            Counts::Once(counts) => (metric.score)(&counts),
            other => panic!("{id}: {other:?}"),
        }
    }

    #[test]
    fn numbers_without_a_reference_program_are_those_counted_by_hand() {
        let (src, hyp) = ("We sold 40 units, you fool.", "We sold 40 units.");
        for (id, expected) in [
            ("copy_rate", 0.0),
            ("length_ratio", 4.0 / 6.0),
            ("protected", 0.0),
            ("style_accuracy", 100.0),
            ("meaning", 80.0),
            ("joint", 80.0),
        ] {
            let found = of_row(id, src, hyp, 0.1, 0.8);
            assert!((found - expected).abs() < 1e-9, "{id}: {found}");
        }
        let zero = |found: f64| assert!(found.abs() < 1e-9, "{found}");
        let all = |found: f64| assert!((found - 100.0).abs() < 1e-9, "{found}");
        all(of_row("copy_rate", src, "We sold  40 units, you fool.\n", 0.1, 0.8));
        all(of_row("protected", src, "We sold 400 units.", 0.1, 0.8));
        zero(of_row("style_accuracy", src, hyp, 0.5, 0.8));
        zero(of_row("joint", src, hyp, 0.5, 0.8));
        all(2.0 * of_row("joint", src, "We sold sold 40 units.", 0.1, 1.0));
    }

    #[test]
    fn odd_rows_are_counted_without_a_fuss() {
        let texts = ["", " ", "A b.", "a\u{301}👩‍👩‍👧 \u{202e}x", "1,000.50 -- \n\n…"];
        let scores: crate::judge::Scores = [("toxicity".to_owned(), 0.2)].into();
        let judged = Judged { src: scores.clone(), hyp: scores, meaning: 0.5 };
        for metric in METRICS {
            for src in texts {
                for hyp in texts {
                    let refs = [src.to_owned(), "A c.".into(), String::new()];
                    for refs in [&refs[..], &refs[..1], &[]] {
                        let case = Case { intent: "appropriate", src, refs, hyp, judged: Some(&judged) };
                        let width = |counts: &[f64]| {
                            assert!(counts.iter().all(|count| count.is_finite()), "{}", metric.id);
                            let score = (metric.score)(counts);
                            assert!(!score.is_infinite(), "{}: {counts:?}", metric.id);
                            counts.len()
                        };
                        match (metric.count)(&case) {
                            Counts::None => {}
                            Counts::Once(counts) => {
                                width(&counts);
                            }
                            Counts::PerReference(each) => {
                                assert_eq!(each.len(), refs.len());
                                for counts in &each {
                                    width(counts);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
