//! Words that a wish names literally.

use std::fmt;

/// Words to be mentioned or avoided: one line, trimmed, 1 to 200 bytes, without quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase(String);

impl Phrase {
    /// The longest phrase, in bytes.
    pub const LONGEST: usize = 200;

    /// A phrase, if `words` are one.
    pub fn new(words: &str) -> Option<Phrase> {
        let words = words.trim();
        let fits = !words.is_empty() && words.len() <= Self::LONGEST;
        (fits && !words.contains(['"', '\u{201c}', '\u{201d}']) && !words.chars().any(char::is_control))
            .then(|| Phrase(words.to_owned()))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `text` has the words, in any case, not as parts of longer ones.
    pub fn stands_in(&self, text: &str) -> bool {
        let (text, words) = (text.to_lowercase(), self.0.to_lowercase());
        text.match_indices(&words).any(|(at, found)| {
            let before = text[..at].chars().next_back();
            let after = text[at + found.len()..].chars().next();
            let joins = |edge: Option<char>, own: Option<char>| {
                edge.is_some_and(char::is_alphanumeric) && own.is_some_and(char::is_alphanumeric)
            };
            !joins(before, found.chars().next()) && !joins(after, found.chars().next_back())
        })
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_whole_words_in_any_case() {
        let phrase = Phrase::new(" on Monday ").unwrap();
        assert!(phrase.stands_in("We meet ON MONDAY."));
        assert!(!phrase.stands_in("We meet on Mondays."));
        assert!(Phrase::new("C++").unwrap().stands_in("in C++, as ever"));
        for none in ["", "  ", "a\nb", "say \"x\"", &"x".repeat(201)] {
            assert_eq!(Phrase::new(none), None, "{none:?}");
        }
    }
}
