//! How good a single rewrite is, by a metric that is made for many.

use crate::Row;
use crate::metrics::{Case, Counts, Metric, metric};

/// The metric's number for one row, by the reference that suits the rewrite best; `None` where it has nothing to say: there
/// is no reference, or no judge.
pub fn quality(metric: &Metric, case: &Case<'_>) -> Option<f64> {
    let best = match (metric.count)(case) {
        Counts::None => f64::NAN,
        Counts::Once(counts) => (metric.score)(&counts),
        Counts::PerReference(each) => {
            each.iter().map(|counts| (metric.score)(counts)).fold(f64::NAN, f64::max)
        }
    };
    (!best.is_nan()).then_some(best)
}

/// chrF (Popović 2015) against the closest reference, 0 to 100.
///
/// Of a single sentence, SARI prefers almost any change to none, and GLEU and BLEU are 0 as soon as four words in a row
/// are right nowhere; runs of letters tell small steps apart.
pub fn closeness(row: &Row, hyp: &str) -> f64 {
    let Some(chrf) = metric("chrf") else { return 0.0 };
    let case = Case { intent: "fix", src: &row.src, refs: &row.refs, hyp, judged: None };
    quality(chrf, &case).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_number_of_its_best_reference() {
        let refs = ["He goes home .".to_owned(), "He went home .".to_owned()];
        let of = |id, hyp, refs| {
            quality(
                metric(id).unwrap(),
                &Case { intent: "fix", src: "He go home .", refs, hyp, judged: None },
            )
        };
        assert_eq!(of("exact_match", "He went home .", &refs[..]), Some(100.0));
        assert_eq!(of("exact_match", "He go home .", &refs), Some(0.0));
        assert!(of("gleu", "He goes home .", &refs).unwrap() > of("gleu", "He go home .", &refs).unwrap());
        assert_eq!(of("exact_match", "He goes home .", &[]), None, "no reference");
        assert_eq!(of("joint", "He goes home .", &refs), None, "no judge");
    }

    #[test]
    fn the_reference_itself_is_closest() {
        let refs = vec!["He goes to school every day .".to_owned()];
        let row = Row { id: "0".into(), src: "He go to school every day .".into(), refs };
        let (good, none, bad) = (
            closeness(&row, "He goes to school every day ."),
            closeness(&row, "He go to school every day ."),
            closeness(&row, "He go to the school every days ."),
        );
        assert!((good - 100.0).abs() < 1e-9 && good > none && none > bad, "{good} {none} {bad}");
    }
}
