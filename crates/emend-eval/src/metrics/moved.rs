//! Rewrites that moved in the direction that was asked for.

use super::{Better, Case, Counts, Metric, Unit, percent};
use crate::judge::Judged;
use crate::signals::{Way, signal};

pub(super) static BY_SIGNAL: Metric = Metric {
    id: "moved_by_signal",
    name: "Moved as asked, by the surface",
    about: "share of rows in which the intent's surface signal (reports name it) moved the way that was asked for.",
    tokens: "the signal's own",
    unit: Unit::Percent,
    better: Better::Higher,
    count: |case| share(by_signal(case)),
    score: percent,
};

pub(super) static BY_JUDGE: Metric = Metric {
    id: "moved_by_judge",
    name: "Moved as asked, by the judge",
    about: "share of rows in which the judge's score for the intent moved the way that was asked for.",
    tokens: "character n-grams of the judge",
    unit: Unit::Percent,
    better: Better::Higher,
    count: |case| share(by_judge(case)),
    score: percent,
};

pub(super) static BY_BOTH: Metric = Metric {
    id: "moved",
    name: "Moved as asked, meaning kept",
    about: "share of rows that moved as asked by the surface signal and by the judge (where it has a score for the \
        intent), with a meaning score of 0.6 or more: three of five on the scale of STS, roughly equivalent. \
        Unrelated texts fall below; a text that lost a clause, even half of itself, mostly does not.",
    tokens: "the signal's and the judge's own",
    unit: Unit::Percent,
    better: Better::Higher,
    count: |case| share(by_both(case)),
    score: percent,
};

/// Least score for a meaning that was kept.
const MEANT: f64 = 0.6;

/// The judge's head for an intent, and which way its score should go.
static JUDGED: &[(&str, &str, Way)] = &[
    ("simpler", "simplicity", Way::Up),
    ("formal", "formality", Way::Up),
    ("friendly", "friendliness", Way::Up),
    ("polite", "politeness", Way::Up),
    ("neutral", "neutrality", Way::Up),
    ("appropriate", "toxicity", Way::Down),
];

/// How far the judge finds a rewrite to be what `intent` asks for, from 0 to 1; `None` where it has no opinion.
pub fn judged_for(intent: &str, judged: &Judged) -> Option<f64> {
    let (_, head, way) = JUDGED.iter().find(|(id, _, _)| *id == intent)?;
    let score = *judged.hyp.get(*head)?;
    Some(match way {
        Way::Up => score,
        Way::Down => 1.0 - score,
    })
}

fn share(moved: Option<bool>) -> Counts {
    moved.map_or(Counts::None, |moved| Counts::share(moved, true))
}

fn by_signal(case: &Case<'_>) -> Option<bool> {
    let (signal, way) = signal(case.intent)?;
    Some(way.moved((signal.value)(case.src), (signal.value)(case.hyp)))
}

fn by_judge(case: &Case<'_>) -> Option<bool> {
    let judged = case.judged?;
    let (_, head, way) = JUDGED.iter().find(|(intent, _, _)| *intent == case.intent)?;
    Some(way.moved(*judged.src.get(*head)?, *judged.hyp.get(*head)?))
}

fn by_both(case: &Case<'_>) -> Option<bool> {
    let kept = case.judged?.meaning >= MEANT;
    Some(by_signal(case)? && by_judge(case).unwrap_or(true) && kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_must_say_so_and_the_meaning_must_stay() {
        let judged = |from, to, meaning| Judged {
            src: [("formality".to_owned(), from)].into(),
            hyp: [("formality".to_owned(), to)].into(),
            meaning,
        };
        let (src, hyp) = ("I can't come!", "I cannot come.");
        let of = |hyp, judged: &Judged| {
            by_both(&Case { intent: "formal", src, refs: &[], hyp, judged: Some(judged) })
        };
        assert_eq!(of(hyp, &judged(0.2, 0.7, 0.9)), Some(true));
        assert_eq!(of(hyp, &judged(0.7, 0.2, 0.9)), Some(false));
        assert_eq!(of(hyp, &judged(0.2, 0.7, 0.5)), Some(false));
        assert_eq!(of(src, &judged(0.2, 0.7, 0.9)), Some(false));
        let case = Case { intent: "formal", src, refs: &[], hyp, judged: None };
        assert_eq!((by_signal(&case), by_judge(&case), by_both(&case)), (Some(true), None, None));
        assert_eq!(by_signal(&Case { intent: "fix", ..case }), None);
    }
}
