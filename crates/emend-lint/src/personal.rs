//! The personal dictionary wins over every rule, and brings rules of its own.
//!
//! Findings are filtered instead of teaching Harper the words: adding a word is then instant (rebuilding the
//! rules takes 0.1 s), terms of several words work, and no rule can still object to a word the person chose.

use emend_text::{OwnWord, Span};

use crate::{Lint, Suggestion};

/// What findings of the writer's own rules are called, and their family.
pub(crate) const HOUSE_RULE: &str = "HouseRule";

/// Where `text` has what a house rule writes otherwise.
pub(crate) fn house_rules<'w>(text: &'w str, words: &'w [OwnWord]) -> impl Iterator<Item = Lint> + 'w {
    words.iter().flat_map(move |word| {
        let OwnWord::Instead { old, new } = word else { return Vec::new() };
        let exact = old.chars().any(char::is_uppercase);
        let found = occurrences(text, old, exact).filter(|(from, to)| {
            // "in order to" → "in order to really" is done where it was done.
            is_word_edge(text, *from, *to) && !is_inside(text, *from, *to, new)
        });
        let lint = |(from, to): (usize, usize)| {
            let replacement = if exact { new.clone() } else { like(new, &text[from..to]) };
            Lint {
                span: Span::new(from, to),
                message: format!("Your rule: write “{new}” for “{old}”."),
                rule: HOUSE_RULE.to_owned(),
                kind: HOUSE_RULE.to_owned(),
                suggestions: vec![Suggestion { label: replacement.clone(), replacement }],
            }
        };
        found.map(lint).collect()
    })
}

/// `new` with a capital where `found`, which stands there, has one.
fn like(new: &str, found: &str) -> String {
    let mut letters = new.chars();
    match letters.next() {
        Some(first) if found.starts_with(char::is_uppercase) => first.to_uppercase().chain(letters).collect(),
        _ => new.to_owned(),
    }
}

fn is_inside(text: &str, from: usize, to: usize, whole: &str) -> bool {
    occurrences(text, whole, false).any(|(start, end)| start <= from && to <= end)
}

/// Whether the bytes `start..end` of `text` lie inside an occurrence of what one of `words` says is right.
///
/// A word in lower case matches in any case; a word with a capital matches exactly. A possessive ending
/// (`'s`, `’s`) after the word belongs to it.
pub(crate) fn covers(text: &str, start: usize, end: usize, words: &[OwnWord]) -> bool {
    words.iter().map(OwnWord::right).filter(|word| !word.is_empty()).any(|word| {
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
    use super::*;

    fn own(words: &[&str]) -> Vec<OwnWord> {
        words.iter().map(|word| OwnWord::parse(word)).collect()
    }

    #[track_caller]
    fn check(text: &str, found: &str, words: &[&str], expected: bool) {
        let start = text.find(found).expect("the found part stands in the text");
        assert_eq!(
            covers(text, start, start + found.len(), &own(words)),
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

    #[track_caller]
    fn check_ruled(text: &str, words: &[&str], expected: &str) {
        let own = own(words);
        let mut ruled = text.to_owned();
        let mut found: Vec<Lint> = house_rules(text, &own).collect();
        found.sort_by_key(|lint| std::cmp::Reverse(lint.span.start));
        for lint in found {
            ruled.replace_range(lint.span.start..lint.span.end, &lint.suggestions[0].replacement);
        }
        assert_eq!(ruled, expected);
        assert_eq!(house_rules(&ruled, &own).count(), 0, "what a rule wrote is not ruled again");
    }

    #[test]
    fn a_house_rule_writes_otherwise() {
        check_ruled("Utilise it; we utilised it.", &["utilise -> use"], "Use it; we utilised it.");
        check_ruled("In order to win, in order to.", &["in order to -> to"], "To win, to.");
        check_ruled("The Email and the email.", &["email -> e-mail"], "The E-mail and the e-mail.");
        check_ruled("The IT team and it.", &["IT -> ICT"], "The ICT team and it.");
        check_ruled("We use it.", &["use -> make use of"], "We make use of it.");
        check_ruled("Émile a dit.", &["émile -> paul"], "Paul a dit.");
    }

    #[test]
    fn what_a_rule_writes_is_right() {
        check("Our flurb works.", "flurb", &["thing -> flurb"], true);
        check("Our thing works.", "thing", &["thing -> flurb"], false);
    }
}
