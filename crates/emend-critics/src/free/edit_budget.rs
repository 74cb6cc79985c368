//! Edit budget: no more of the text changes than the intent asks for.

use emend_text::{Bounds, count_words, diff};

use crate::{Judgement, Pair};

/// 1 within the budget; beyond it, allowed words divided by changed words. Counted are words of the source that are
/// replaced or removed. Flat on top, as for the length.
pub(crate) fn judge(pair: &Pair<'_>) -> Judgement {
    let words = count_words(pair.source);
    let changed: usize = diff(pair.source, pair.rewrite)
        .iter()
        .map(|edit| count_words(&pair.source[edit.span.start..edit.span.end]))
        .sum();
    let allowed = Bounds::of(pair.instruction).most_changed(words);
    if changed as f32 <= allowed {
        return Judgement::good();
    }
    let reason = format!("{changed} of your {words} words change, which is more than you asked for");
    Judgement::because(allowed / changed as f32, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::tests::{check, judged};

    #[test]
    fn a_repair_that_rewrites_is_over_budget() {
        let source = "The committee have decided to postpone the meeting until next week because of rain.";
        let fixed = "The committee has decided to postpone the meeting until next week because of rain.";
        let other = "Members chose waiting seven more days, since storms were near and roads had flooded.";
        check(&judged(judge, "fix", source, fixed), 1.0, "");
        assert!(judged(judge, "fix", source, other).score < 0.8);
        check(&judged(judge, "paraphrase", source, other), 1.0, "");
    }
}
