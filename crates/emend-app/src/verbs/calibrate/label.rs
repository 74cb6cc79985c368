//! Would a person keep this answer? What people wrote for the same text says so.

use emend_eval::{Case, Judge, quality};

use super::LabelledSet;

/// The label in words, for files and reports.
pub const LABEL: &str = "a rewrite is kept when it is no worse than the text itself (and the large model's rewrite, where \
    there is one), by the metric that stands for the set; the text itself is kept when somebody left it as it is (or, where \
    there is a large model, when its rewrite is no better)";

/// Whether `hyp` would be kept as the answer to row `number` of a set; `None` where its metric has nothing to say.
///
/// The label of `1[metric(small) >= max(metric(large), metric(original))]`.
pub(super) fn is_kept(set: &LabelledSet, judge: Option<&Judge>, number: usize, hyp: &str) -> Option<bool> {
    let row = set.rows.get(number)?;
    let large = set.large.as_ref().and_then(|large| large.get(number));
    let of = |hyp: &str| {
        let judged = judge.map(|judge| judge.judge(&row.src, hyp));
        let (src, refs, judged) = (row.src.as_str(), row.refs.as_slice(), judged.as_ref());
        quality(set.metric, &Case { intent: set.intent.id, src, refs, hyp, judged })
    };
    let (own, original) = (of(hyp)?, of(&row.src)?);
    let Some(large) = large else {
        let unchanged = words(hyp).eq(words(&row.src));
        let left_alone = || row.refs.iter().any(|reference| words(reference).eq(words(&row.src)));
        return Some(if unchanged { left_alone() } else { own >= original - 1e-9 });
    };
    Some(own >= original.max(of(large)?) - 1e-9)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

#[cfg(test)]
mod tests {
    use emend_eval::{Row, metric};
    use emend_text::intent;

    use super::*;

    fn kept(src: &str, refs: &[&str], hyp: &str, large: Option<&str>) -> bool {
        let row =
            Row { id: "0".into(), src: src.into(), refs: refs.iter().map(|&text| text.into()).collect() };
        let set = LabelledSet {
            name: "own".into(),
            intent: intent("fix").unwrap(),
            rows: vec![row],
            metric: metric("chrf").unwrap(),
            large: large.map(|text| vec![text.to_owned()]),
        };
        is_kept(&set, None, 0, hyp).unwrap()
    }

    #[test]
    fn what_comes_closer_to_people_is_kept() {
        let (src, refs) = ("He go to school every day .", ["He goes to school every day ."]);
        assert!(kept(src, &refs, "He goes to school every day .", None));
        assert!(!kept(src, &refs, "He go to a school every day .", None));
        assert!(!kept(src, &refs, "He go to school  every day .", None), "nobody left it as it is");
    }

    #[test]
    fn good_texts_are_kept_as_they_are() {
        let (src, refs) = ("She sings well .", ["She sings well .", "She sings nicely ."]);
        assert!(kept(src, &refs, "She sings well .", None));
        assert!(!kept(src, &refs, "She sing well .", None));
    }

    #[test]
    fn a_better_large_model_raises_the_bar() {
        let (src, refs) = ("Then he go to school every days .", ["Then he goes to school every day ."]);
        let half = "Then he goes to school every days .";
        assert!(kept(src, &refs, half, None));
        assert!(kept(src, &refs, half, Some(half)));
        assert!(!kept(src, &refs, half, Some("Then he goes to school every day .")));
        assert!(!kept(src, &refs, src, Some(half)));
        assert!(kept(src, &refs, src, Some("Then he go to a school every days .")));
    }

    #[test]
    fn a_metric_that_has_nothing_to_say_gives_no_label() {
        let mut set = LabelledSet {
            name: "own".into(),
            intent: intent("fix").unwrap(),
            rows: vec![Row { id: "0".into(), src: "He go .".into(), refs: Vec::new() }],
            metric: metric("chrf").unwrap(),
            large: None,
        };
        assert_eq!(is_kept(&set, None, 0, "He goes ."), None, "no reference");
        (set.intent, set.metric) = (intent("formal").unwrap(), metric("moved").unwrap());
        assert_eq!(is_kept(&set, None, 0, "He goes ."), None, "no judge");
        assert_eq!(is_kept(&set, None, 1, "He goes ."), None, "no such row");
    }
}
