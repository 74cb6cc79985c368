//! Would a person keep this answer? What people wrote for the same text says so.

use emend_eval::{Row, closeness};

/// The label in words, for files and reports.
pub const LABEL: &str = "a rewrite is kept when it is no further than the text itself (and the large model's rewrite, \
    where there is one) from what people wrote, by chrF; the text itself is kept when somebody left it as it is (or, \
    where there is a large model, when its rewrite is no closer)";

/// Whether `hyp` would be kept as an answer to `row`.
///
/// The label of `1[metric(small) >= max(metric(large), metric(original))]`, with [`closeness`] as the metric.
pub(super) fn is_kept(row: &Row, hyp: &str, large: Option<&str>) -> bool {
    let unchanged = words(hyp).eq(words(&row.src));
    if unchanged && large.is_none() {
        return row.refs.iter().any(|reference| words(reference).eq(words(&row.src)));
    }
    let quality = |hyp: &str| closeness(row, hyp);
    let bar = large.map(quality).map_or(quality(&row.src), |large| large.max(quality(&row.src)));
    quality(hyp) >= bar - 1e-9
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(src: &str, refs: &[&str]) -> Row {
        Row { id: "0".into(), src: src.into(), refs: refs.iter().map(|&text| text.into()).collect() }
    }

    #[test]
    fn what_comes_closer_to_people_is_kept() {
        let row = row("He go to school every day .", &["He goes to school every day ."]);
        assert!(is_kept(&row, "He goes to school every day .", None));
        assert!(!is_kept(&row, "He go to a school every day .", None));
        assert!(!is_kept(&row, "He go to school  every day .", None), "nobody left it as it is");
    }

    #[test]
    fn good_texts_are_kept_as_they_are() {
        let row = row("She sings well .", &["She sings well .", "She sings nicely ."]);
        assert!(is_kept(&row, "She sings well .", None));
        assert!(!is_kept(&row, "She sing well .", None));
    }

    #[test]
    fn a_better_large_model_raises_the_bar() {
        let row = row("Then he go to school every days .", &["Then he goes to school every day ."]);
        let (original, half) = (row.src.clone(), "Then he goes to school every days .");
        assert!(is_kept(&row, half, None));
        assert!(is_kept(&row, half, Some(half)));
        assert!(!is_kept(&row, half, Some("Then he goes to school every day .")));
        assert!(!is_kept(&row, &original, Some(half)));
        assert!(is_kept(&row, &original, Some("Then he go to a school every days .")));
    }
}
