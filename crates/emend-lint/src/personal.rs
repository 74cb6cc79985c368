//! The personal dictionary wins over every rule.
//!
//! Findings are filtered instead of teaching Harper the words: adding a word is then instant (rebuilding the
//! rules takes 0.1 s), terms of several words work, and no rule can still object to a word the person chose.

/// Whether the bytes `start..end` of `text` lie inside an occurrence of one of `words`.
///
/// A word in lower case matches in any case; a word with a capital matches exactly. A possessive ending
/// (`'s`, `’s`) after the word belongs to it.
pub(crate) fn covers(text: &str, start: usize, end: usize, words: &[String]) -> bool {
    words.iter().filter(|word| !word.is_empty()).any(|word| {
        let exact = word.chars().any(char::is_uppercase);
        occurrences(text, word, exact).any(|(from, to)| {
            let to = to + possessive(&text[to..]);
            from <= start && end <= to && is_word_edge(text, from, to)
        })
    })
}

fn occurrences<'t>(text: &'t str, word: &'t str, exact: bool) -> impl Iterator<Item = (usize, usize)> + 't {
    text.char_indices().filter_map(move |(at, _)| {
        let mut end = at;
        let mut rest = text[at..].chars();
        for expected in word.chars() {
            let found = rest.next()?;
            let same =
                if exact { found == expected } else { found.to_lowercase().eq(expected.to_lowercase()) };
            if !same {
                return None;
            }
            end += found.len_utf8();
        }
        Some((at, end))
    })
}

fn possessive(rest: &str) -> usize {
    ["'s", "’s"].iter().find(|ending| rest.starts_with(**ending)).map_or(0, |ending| ending.len())
}

fn is_word_edge(text: &str, from: usize, to: usize) -> bool {
    let before = text[..from].chars().next_back();
    let after = text[to..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[track_caller]
    fn check(text: &str, found: &str, words: &[&str], expected: bool) {
        let start = text.find(found).expect("the found part stands in the text");
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        assert_eq!(
            covers(text, start, start + found.len(), &words),
            expected,
            "{found:?} in {text:?}, {words:?}"
        );
    }

    #[test]
    fn a_lower_case_word_matches_in_any_case() {
        check("The Flurb is late.", "Flurb", &["flurb"], true);
    }

    #[test]
    fn a_capitalised_word_matches_exactly() {
        check("The flurb is late.", "flurb", &["Flurb"], false);
    }

    #[test]
    fn a_term_of_several_words_covers_each_of_them() {
        check("We sell Blorp as a Servise here.", "Servise", &["Blorp as a Servise"], true);
    }

    #[test]
    fn a_possessive_belongs_to_the_word() {
        check("Flurb's turn.", "Flurb's", &["Flurb"], true);
    }

    #[test]
    fn a_part_of_a_longer_word_is_not_the_word() {
        check("The flurbs are late.", "flurbs", &["flurb"], false);
    }
}
