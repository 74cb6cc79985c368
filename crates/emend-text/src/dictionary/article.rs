//! "A" or "an" before a word that takes the place of another.

use crate::terms::starts_sentence;

/// What is to stand at `from`, and from where on: `new`, with the article before it where that has to become another one. What
/// stands before `free` is somebody else's.
pub(super) fn with_article(text: &str, free: usize, from: usize, new: String) -> (usize, String) {
    let ahead = text[..from].trim_end();
    let gap = &text[ahead.len()..from];
    let letters = ahead.char_indices().rev().take_while(|(_, c)| c.is_alphanumeric());
    let start = letters.last().map_or(ahead.len(), |(at, _)| at);
    let article = &ahead[start..];
    // "Grade A": a letter is no article.
    let is_letter = article.starts_with('A') && !starts_sentence(text, start);
    if start < free || gap.is_empty() || is_letter || !["a", "an"].contains(&article.to_lowercase().as_str())
    {
        return (from, new);
    }
    let right = match (takes_an(&new), article.starts_with('A')) {
        (true, false) => "an",
        (true, true) => "An",
        (false, false) => "a",
        (false, true) => "A",
    };
    if right == article { (from, new) } else { (start, format!("{right}{gap}{new}")) }
}

/// Whether a word begins with the sound of a vowel: its letters tell, but for a few.
fn takes_an(word: &str) -> bool {
    const SILENT: [&str; 5] = ["heir", "honest", "honor", "honour", "hour"];
    const CONSONANT: [&str; 12] =
        ["eu", "ewe", "once", "one ", "one-", "ubi", "uk", "uni", "ura", "use", "usu", "uti"];
    // "unit", but "unimportant".
    const NEGATED: [&str; 2] = ["unim", "unin"];
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let first: String = word.chars().take_while(|c| c.is_alphanumeric()).collect();
    if is_spelt_out(&first) {
        return first.to_uppercase().starts_with(|letter| "AEFHILMNORSX".contains(letter));
    }
    let word = word.to_lowercase();
    let begins = |with: &[&str]| with.iter().any(|start| word.starts_with(start));
    let consonant = word == "one" || (begins(&CONSONANT) && !begins(&NEGATED));
    let eight = word.starts_with('8') || ["11", "18"].contains(&first.as_str());
    (word.starts_with(['a', 'e', 'i', 'o', 'u']) && !consonant) || begins(&SILENT) || eight
}

/// Whether a word is a letter, or capitals that are read letter by letter ("MRI", not "RAM" or "NASA"): it begins as no word
/// does, or with a vowel, where it makes no difference but for "U".
fn is_spelt_out(word: &str) -> bool {
    let is_vowel = |letter: char| "AEIOUY".contains(letter);
    let mut letters = word.chars();
    let (first, second) = (letters.next(), letters.next());
    let is_letter = word.len() == 1 && word.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_capitals = word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && word.chars().filter(char::is_ascii_uppercase).count() > 1;
    is_letter
        || is_capitals
            && (first.is_some_and(is_vowel)
                || !word.contains(is_vowel)
                || (word.len() <= 3 && !second.is_some_and(is_vowel)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_not_letters() {
        for (word, an) in [
            ("pear", false),
            ("issue", true),
            ("hour", true),
            ("hour-long", true),
            ("house", false),
            ("user", false),
            ("unit", false),
            ("unimportant", true),
            ("one", false),
            ("one-off", false),
            ("onerous", true),
            ("HTML page", true),
            ("MRI", true),
            ("EU", true),
            ("USB stick", false),
            ("NASA", false),
            ("RAM", false),
            ("DVD", false),
            ("X-ray", true),
            ("“odd” one", true),
            ("ukulele", false),
            ("ubiquitous", false),
            ("8-bit", true),
            ("18", true),
            ("180", false),
            ("", false),
        ] {
            assert_eq!(takes_an(word), an, "{word}");
        }
    }

    #[test]
    fn an_article_that_fits_stays() {
        assert_eq!(with_article("A tool", 0, 2, "pear".into()), (2, "pear".into()));
        assert_eq!(with_article("A tool", 0, 2, "issue".into()), (0, "An issue".into()));
        assert_eq!(with_article("A tool", 1, 2, "issue".into()), (2, "issue".into()));
        assert_eq!(with_article("data", 0, 0, "issue".into()), (0, "issue".into()));
        assert_eq!(with_article("Data tool", 0, 5, "issue".into()), (5, "issue".into()));
        assert_eq!(with_article("Grade A tool", 0, 8, "issue".into()), (8, "issue".into()));
        assert_eq!(with_article("It is a\ntool", 0, 8, "issue".into()), (6, "an\nissue".into()));
    }
}
