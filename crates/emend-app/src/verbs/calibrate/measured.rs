//! How good a calibration is, on rows that it was not fitted on.

use emend_engine::confidence::risk::{self, Known};
use emend_engine::confidence::{FEATURES, Labelled, OPINIONS};
use emend_eval::{Deferral, HeadEvaluation, Scored, evaluate_head};

/// Where chance starts in the intervals.
pub(super) const SEED: u64 = 0;

/// What a calibration is worth.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Answers.
    pub rows: usize,
    /// Share of them that would be kept.
    pub kept: f64,
    /// AUROC, ECE and Brier score of the confidence of first answers, of second thoughts, and of the first answers of
    /// each set.
    pub confidence: Vec<HeadEvaluation>,
    /// AUROC of single features on the same rows, the best first: what learning adds to them.
    pub features: Vec<HeadEvaluation>,
    /// What can be promised.
    pub promises: Vec<Promise>,
    /// Whether the large model would be asked where it does better; `None` when there is none.
    pub deferral: Option<Deferral>,
}

/// What a stated risk means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    /// At most one in so many accepted answers is bad.
    pub one_bad_in: u32,
    /// The confidence that is needed; `None` when it cannot be promised of any answer.
    pub threshold: Option<f64>,
    /// Share of answers that have it.
    pub accepted: f64,
    /// In 200 random halvings of the rows, how often the half that did not choose the threshold kept the promise. Where no
    /// threshold could be chosen nothing is accepted, which keeps it, too: read this beside `accepted`.
    pub held: f64,
}

impl Measured {
    pub(super) fn new(sets: &[String], rows: &[Labelled], first: &[Known], second: &[Known]) -> Self {
        let mut confidence = vec![evaluated("first answers", first), evaluated("second thoughts", second)];
        confidence.extend(by_set(sets, first).iter().map(|(name, known)| evaluated(name, known)));
        let ids = FEATURES.iter().map(|feature| feature.id).chain(OPINIONS.iter().map(|feature| feature.id));
        let mut features: Vec<HeadEvaluation> = ids
            .map(|id| {
                // Where it does not apply it says nothing: the mean of the rest.
                let values: Vec<f64> = rows.iter().filter_map(|row| row.features.get(id).copied()).collect();
                let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
                // AUROC only asks for the order, and is measured of numbers between 0 and 1.
                let squashed = |value: f64| 1.0 / (1.0 + (-value).exp());
                let of = |row: &Labelled| Scored {
                    label: label(row.kept),
                    score: squashed(row.features.get(id).copied().unwrap_or(mean)),
                };
                evaluate_head(id, &rows.iter().map(of).collect::<Vec<_>>(), SEED)
            })
            .collect();
        features.sort_by(|a, b| auroc(b).total_cmp(&auroc(a)));
        let kept = rows.iter().filter(|row| row.kept).count() as f64 / rows.len() as f64;
        let promises = promises(first);
        Self { rows: rows.len(), kept, confidence, features, promises, deferral: None }
    }
}

/// AUROC, ECE and Brier score of confidences.
pub(super) fn evaluated(name: &str, known: &[Known]) -> HeadEvaluation {
    let scored: Vec<Scored> =
        known.iter().map(|row| Scored { label: label(row.kept), score: row.confidence }).collect();
    evaluate_head(name, &scored, SEED)
}

/// What can be promised by these confidences, for each of a few risks.
pub fn promises(known: &[Known]) -> Vec<Promise> {
    [3, 5, 10, 20, 50].map(|one_bad_in| promise(known, one_bad_in)).to_vec()
}

/// How well it tells good from bad, whichever way round.
fn auroc(evaluation: &HeadEvaluation) -> f64 {
    let found = evaluation.metrics.iter().find(|metric| metric.id == "auroc");
    found.map_or(0.5, |metric| metric.value.value.max(1.0 - metric.value.value))
}

fn by_set<'a>(sets: &'a [String], known: &[Known]) -> Vec<(&'a str, Vec<Known>)> {
    let mut found: Vec<(&str, Vec<Known>)> = Vec::new();
    for (set, known) in sets.iter().zip(known) {
        match found.iter_mut().find(|(name, _)| name == set) {
            Some((_, rows)) => rows.push(*known),
            None => found.push((set, vec![*known])),
        }
    }
    found
}

fn label(kept: bool) -> f64 {
    f64::from(u8::from(kept))
}

/// Resampled halvings behind [`Promise::held`].
const HALVINGS: u64 = 200;
/// The chance that a promise is broken all the same.
const DELTA: f64 = 0.05;

fn promise(known: &[Known], one_bad_in: u32) -> Promise {
    let stated = 1.0 / f64::from(one_bad_in);
    let threshold =
        |rows: &[Known]| risk::conformal(rows, stated).max(risk::with_certainty(rows, stated, DELTA));
    let tau = threshold(known);
    let accepted = known.iter().filter(|row| row.confidence >= tau).count() as f64 / known.len() as f64;
    let held = (0..HALVINGS)
        .filter(|&seed| {
            let (choose, test) = halves(known, seed);
            let tau = threshold(&choose);
            let accepted: Vec<&Known> = test.iter().filter(|row| row.confidence >= tau).collect();
            let bad = accepted.iter().filter(|row| !row.kept).count() as f64;
            bad <= stated * accepted.len() as f64
        })
        .count() as f64
        / HALVINGS as f64;
    Promise { one_bad_in, threshold: tau.is_finite().then_some(tau), accepted, held }
}

/// A random half of the rows and the other one.
fn halves(known: &[Known], seed: u64) -> (Vec<Known>, Vec<Known>) {
    // SplitMix64 of seed and row: no generator to carry along.
    let coin = |row: usize| {
        let mut z = (seed << 32 | row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) & 1 == 1
    };
    let rows = known.iter().copied().enumerate();
    let (one, other): (Vec<_>, Vec<_>) = rows.partition(|(row, _)| coin(*row));
    let bare = |half: Vec<(usize, Known)>| half.into_iter().map(|(_, known)| known).collect();
    (bare(one), bare(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_halves() {
        let known: Vec<Known> =
            (0..1000).map(|i| Known { confidence: f64::from(i) / 1000.0, kept: true }).collect();
        let (one, other) = halves(&known, 3);
        assert_eq!(one.len() + other.len(), 1000);
        assert!((400..600).contains(&one.len()), "{}", one.len());
        assert_ne!(halves(&known, 4).0, one);
    }

    #[test]
    fn a_promise_says_what_it_costs() {
        let known: Vec<Known> =
            (0..2000).map(|i| Known { confidence: f64::from(i) / 2000.0, kept: i % 100 < i / 20 }).collect();
        let (bold, careful) = (promise(&known, 3), promise(&known, 5));
        assert!(bold.accepted > careful.accepted && careful.accepted > 0.0, "{bold:?} {careful:?}");
        assert!(careful.held >= 0.9 && bold.held >= 0.9, "{bold:?} {careful:?}");
    }
}
