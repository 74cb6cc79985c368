//! Numbers about a classifier's scores.

mod auroc;
mod brier;
mod calibration;
mod reliability;
mod spearman;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::resample::{Estimate, resamples};
use crate::{EvalError, jsonl};

pub use reliability::{Bin, calibration_error, reliability};

/// All of them, in the order of reports.
pub static HEAD_METRICS: &[&HeadMetric] =
    &[&auroc::AUROC, &calibration::CALIBRATION, &brier::BRIER, &spearman::SPEARMAN];

/// A number about scores.
#[derive(Debug, Clone, Copy)]
pub struct HeadMetric {
    /// Name in files.
    pub id: &'static str,
    /// Name in reports.
    pub name: &'static str,
    /// Definition and source.
    pub about: &'static str,
    /// Whether it needs labels of 0 and 1 and probabilities.
    pub of_probabilities: bool,
    /// The number; NaN where it is not defined.
    pub score: fn(&[Scored]) -> f64,
}

/// What a classifier said and what is true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// What is true: 0 or 1, or a number of any range.
    pub label: f64,
    /// What the classifier said.
    pub score: f64,
}

/// The numbers about one head.
#[derive(Debug, Clone, Serialize)]
pub struct HeadEvaluation {
    /// The head's name; empty if the file names none.
    pub head: String,
    /// How many scores.
    pub rows: usize,
    /// Where the resamples start.
    pub seed: u64,
    /// The numbers.
    pub metrics: Vec<HeadMeasured>,
}

impl HeadEvaluation {
    /// What to call it.
    pub fn title(&self) -> &str {
        if self.head.is_empty() { "scores" } else { &self.head }
    }
}

/// One number about a head.
#[derive(Debug, Clone, Serialize)]
pub struct HeadMeasured {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its definition.
    pub about: &'static str,
    /// The number.
    pub value: Estimate,
}

#[derive(Deserialize)]
struct Line {
    label: Label,
    score: f64,
    #[serde(default)]
    head: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Label {
    Yes(bool),
    Number(f64),
}

/// Reads `{"label", "score", "head"?}`; labels are numbers or true and false.
pub fn read_scores(path: &Path) -> Result<BTreeMap<String, Vec<Scored>>, EvalError> {
    let mut heads: BTreeMap<String, Vec<Scored>> = BTreeMap::new();
    for (_, Line { label, score, head }) in jsonl::read(path, r#"{"label", "score", "head"?}"#)? {
        let label = match label {
            Label::Yes(yes) => f64::from(u8::from(yes)),
            Label::Number(number) => number,
        };
        heads.entry(head).or_default().push(Scored { label, score });
    }
    if heads.is_empty() {
        return Err(EvalError::NoRows { path: path.to_owned(), task: None });
    }
    Ok(heads)
}

/// Measures the scores of one head.
pub fn evaluate_head(head: &str, scored: &[Scored], seed: u64) -> HeadEvaluation {
    let binary = scored.iter().all(|one| [0.0, 1.0].contains(&one.label));
    let probabilities = binary && scored.iter().all(|one| (0.0..=1.0).contains(&one.score));
    let metrics: Vec<_> =
        HEAD_METRICS.iter().filter(|metric| probabilities || !metric.of_probabilities).collect();
    let mut resampled = vec![Vec::new(); metrics.len()];
    resamples(scored.len(), seed, |_, rows| {
        let sample: Vec<Scored> = rows.iter().map(|&row| scored[row]).collect();
        for (metric, values) in metrics.iter().zip(&mut resampled) {
            values.push((metric.score)(&sample));
        }
    });
    let measured = metrics.iter().zip(resampled).map(|(metric, resampled)| HeadMeasured {
        id: metric.id,
        name: metric.name,
        about: metric.about,
        value: Estimate::new((metric.score)(scored), resampled),
    });
    HeadEvaluation {
        head: head.into(),
        rows: scored.len(),
        seed,
        metrics: measured.filter(|one| !one.value.value.is_nan()).collect(),
    }
}

/// Places in the order of values, from 1; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for equal in order.chunk_by(|&a, &b| values[a].total_cmp(&values[b]).is_eq()) {
        for &at in equal {
            ranks[at] = before as f64 + f64::midpoint(1.0, equal.len() as f64);
        }
        before += equal.len();
    }
    ranks
}
