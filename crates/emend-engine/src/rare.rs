//! Characters that a small model has hardly seen: emoji, marks, other scripts. It writes them byte by byte and may
//! lose or break them.

use std::collections::BTreeMap;

use crate::VetoReason;

/// Punctuation beyond ASCII that a rewrite may change like any other.
const TYPOGRAPHIC: &str = "“”‘’„‚«»‹›–—…·•\u{A0}\u{202F}";

/// What a decoder writes for bytes that are no character.
const BROKEN: char = '\u{FFFD}';

/// The rare characters that `draft` lacks, or the broken ones that it has and `original` does not.
pub(crate) fn lost(original: &str, draft: &str) -> Option<VetoReason> {
    let (before, after) = (rare(original), rare(draft));
    let more = |a: &BTreeMap<char, usize>, b: &BTreeMap<char, usize>, c: char| {
        a.get(&c).copied().unwrap_or_default() > b.get(&c).copied().unwrap_or_default()
    };
    let lost: Vec<String> =
        before.keys().filter(|&&c| more(&before, &after, c)).map(ToString::to_string).collect();
    let broken = more(&after, &before, BROKEN);
    if lost.is_empty() && !broken {
        return None;
    }
    let invented = if broken { vec![BROKEN.to_string()] } else { Vec::new() };
    Some(VetoReason::Protected { lost, invented })
}

/// How often each rare character stands in `text`. Latin letters are not rare: a spelling may change them.
fn rare(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in text.chars().filter(|c| !c.is_ascii() && *c > '\u{2AF}' && !TYPOGRAPHIC.contains(*c)) {
        *counts.entry(c).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(original: &str, draft: &str, passes: bool) {
        assert_eq!(lost(original, draft).is_none(), passes, "{original:?} -> {draft:?}");
    }

    #[test]
    fn a_lost_or_broken_character_is_noticed() {
        check("Well done 🎉🎉", "Well done 🎉", false);
        check("Cafe\u{301} is open.", "Cafe\u{FFFD} is open.", false);
        check("The 日本 office", "The office", false);
        check("A text.", "A te\u{FFFD}xt.", false);
    }

    #[test]
    fn spelling_and_punctuation_may_change() {
        check("The résume is “good”…", "The résumé is \"good\".", true);
        check("Well done 🎉", "Well done! 🎉", true);
        check("Already \u{FFFD} broken", "Already \u{FFFD} broken.", true);
    }
}
