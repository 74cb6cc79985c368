//! What was shown and what was decided about it: plain values that the application fills in.

use std::ops::Range;

use super::Asked;

/// A text with everything that was shown for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The text and what was wanted.
    pub asked: Asked,
    /// The rewrites that were shown.
    pub candidates: Vec<Candidate>,
}

/// A rewrite, as the edits that lead to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// In text order; no two overlap.
    pub edits: Vec<Edit>,
}

/// An edit with what was decided about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Bytes of the text that it replaces.
    pub range: Range<usize>,
    /// What stands there.
    pub original: String,
    /// What would stand there.
    pub replacement: String,
    /// All decisions in the order in which they were made; the last one counts. Empty when nobody decided.
    pub decisions: Vec<Decision>,
}

/// One decision about one edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub choice: Choice,
    /// When, Unix milliseconds.
    pub decided: i64,
}

/// What a person can do with an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Took it.
    Accepted,
    /// Left the original.
    Rejected,
    /// Wrote this there.
    EditedTo(String),
    /// Asked for another one.
    Another,
}

/// `source` with the texts in place of the ranges. `None` when a range does not fit: outside of the text, inside a
/// character, or before the end of the one in front of it.
pub(super) fn compose<'t>(
    source: &str,
    replaced: impl Iterator<Item = (&'t Range<usize>, &'t str)>,
) -> Option<String> {
    let mut text = String::with_capacity(source.len());
    let mut at = 0;
    for (range, replacement) in replaced {
        text.push_str(source.get(at..range.start)?);
        source.get(range.clone())?;
        text.push_str(replacement);
        at = range.end;
    }
    text.push_str(source.get(at..)?);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ranges_of_the_text_can_be_replaced() {
        let with = |source: &str, ranges: &[(Range<usize>, &str)]| {
            compose(source, ranges.iter().map(|(range, text)| (range, *text)))
        };
        assert_eq!(with("He go.", &[]).as_deref(), Some("He go."));
        assert_eq!(with("He go.", &[(0..2, "We"), (5..6, "!")]).as_deref(), Some("We go!"));
        assert_eq!(with("He go.", &[(2..2, " all")]).as_deref(), Some("He all go."));
        assert_eq!(with("He go.", &[(3..9, "")]), None);
        assert_eq!(with("Né.", &[(1..2, "")]), None);
        assert_eq!(with("He go.", &[(3..5, "a"), (4..6, "b")]), None);
    }
}
