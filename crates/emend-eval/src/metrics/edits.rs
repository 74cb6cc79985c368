//! Edits beside a person's edits: precision, recall and F0.5.
//!
//! An edit is what the application shows: a stretch of words of the source and what takes its place, from the diff of
//! source and rewrite. It is right when a reference has the same edit. Of several references the one with the highest
//! F0.5 counts, as in ERRANT and the M2 scorer (Dahlmeier and Ng 2012; Bryant et al. 2017), row by row.

use std::collections::HashSet;

use emend_text::diff;

use super::{Better, Case, Counts, Metric, Unit};
use crate::tokens::one_line;

const TOKENS: &str = "edits of the application's word diff";

pub(super) static PRECISION: Metric = Metric {
    id: "edit_precision",
    name: "Edit precision",
    about: "share of the rewrite's edits that the closest reference has, too.",
    tokens: TOKENS,
    unit: Unit::Percent,
    better: Better::Higher,
    count,
    score: |sums| 100.0 * precision(sums),
};

pub(super) static RECALL: Metric = Metric {
    id: "edit_recall",
    name: "Edit recall",
    about: "share of the closest reference's edits that the rewrite has, too.",
    tokens: TOKENS,
    unit: Unit::Percent,
    better: Better::Higher,
    count,
    score: |sums| 100.0 * recall(sums),
};

pub(super) static F05: Metric = Metric {
    id: "edit_f05",
    name: "Edit F0.5",
    about: "weighted mean of edit precision and recall, precision twice as important.",
    tokens: TOKENS,
    unit: Unit::Percent,
    better: Better::Higher,
    count,
    score: |sums| 100.0 * f05(sums),
};

/// An edit as place and replacement.
type Key = (usize, usize, String);

/// Right edits, wrong edits, missed edits.
fn count(case: &Case<'_>) -> Counts {
    let source = one_line(case.src);
    let made = edits(&source, case.hyp);
    let against = |reference: &String| {
        let wanted = edits(&source, reference);
        let right = made.intersection(&wanted).count();
        [right, made.len() - right, wanted.len() - right].map(|count| count as f64)
    };
    let best =
        case.refs.iter().map(against).reduce(|best, other| if closer(&other, &best) { other } else { best });
    best.map_or(Counts::None, |counts| Counts::Once(counts.into()))
}

fn edits(source: &str, rewrite: &str) -> HashSet<Key> {
    let edits = diff(source, &one_line(rewrite)).into_iter();
    edits.map(|edit| (edit.span.start, edit.span.end, edit.replacement)).collect()
}

/// Higher F0.5, then more right, fewer wrong, fewer missed. A row without edits on either side is perfect.
fn closer(one: &[f64; 3], other: &[f64; 3]) -> bool {
    let key = |counts: &[f64; 3]| {
        let perfect = counts[1] + counts[2] == 0.0;
        [if perfect { 1.0 } else { f05(counts) }, counts[0], -counts[1], -counts[2]]
    };
    key(one).partial_cmp(&key(other)).is_some_and(std::cmp::Ordering::is_gt)
}

/// NaN when no edit was made.
fn precision(sums: &[f64]) -> f64 {
    sums[0] / (sums[0] + sums[1])
}

/// NaN when none was wanted.
fn recall(sums: &[f64]) -> f64 {
    sums[0] / (sums[0] + sums[2])
}

/// 1.25·right / (1.25·right + 0.25·missed + wrong), which is (1 + β²)PR / (β²P + R) with β = 0.5.
fn f05(sums: &[f64]) -> f64 {
    1.25 * sums[0] / (1.25 * sums[0] + 0.25 * sums[2] + sums[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(src: &str, hyp: &str, refs: &[&str], expected: [f64; 3]) {
        let refs: Vec<String> = refs.iter().map(|&one| one.into()).collect();
        let case = Case { intent: "fix", src, refs: &refs, hyp, judged: None };
        assert_eq!(count(&case), Counts::Once(expected.into()), "{src:?} → {hyp:?}");
    }

    #[test]
    fn edits_are_counted_against_the_closest_reference() {
        let src = "She go to school every days and like it.";
        let both = "She goes to school every day and likes it.";
        check(src, both, &[both], [3.0, 0.0, 0.0]);
        check(src, src, &[both], [0.0, 0.0, 3.0]);
        check(src, "She goes to school every days and like it.", &[both], [1.0, 0.0, 2.0]);
        check(src, "She went to school every day and like it.", &[both], [1.0, 1.0, 2.0]);
        // The second reference has one edit only, and it was made.
        let one = "She goes to school every days and like it.";
        check(src, one, &[both, one], [1.0, 0.0, 0.0]);
        // Nothing to do and nothing done beats an edit that was not wanted.
        check(src, src, &[both, src], [0.0, 0.0, 0.0]);
        check(src, "She  go to school\nevery days and like it.", &[src], [0.0, 0.0, 0.0]);
    }

    #[test]
    fn f_is_the_weighted_harmonic_mean() {
        let sums = [6.0, 2.0, 6.0];
        let (p, r) = (precision(&sums), recall(&sums));
        assert!((p - 0.75).abs() < 1e-12 && (r - 0.5).abs() < 1e-12);
        assert!((f05(&sums) - 1.25 * p * r / (0.25 * p + r)).abs() < 1e-12);
        assert!(precision(&[0.0, 0.0, 3.0]).is_nan());
    }
}
