//! Is its confidence right? Of answers of which it was about as sure, how many the person kept.

use emend_eval::{Bin, Scored, calibration_error, reliability};

/// Fewest answers in a bin: of fewer, the share that was kept says next to nothing.
const LEAST: usize = 10;
/// Bins of one alone show no line.
const NEEDED: usize = 2 * LEAST;
/// More of them could not be told apart.
const MOST_BINS: usize = 10;

/// How often answers were kept beside how sure the program was of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// Answers that were shown with a confidence and decided about.
    pub answers: usize,
    /// How many are missing before there is something to show.
    pub missing: usize,
    /// By confidence; none while answers are missing.
    pub bins: Vec<Bin>,
    /// Expected calibration error over these bins.
    pub error: Option<f64>,
}

impl Reliability {
    pub(crate) fn of(answers: &[Scored]) -> Self {
        let count = answers.len();
        let missing = NEEDED.saturating_sub(count);
        if missing > 0 {
            return Self { answers: count, missing, bins: Vec::new(), error: None };
        }
        let bins = reliability(answers, MOST_BINS.min(count / LEAST));
        Self { answers: count, missing: 0, error: Some(calibration_error(&bins)), bins }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Answers with rising confidence, of which every second was kept.
    fn answers(count: u32) -> Vec<Scored> {
        let one = |i| Scored { label: f64::from(i % 2), score: f64::from(i) / f64::from(count) };
        (0..count).map(one).collect()
    }

    #[test]
    fn nothing_is_shown_of_too_few() {
        let few = Reliability::of(&answers(19));
        assert_eq!((few.answers, few.missing, few.bins, few.error), (19, 1, Vec::new(), None));
    }

    #[test]
    fn bins_hold_ten_answers_or_more_and_are_ten_at_most() {
        let of = |count| Reliability::of(&answers(count));
        let twenty = of(20);
        // 0, 0.05 … 0.45 were said, then 0.5 … 0.95; half of each ten was kept: (10 · 0.275 + 10 · 0.225) / 20.
        assert_eq!(twenty.bins.iter().map(|bin| bin.cases).collect::<Vec<_>>(), [10, 10]);
        assert!((twenty.error.unwrap() - 0.25).abs() < 1e-12, "{twenty:?}");
        assert_eq!(of(39).bins.iter().map(|bin| bin.cases).collect::<Vec<_>>(), [13, 13, 13]);
        assert_eq!(of(1000).bins.len(), 10);
    }
}
