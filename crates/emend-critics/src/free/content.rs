//! Words that said something and are gone.

use emend_text::dropped;

use crate::{Judgement, Pair};

/// 1 / (1 + n) for n words of the source that were dropped and not said otherwise.
pub(crate) fn judge(pair: &Pair<'_>) -> Judgement {
    let lost = dropped(pair.source, pair.rewrite);
    match lost.first() {
        Some(first) => {
            let reason = format!("\u{201c}{first}\u{201d} is missing");
            Judgement::because(1.0 / (1.0 + lost.len() as f32), reason)
        }
        None => Judgement::good(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::tests::{check, judged};

    #[test]
    fn dropped_words_are_counted() {
        let found = |source, rewrite| judged(judge, "fix", source, rewrite);
        check(&found("the tasks befor Friday", "the tasks before Friday"), 1.0, "");
        check(&found("the tasks befor Friday", "the tasks before"), 0.5, "Friday");
        check(&found("Red apples and green pears fall.", "Apples fall."), 0.33, "green");
    }
}
