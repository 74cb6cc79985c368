//! Would a person keep this answer? What people wrote for the same text says so.

use emend_eval::{Case, Judge, quality};

use super::LabelledSet;

/// The label in words, for files and reports.
pub const LABEL: &str = "a rewrite is kept when it is better than the text itself, by the metric that suits the set; the text \
    itself is kept when somebody left it as it is";

/// How good an answer to a text is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// Whether a person would keep it: `1[metric(answer) > metric(original)]`.
    pub kept: bool,
    /// Its quality by the metric of its set, from 0 to 100.
    pub quality: f64,
}

/// What both models' answers to a text are worth. The large one has no part in the small one's label: whether an answer is
/// good and whether another would be better are two questions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answers {
    /// The small model's.
    pub small: Worth,
    /// The large model's, if it has one.
    pub large: Option<Worth>,
}

/// What `hyp`, the small model's answer to row `number` of a set, and the large one's are worth; `None` where the set's metric
/// has nothing to say.
pub fn worth(set: &LabelledSet, judge: Option<&Judge>, number: usize, hyp: &str) -> Option<Answers> {
    let row = set.rows.get(number)?;
    let of = |hyp: &str| {
        let judged = judge.map(|judge| judge.judge(&row.src, hyp));
        let (src, refs, judged) = (row.src.as_str(), row.refs.as_slice(), judged.as_ref());
        quality(set.metric, &Case { intent: set.intent.id, src, refs, hyp, judged })
    };
    let original = of(&row.src)?;
    let worth = |hyp: &str| {
        let quality = of(hyp)?;
        let kept = if words(hyp).eq(words(&row.src)) {
            row.refs.iter().any(|reference| words(reference).eq(words(&row.src)))
        } else {
            quality > original + 1e-9
        };
        Some(Worth { kept, quality })
    };
    let large = set.large.as_ref().and_then(|large| worth(large.texts.get(number)?));
    Some(Answers { small: worth(hyp)?, large })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

#[cfg(test)]
mod tests {
    use emend_eval::{Row, metric};
    use emend_text::intent;

    use super::super::LargeRewrites;
    use super::*;

    fn found(src: &str, refs: &[&str], hyp: &str, large: Option<&str>) -> Answers {
        let row =
            Row { id: "0".into(), src: src.into(), refs: refs.iter().map(|&text| text.into()).collect() };
        let large = large.map(|text| LargeRewrites { model: "tiny".into(), texts: vec![text.to_owned()] });
        let (intent, metric) = (intent("fix").unwrap(), metric("chrf").unwrap());
        worth(&LabelledSet { name: "own".into(), intent, rows: vec![row], metric, large }, None, 0, hyp)
            .unwrap()
    }

    #[test]
    fn what_comes_closer_to_people_is_kept() {
        let (src, refs) = ("He go to school every day .", ["He goes to school every day ."]);
        assert!(found(src, &refs, "He goes to school every day .", None).small.kept);
        assert!(!found(src, &refs, "He go to a school every day .", None).small.kept);
        assert!(
            !found(src, &refs, "He go to school  every day .", None).small.kept,
            "nobody left it as it is"
        );
    }

    #[test]
    fn good_texts_are_kept_as_they_are() {
        let (src, refs) = ("She sings well .", ["She sings well .", "She sings nicely ."]);
        assert!(found(src, &refs, "She sings well .", None).small.kept);
        assert!(!found(src, &refs, "She sing well .", None).small.kept);
    }

    #[test]
    fn the_large_model_is_measured_beside_it() {
        let (src, refs) = ("Then he go to school every days .", ["Then he goes to school every day ."]);
        let half = "Then he goes to school every days .";
        let gain = |large| {
            let Answers { small, large } = found(src, &refs, half, large);
            Some(large?.quality - small.quality)
        };
        assert_eq!(gain(None), None);
        assert_eq!(gain(Some(half)), Some(0.0));
        assert!(gain(Some(refs[0])) > Some(0.5) && gain(Some(src)) < Some(-0.5));
        let both = found(src, &refs, half, Some(refs[0]));
        assert!(both.small.kept, "better than the text, though not as good as can be");
        assert!(both.large.unwrap().kept && !found(src, &refs, half, Some(src)).large.unwrap().kept);
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
        assert_eq!(worth(&set, None, 0, "He goes ."), None, "no reference");
        (set.intent, set.metric) = (intent("formal").unwrap(), metric("moved").unwrap());
        assert_eq!(worth(&set, None, 0, "He goes ."), None, "no judge");
        assert_eq!(worth(&set, None, 1, "He goes ."), None, "no such row");
    }
}
