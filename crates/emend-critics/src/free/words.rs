//! Words that nobody has ever written.

use emend_text::invented;

use crate::{Judgement, Pair};

/// 1 / (1 + n) for n words that stand neither in the source nor in the list of English words, nor in the glossary.
pub(crate) fn judge(pair: &Pair<'_>) -> Judgement {
    let mut made_up = invented(pair.source, pair.rewrite);
    made_up.retain(|word| !pair.glossary.has_word(word));
    match made_up.first() {
        Some(first) => {
            let reason = format!("\u{201c}{first}\u{201d} is not a word that we know");
            Judgement::because(1.0 / (1.0 + made_up.len() as f32), reason)
        }
        None => Judgement::good(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::tests::{check, judged};

    #[test]
    fn made_up_words_are_counted() {
        let found = |source, rewrite| judged(judge, "fix", source, rewrite);
        check(&found("tasks befor Friday", "tasks before Friday"), 1.0, "");
        check(&found("tasks befor Friday", "tasks isfor Friday"), 0.5, "isfor");
        check(&found("He come.", "He comess and gooess."), 0.33, "comess");
    }
}
