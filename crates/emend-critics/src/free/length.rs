//! Length: as many words as the intent allows.

use emend_text::{Bounds, count_words};

use crate::{Judgement, Pair};

/// 1 inside the intent's window; outside, the shorter of actual and allowed length divided by the longer one.
///
/// Flat on top, unlike the triangular window of Zhu et al. 2023: the original is always a candidate, and leaving good
/// text alone must cost nothing.
pub(crate) fn judge(pair: &Pair<'_>) -> Judgement {
    let (before, after) = (count_words(pair.source), count_words(pair.rewrite));
    let allowed = Bounds::of(pair.instruction).words(before);
    let words = after as f32;
    if allowed.contains(words) {
        return Judgement::good();
    }
    let (score, way) =
        if words < allowed.min { (words / allowed.min, "fewer") } else { (allowed.max / words, "more") };
    let reason = format!("{after} words instead of {before} is {way} than you asked for");
    Judgement::because(score, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::tests::{check, judged};

    #[test]
    fn inside_the_window_everything_is_as_good() {
        let ten = "one two three four five six seven eight nine ten";
        check(&judged(judge, "fix", ten, ten), 1.0, "");
        check(&judged(judge, "fix", ten, "one two three four five six seven eight"), 1.0, "");
        // 0.8 · 10 − 3 = 5 words at least.
        check(&judged(judge, "fix", ten, "one two"), 0.4, "fewer");
        // 1.0 · 10 + 3 = 13 words at most.
        let long = format!("{ten} {ten} {ten}");
        check(&judged(judge, "shorter", ten, &long), 13.0 / 30.0, "more");
        check(&judged(judge, "fix", ten, ""), 0.0, "fewer");
        check(&judged(judge, "fix", "", ""), 1.0, "");
    }
}
