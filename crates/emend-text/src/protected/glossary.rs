//! The writer's own terms: names and jargon that a rewrite must keep as they are.

use super::{Found, ProtectedKind};
use crate::terms::Terms;

/// Terms that a rewrite must keep, of one word or several.
///
/// A term written in lower case matches in any case ("machine learning" also as a heading). A term with a capital
/// matches only as it is written, so that it also says how it is spelled; its first letter may be a capital at the
/// start of a sentence ("de Gaulle" → "De Gaulle"). Between its words any white space may stand, but no empty line. It never
/// matches inside a longer word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glossary(Terms);

impl Glossary {
    /// A glossary of these terms. Surrounding white space is dropped, and so are terms without a letter or digit.
    pub fn new(terms: impl IntoIterator<Item = String>) -> Glossary {
        let terms: Vec<String> =
            terms.into_iter().filter(|term| term.contains(char::is_alphanumeric)).collect();
        Glossary(Terms::new(terms.iter().map(String::as_str)))
    }

    /// A glossary without terms.
    pub fn empty() -> Glossary {
        Glossary::default()
    }

    /// Whether it has no terms.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `word` is one of a term's words, in any case.
    pub fn has_word(&self, word: &str) -> bool {
        self.0.iter().any(|term| {
            term.split(|c: char| !c.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word))
        })
    }

    pub(super) fn find(&self, text: &str, found: &mut Vec<Found>) {
        found.extend(self.0.find(text).into_iter().map(|(span, number)| {
            Found::exact(span, ProtectedKind::Term, format!("term {}", self.0.text(number)))
        }));
    }
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
