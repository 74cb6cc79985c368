//! Protected spans: what a reader would act on comes back, and nothing like it is made up.

use emend_text::{ProtectedKind, breach_of, protected};

use crate::{Judgement, Pair};

/// The share of protected spans that are right: kept / (kept + lost + invented).
pub(crate) fn judge(pair: &Pair<'_>) -> Judgement {
    kept(pair, |_| true)
}

/// The same, of the kinds that `which` picks.
pub(crate) fn kept(pair: &Pair<'_>, which: fn(ProtectedKind) -> bool) -> Judgement {
    let Some(breach) = breach_of(pair.source, pair.rewrite, pair.glossary, which) else {
        return Judgement::good();
    };
    let all = protected(pair.source, pair.glossary).iter().filter(|found| which(found.kind)).count();
    let right = all.saturating_sub(breach.lost.len()) as f32;
    let wrong = (breach.lost.len() + breach.invented.len()) as f32;
    let reason = match (breach.lost.first(), breach.invented.first()) {
        (Some(lost), Some(new)) => {
            format!("it says \u{201c}{new}\u{201d} where you wrote \u{201c}{lost}\u{201d}")
        }
        (Some(lost), None) => format!("\u{201c}{lost}\u{201d} is missing"),
        (_, new) => format!("\u{201c}{}\u{201d} is not in your text", new.map_or("", String::as_str)),
    };
    Judgement::because(right / (right + wrong), reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::tests::{check, judged};

    #[test]
    fn what_is_lost_or_made_up_lowers_the_share() {
        let found = |source, rewrite| judged(judge, "fix", source, rewrite);
        check(&found("We met 40 people on 3 May.", "On May 3 we met forty people."), 1.0, "");
        check(&found("We met 40 people at 10:30.", "We met 50 people at 10:30."), 0.33, "50");
        check(&found("Ask the Blue Fern.", "Ask the plant."), 0.0, "Blue Fern");
        check(&found("See you soon.", "See you at 9."), 0.0, "not in your text");
    }
}
