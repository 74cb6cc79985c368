//! What nobody takes, whatever their taste.

use emend_text::{Glossary, breach};

use super::styles::words;

/// Letters from which on a word is taken to carry meaning, and those that two forms of it share.
const CARRIES: usize = 6;
const STEM: usize = 4;

/// Whether the rewrite breaks a protected span or obviously says something else: less than half of the long words of one
/// come back in the other. A sign on the surface; the judge of the bench is not asked.
pub(super) fn spoiled(source: &str, rewrite: &str) -> bool {
    breach(source, rewrite, &Glossary::default()).is_some() || lost(source, rewrite) || lost(rewrite, source)
}

fn lost(from: &str, to: &str) -> bool {
    let stem = |word: String| word.chars().take(STEM).collect::<String>();
    let there: Vec<String> = words(to).map(stem).collect();
    let carry: Vec<String> = words(from).filter(|word| word.chars().count() >= CARRIES).map(stem).collect();
    let back = carry.iter().filter(|word| there.contains(word)).count();
    2 * back < carry.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_lost_or_made_up() {
        let source = "The library closes at 6 p.m. on Fridays.";
        for (rewrite, expected) in [
            ("On Fridays the library closes at 6 p.m.", false),
            ("On Fridays, the library is open until 6 p.m.", false),
            ("The library closes at 7 p.m. on Fridays.", true),
            ("It shuts at 6 p.m.", true),
            (
                "The library closes at 6 p.m. on Fridays, because nobody reads printed novels these days.",
                true,
            ),
            (source, false),
        ] {
            assert_eq!(spoiled(source, rewrite), expected, "{rewrite}");
        }
        assert!(!spoiled("So it is.", "It is so."), "no long word, nothing to lose");
    }
}
