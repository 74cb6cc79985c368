//! Grammar rules before and after.

use emend_lint::Lint;

use crate::Judgement;

/// What the rules find in the two texts of a pair.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lints<'l> {
    pub(crate) before: &'l [Lint],
    pub(crate) after: &'l [Lint],
}

/// 1: nothing is left to find; 0.5: as much as before; towards 0 the more was added, towards 1 the more was resolved.
pub(crate) fn judge(lints: &Lints<'_>) -> Judgement {
    // House rules are put right whatever anybody thinks of the rewrite.
    let (before, after) = (errors(lints.before), errors(lints.after));
    let Some(first) = after.first() else { return Judgement::good() };
    let (less, more) = (before.len() as f32, after.len() as f32);
    let score = 0.5 + 0.5 * (less - more) / less.max(more);
    let count = after.len();
    let things = if count == 1 { "1 thing".to_owned() } else { format!("{count} things") };
    let message = first.message.trim_end_matches('.');
    let reason = format!("grammar rules find {things} ({} in your text): {message}", before.len());
    Judgement::because(score, reason)
}

fn errors(lints: &[Lint]) -> Vec<&Lint> {
    lints.iter().filter(|lint| !lint.is_house_rule()).collect()
}

#[cfg(test)]
mod tests {
    use emend_text::Span;

    use super::*;
    use crate::pair::tests::check;

    fn of(before: usize, after: usize) -> Judgement {
        let (before, after) = (vec![lint("Spelling"); before], vec![lint("Spelling"); after]);
        judge(&Lints { before: &before, after: &after })
    }

    fn lint(kind: &str) -> Lint {
        Lint {
            span: Span::new(0, 1),
            message: "Did you mean to spell it this way?".into(),
            rule: "ARule".into(),
            kind: kind.into(),
            suggestions: Vec::new(),
        }
    }

    #[test]
    fn house_rules_are_no_errors() {
        let (house, spelling) = (lint("HouseRule"), lint("Spelling"));
        check(&judge(&Lints { before: &[], after: std::slice::from_ref(&house) }), 1.0, "");
        let (before, after) = ([house.clone(), spelling.clone()], [spelling, house.clone(), house]);
        check(&judge(&Lints { before: &before, after: &after }), 0.5, "1 thing (1");
    }

    #[test]
    fn less_to_find_is_better() {
        check(&of(0, 0), 1.0, "");
        check(&of(3, 0), 1.0, "");
        check(&of(2, 2), 0.5, "2 things (2 in your text)");
        check(&of(4, 1), 0.875, "1 thing (4");
        check(&of(0, 2), 0.0, "Did you mean");
    }
}
