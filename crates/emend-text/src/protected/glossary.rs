//! The writer's own terms: names and jargon that a rewrite must keep as they are.

use std::collections::HashMap;

use super::{Found, ProtectedKind};
use crate::chars::{after, before, is_unspaced, joins_words};
use crate::span::Span;

/// Terms that a rewrite must keep, of one word or several.
///
/// A term written in lower case matches in any case ("machine learning" also as a heading). A term with a capital
/// matches only as it is written, so that it also says how it is spelled; its first letter may be a capital at the
/// start of a sentence ("de Gaulle" → "De Gaulle"). Between its words any white space may stand. It never matches inside a
/// longer word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glossary {
    terms: Vec<Term>,
    /// Terms by the first word in them, in lower case; the longest first. Terms of scripts without spaces are listed
    /// by their first character.
    by_first_word: HashMap<String, Vec<usize>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    /// One space between words.
    text: String,
    /// What stands before the first word (`.` in `.NET`), in bytes.
    lead: usize,
    any_case: bool,
}

impl Glossary {
    /// A glossary of these terms. Surrounding white space is dropped, and so are terms without a letter or digit.
    pub fn new(terms: impl IntoIterator<Item = String>) -> Glossary {
        let mut glossary = Glossary::default();
        for term in terms {
            let text = term.split_whitespace().collect::<Vec<_>>().join(" ");
            let Some(lead) = text.find(char::is_alphanumeric) else { continue };
            let first = first_word(&text[lead..]).to_lowercase();
            let any_case = !text.chars().any(char::is_uppercase);
            glossary.by_first_word.entry(first).or_default().push(glossary.terms.len());
            glossary.terms.push(Term { text, lead, any_case });
        }
        for listed in glossary.by_first_word.values_mut() {
            listed.sort_by_key(|term| std::cmp::Reverse(glossary.terms[*term].text.len()));
        }
        glossary
    }

    /// A glossary without terms.
    pub fn empty() -> Glossary {
        Glossary::default()
    }

    /// Whether it has no terms.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether `word` is one of a term's words, in any case.
    pub fn has_word(&self, word: &str) -> bool {
        self.terms.iter().any(|term| {
            term.text.split(|c: char| !c.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word))
        })
    }

    pub(super) fn find(&self, text: &str, found: &mut Vec<Found>) {
        if self.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(start) = text[at..].find(char::is_alphanumeric).map(|gap| at + gap) {
            let word = first_word(&text[start..]);
            at = start + word.len();
            let Some(candidates) = self.by_first_word.get(&word.to_lowercase()) else { continue };
            let matched = candidates.iter().find_map(|term| {
                let term = &self.terms[*term];
                term.match_at(text, start).map(|span| (span, term))
            });
            if let Some((span, term)) = matched {
                found.push(Found::exact(span, ProtectedKind::Term, format!("term {}", term.text)));
                at = at.max(span.end);
            }
        }
    }
}

/// The run of letters and digits at the start; a single character in scripts without spaces.
fn first_word(text: &str) -> &str {
    let Some(first) = text.chars().next() else { return "" };
    if is_unspaced(first) {
        return &text[..first.len_utf8()];
    }
    let end = text.find(|c: char| !c.is_alphanumeric() || is_unspaced(c)).unwrap_or(text.len());
    &text[..end]
}

impl Term {
    /// The span of this term if its first word starts at `word`.
    fn match_at(&self, text: &str, word: usize) -> Option<Span> {
        let start = word.checked_sub(self.lead).filter(|start| text.is_char_boundary(*start))?;
        let mut at = start;
        for (index, expected) in self.text.chars().enumerate() {
            let c = after(text, at)?;
            if expected == ' ' {
                let rest = text[at..].trim_start();
                let gap = &text[at..text.len() - rest.len()];
                if gap.is_empty() || gap.matches('\n').count() > 1 {
                    return None;
                }
                at += gap.len();
                continue;
            }
            let same = c == expected
                || (self.any_case && c.to_lowercase().eq(expected.to_lowercase()))
                || (index == 0 && c.to_lowercase().eq([expected]) && starts_sentence(text, start))
                || (matches!(expected, '\'' | '’') && matches!(c, '\'' | '’'));
            if !same {
                return None;
            }
            at += c.len_utf8();
        }
        let free = |outside: Option<char>, edge: Option<char>| {
            !(outside.is_some_and(joins_words) && edge.is_some_and(joins_words))
        };
        let inside = &text[start..at];
        (free(before(text, start), inside.chars().next())
            && free(after(text, at), inside.chars().next_back()))
        .then(|| Span::new(start, at))
    }
}

/// Whether only an end mark, opening marks and white space stand before `at`.
fn starts_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '"', '\'', '“', '‘', '«', '(', '[', '*', '_', '\t']);
    before.is_empty() || before.ends_with(['.', '!', '?', '…', ':', '\n', '\r', '。', '#', '-', '>'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(terms: &[&str], text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        Glossary::new(terms.iter().map(|term| (*term).to_owned())).find(text, &mut found);
        let found: Vec<&str> = found.iter().map(|f| &text[f.span.start..f.span.end]).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn case_rules() {
        check(&["GitHub"], "GitHub, Github, github and GitHub's, not MyGitHub.", &["GitHub", "GitHub"]);
        check(
            &["machine learning"],
            "Machine Learning, machine\nlearning; machine  learnings",
            &["Machine Learning", "machine\nlearning"],
        );
        check(&["eBay"], "EBay grew. We use EBay and eBay.", &["EBay", "eBay"]);
    }

    #[test]
    fn the_longest_term_wins_and_symbols_may_surround_it() {
        check(
            &["Infrastructure", "Infrastructure as a Service", ".NET", "C++"],
            "Infrastructure as a Service on .NET in C++.",
            &["Infrastructure as a Service", ".NET", "C++"],
        );
        check(&["東京", "  ", "→"], "私は東京に住む", &["東京"]);
    }
}
