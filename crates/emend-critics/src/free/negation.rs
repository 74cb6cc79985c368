//! A "not" neither disappears nor appears.

use emend_text::changes_negation;

use crate::{Judgement, Pair};

/// 0 when one of the texts denies something and the other has nothing that could say the same.
pub(crate) fn judge(pair: &Pair<'_>) -> Judgement {
    if changes_negation(pair.source, pair.rewrite) {
        return Judgement::because(0.0, "one of the two texts says no where the other does not");
    }
    Judgement::good()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::tests::{check, judged};

    #[test]
    fn the_opposite_is_seen() {
        check(&judged(judge, "fix", "I do not agree.", "I agree."), 0.0, "says no");
        check(&judged(judge, "fix", "I dont agree.", "I do not agree."), 1.0, "");
    }
}
