//! Numbers, amounts, dates and times stay what they are.

use emend_text::ProtectedKind;

use super::protected::kept;
use crate::{Judgement, Pair};

/// The share that is right, as for all protected spans.
pub(crate) fn judge(pair: &Pair<'_>) -> Judgement {
    kept(pair, is_number)
}

/// Whether a protected span is a figure of some sort.
pub(crate) fn is_number(kind: ProtectedKind) -> bool {
    use ProtectedKind::{Date, Money, Number, Time};
    matches!(kind, Number | Money | Date | Time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::tests::{check, judged};

    #[test]
    fn only_numbers_count() {
        let found = |source, rewrite| judged(judge, "fix", source, rewrite);
        check(&found("Pay 20 euros at shop.example.", "Pay 20 euros."), 1.0, "");
        check(&found("Pay 20 euros.", "Pay 30 euros."), 0.0, "30");
    }
}
