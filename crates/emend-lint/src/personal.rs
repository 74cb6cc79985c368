//! The personal dictionary wins over every rule, and brings rules of its own.
//!
//! Findings are filtered instead of teaching Harper the words: adding a word is then instant (rebuilding the
//! rules takes 0.1 s), terms of several words work, and no rule can still object to a word the person chose.

use emend_text::{OwnWord, Span};

use crate::{Lint, Suggestion};

/// What findings of the writer's own rules are called, and their family.
pub(crate) const HOUSE_RULE: &str = "HouseRule";

/// Where `text` has what a house rule writes otherwise. Inside of what another entry says is right, nothing is.
pub(crate) fn house_rules<'w>(text: &'w str, words: &'w [OwnWord]) -> impl Iterator<Item = Lint> + 'w {
    let lower = text.to_lowercase();
    words.iter().flat_map(move |word| {
        let OwnWord::Instead { old, new } = word else { return Vec::new() };
        // Most of a long list is not in a text.
        if !lower.contains(&old.to_lowercase()) {
            return Vec::new();
        }
        let exact = old.chars().any(char::is_uppercase);
        let found = occurrences(text, old, exact).filter(|&(from, to)| {
            // "in order to" → "in order to really" is done where it was done.
            is_word_edge(text, from, to)
                && !is_joined(text, from, to)
                && !is_inside(text, from, to, new)
                && !words
                    .iter()
                    .any(|word| matches!(word, OwnWord::Right(right) if is_inside(text, from, to, right)))
        });
        let lint = |(from, to): (usize, usize)| {
            let (from, replacement) = with_article(text, from, like(new, &text[from..to], exact));
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

/// `new` with the capitals of `found`, which stands there, unless the rule asks for certain ones.
fn like(new: &str, found: &str, exact: bool) -> String {
    let mut letters = new.chars();
    let shouts = found.chars().count() > 1 && !found.chars().any(char::is_lowercase);
    match letters.next() {
        _ if exact || new.chars().any(char::is_uppercase) => new.to_owned(),
        _ if shouts && found.chars().any(char::is_uppercase) => new.to_uppercase(),
        Some(first) if found.starts_with(char::is_uppercase) => first.to_uppercase().chain(letters).collect(),
        _ => new.to_owned(),
    }
}

/// What is to stand at `from`, and from where on: with the article before it, where that has to become another one.
fn with_article(text: &str, from: usize, new: String) -> (usize, String) {
    let before = &text[..from];
    let article = ["a ", "an "].into_iter().find(|article| {
        let start = from.checked_sub(article.len()).filter(|&start| before.is_char_boundary(start));
        start.is_some_and(|at| {
            before[at..].eq_ignore_ascii_case(article) && !before[..at].ends_with(char::is_alphanumeric)
        })
    });
    let Some(article) = article else { return (from, new) };
    let right = if takes_an(&new) { "an " } else { "a " };
    if right == article {
        return (from, new);
    }
    let start = from - article.len();
    (start, like(right, &text[start..=start], false) + &new)
}

/// Whether a word begins with the sound of a vowel: its letters tell, but for a few.
fn takes_an(word: &str) -> bool {
    const SILENT: [&str; 5] = ["heir", "honest", "honor", "honour", "hour"];
    const CONSONANT: [&str; 9] = ["eu", "ewe", "once", "one ", "one-", "uni", "use", "usu", "uti"];
    // "unit", but "unimportant".
    const NEGATED: [&str; 2] = ["unim", "unin"];
    let word = word.to_lowercase();
    let begins = |with: &[&str]| with.iter().any(|start| word.starts_with(start));
    let consonant = word == "one" || (begins(&CONSONANT) && !begins(&NEGATED));
    (word.starts_with(['a', 'e', 'i', 'o', 'u']) && !consonant) || begins(&SILENT)
}

/// Whether an apostrophe or a hyphen makes it a part of another word ("can't", "e-mail").
fn is_joined(text: &str, from: usize, to: usize) -> bool {
    let joins = |c: char| matches!(c, '\'' | '’' | '-' | '‑');
    let mut after = text[to..].chars();
    let mut before = text[..from].chars().rev();
    (after.next().is_some_and(joins) && after.next().is_some_and(char::is_alphanumeric))
        || (before.next().is_some_and(joins) && before.next().is_some_and(char::is_alphanumeric))
}

fn is_inside(text: &str, from: usize, to: usize, whole: &str) -> bool {
    let exact = whole.chars().any(char::is_uppercase);
    occurrences(text, whole, exact).any(|(start, end)| start <= from && to <= end)
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
        check_ruled("UTILISE THE TOOL.", &["utilise -> use", "tool -> iPad"], "USE THE iPad.");
    }

    #[test]
    fn the_article_goes_with_the_word() {
        check_ruled("An apple and an orange.", &["apple -> pear", "orange -> lemon"], "A pear and a lemon.");
        check_ruled(
            "He bought a tool for a bug.",
            &["tool -> instrument", "bug -> issue"],
            "He bought an instrument for an issue.",
        );
        check_ruled("An hour, a customer.", &["hour -> unit", "customer -> user"], "A unit, a user.");
        check_ruled(
            "A small gift, a big one.",
            &["small -> unimportant", "big -> one-off"],
            "An unimportant gift, a one-off one.",
        );
        check_ruled("Data apple.", &["apple -> pear"], "Data pear.");
    }

    #[test]
    fn parts_of_other_words_and_of_right_terms_are_left() {
        check_ruled("We can't mail an e-mail.", &["can -> may", "mail -> post"], "We can't post an e-mail.");
        let own = ["initiative -> effort", "Open Source Initiative"];
        check_ruled(
            "The Open Source Initiative took the initiative.",
            &own,
            "The Open Source Initiative took the effort.",
        );
        check_ruled("We utilise it.", &["utilise", "utilise -> use"], "We utilise it.");
    }

    #[test]
    fn what_a_rule_writes_is_right() {
        check("Our flurb works.", "flurb", &["thing -> flurb"], true);
        check("Our thing works.", "thing", &["thing -> flurb"], false);
    }
}
