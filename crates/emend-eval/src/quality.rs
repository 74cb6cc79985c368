//! How good a single rewrite is, by a metric that is made for many.

use crate::metrics::{Case, Counts, Metric};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric;

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
}
