//! Changes where nobody would have changed anything.

use emend_text::{Span, diff};

use super::{Better, Case, Counts, Metric, Unit, percent};
use crate::tokens::one_line;

pub(super) static UNREQUESTED: Metric = Metric {
    id: "unrequested",
    name: "Unrequested changes",
    about: "share of rows with an edit in a place where no reference changes anything.",
    tokens: "edits of the application's word diff",
    unit: Unit::Percent,
    better: Better::Lower,
    count,
    score: percent,
};

fn count(case: &Case<'_>) -> Counts {
    let source = one_line(case.src);
    let places = |text: &str| diff(&source, &one_line(text)).into_iter().map(|edit| edit.span);
    let wanted: Vec<Span> = case.refs.iter().flat_map(|one| places(one)).collect();
    let touches = |a: Span, b: Span| a.start <= b.end && b.start <= a.end;
    let unrequested = places(case.hyp).any(|made| !wanted.iter().any(|&place| touches(made, place)));
    Counts::share(unrequested, !case.refs.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_correction_in_the_same_place_is_requested() {
        let (src, refs) = ("He go home every days.", ["He goes home every day.".to_owned()]);
        let counted = |hyp| count(&Case { intent: "fix", src, refs: &refs, hyp, judged: None });
        assert_eq!(counted("He went home every days."), Counts::share(false, true));
        assert_eq!(counted("He goes back home every day."), Counts::share(true, true));
        assert_eq!(counted("He go home every days, then."), Counts::share(false, true));
        assert_eq!(counted("She go home every days."), Counts::share(true, true));
        assert_eq!(counted("He go away every days."), Counts::share(true, true));
    }
}
