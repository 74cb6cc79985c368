//! Style, meaning and fluency at once: a rewrite that fails in one is worth nothing.

use std::collections::HashSet;

use super::style_accuracy::civil;
use super::{Better, Case, Counts, Metric, Unit, percent};
use crate::tokens::{is_word, words};

pub(super) static JOINT: Metric = Metric {
    id: "joint",
    name: "Style · meaning · fluency",
    about: "mean over rows of the product of style accuracy (0 or 1), the judge's meaning score, and fluency (J of \
        Logacheva et al. 2022); fluency is 1 over 1 + flaws that the source does not have, a flaw being an empty \
        text, a repeated word or run of words, a lone bracket or quotation mark, or a lost full stop: a surface \
        check, because the judge has no score for it; for the intent `appropriate`.",
    tokens: "the judge's own; words and single marks for flaws",
    unit: Unit::Percent,
    better: Better::Higher,
    count,
    score: percent,
};

fn count(case: &Case<'_>) -> Counts {
    let (Some(civil), Some(judged)) = (civil(case), case.judged) else { return Counts::None };
    let style = f64::from(u8::from(civil));
    Counts::Once(vec![style * judged.meaning * fluency(case.src, case.hyp), 1.0])
}

/// 1 over 1 + new flaws.
fn fluency(src: &str, hyp: &str) -> f64 {
    let unfinished = usize::from(ends(src) && !ends(hyp));
    1.0 / (1 + unfinished + flaws(hyp).saturating_sub(flaws(src))) as f64
}

fn ends(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', '…', '"', '”', ')'])
}

fn flaws(text: &str) -> usize {
    let tokens: Vec<String> = words(text).into_iter().map(str::to_lowercase).collect();
    let spoken: Vec<&String> = tokens.iter().filter(|token| is_word(token)).collect();
    let doubled = tokens
        .windows(2)
        .filter(|two| {
            two[0] == two[1] && is_word(&two[0]) && !matches!(two[0].as_str(), "had" | "that" | "very")
        })
        .count();
    let mut seen = HashSet::new();
    let repeated = spoken.windows(4).filter(|run| !seen.insert(run.to_vec())).count();
    let lone = [('(', ')'), ('[', ']'), ('“', '”')]
        .iter()
        .filter(|(open, close)| text.matches(*open).count() != text.matches(*close).count())
        .count();
    let odd_quotes = text.matches('"').count() % 2;
    usize::from(spoken.is_empty()) + doubled + repeated.min(3) + lone + odd_quotes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(src: &str, hyp: &str, expected: f64) {
        assert!((fluency(src, hyp) - expected).abs() < 1e-12, "{hyp:?}: {}", fluency(src, hyp));
    }

    #[test]
    fn new_flaws_lower_fluency_and_those_of_the_source_do_not() {
        let src = "They are (all of them) late.";
        check(src, src, 1.0);
        check(src, "They are late.", 1.0);
        check(src, "They are are late.", 0.5);
        check(src, "They are (all of them late.", 0.5);
        check(src, "They are late", 0.5);
        check(src, "", 1.0 / 3.0);
        check("it is is bad", "it is is not good", 1.0);
    }
}
