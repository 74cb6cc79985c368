//! What people are known to misspell, and what they mean by it.

use typos_dict::WORD as MISSPELLINGS;
use unicase::UniCase;

/// What `word` is known to be a misspelling of, the likeliest first, with the capital that it has.
pub(crate) fn meant_by(word: &str) -> Vec<String> {
    let meant = MISSPELLINGS.find(&UniCase::new(word)).copied().unwrap_or_default();
    meant.iter().map(|meant| as_written(word, meant)).collect()
}

/// `meant` with the capital that `word` has.
fn as_written(word: &str, meant: &str) -> String {
    let mut letters = meant.chars();
    match letters.next() {
        Some(first) if word.starts_with(char::is_uppercase) => first.to_uppercase().chain(letters).collect(),
        _ => meant.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_is_known_whatever_its_capital() {
        assert_eq!(meant_by("Becuase"), ["Because"]);
        assert_eq!(meant_by("teh"), ["the"]);
        assert!(meant_by("because").is_empty() && meant_by("upregulated").is_empty());
    }
}
