//! Terms of one word or several, found in a text.

use std::collections::{HashMap, HashSet};

use crate::Span;
use crate::chars::{after, is_combining, is_unspaced, joins_words};

/// A list of terms, each of which is known by its place in it.
///
/// A term written in lower case matches in any case ("machine learning" also as a heading). A term with a capital
/// matches only as it is written, so that it also says how it is spelled; its first letter may be a capital at the
/// start of a sentence ("de Gaulle" → "De Gaulle"). Between its words any white space may stand, but no empty line. It never
/// matches inside a longer word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    all: Vec<Term>,
    /// Terms by the word that they begin with, in lower case, or by their first character where that is no letter or digit, or
    /// of a script without spaces; the longest first, of equally long ones those that say how they are spelled.
    by_beginning: HashMap<String, Vec<usize>>,
    /// What else than a letter or digit terms begin with (`.` in `.NET`).
    marks: HashSet<char>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    /// One space between words.
    text: String,
    any_case: bool,
}

impl Terms {
    /// These terms. White space around them is dropped; one of nothing else is never found.
    pub(crate) fn new<'t>(terms: impl IntoIterator<Item = &'t str>) -> Self {
        let mut list = Self::default();
        for (number, term) in terms.into_iter().enumerate() {
            let text = term.split_whitespace().collect::<Vec<_>>().join(" ");
            let any_case = !text.chars().any(char::is_uppercase);
            list.marks.extend(text.chars().next().filter(|first| !first.is_alphanumeric()));
            list.by_beginning.entry(beginning(&text).to_lowercase()).or_default().push(number);
            list.all.push(Term { text, any_case });
        }
        for listed in list.by_beginning.values_mut() {
            listed.sort_by_key(|&number| {
                let term = &list.all[number];
                (std::cmp::Reverse(term.text.len()), term.any_case)
            });
        }
        list
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The terms as they are written, with one space between words.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|term| term.text.as_str())
    }

    /// The term at this place of the list.
    pub(crate) fn text(&self, number: usize) -> &str {
        &self.all[number].text
    }

    /// Where terms stand in `text`, in order and without overlaps: the one that begins first, of those that begin together the
    /// longest, then one that says how it is spelled, then the first in the list.
    pub(crate) fn find(&self, text: &str) -> Vec<(Span, usize)> {
        let mut found = Vec::new();
        if self.is_empty() {
            return found;
        }
        let mut at = 0;
        let begins = |c: char| c.is_alphanumeric() || self.marks.contains(&c);
        while let Some(start) = text[at..].find(begins).map(|gap| at + gap) {
            let word = beginning(&text[start..]);
            at = start + word.len();
            let Some(candidates) = self.by_beginning.get(&word.to_lowercase()) else { continue };
            let matched = candidates
                .iter()
                .find_map(|&number| self.all[number].match_at(text, start).map(|span| (span, number)));
            if let Some((span, number)) = matched {
                found.push((span, number));
                at = at.max(span.end);
            }
        }
        found
    }
}

/// The run of letters and digits at the start; a single character in scripts without spaces, and where it is neither.
fn beginning(text: &str) -> &str {
    let Some(first) = text.chars().next() else { return "" };
    if is_unspaced(first) || !first.is_alphanumeric() {
        return &text[..first.len_utf8()];
    }
    let end = text.find(|c: char| !c.is_alphanumeric() || is_unspaced(c)).unwrap_or(text.len());
    &text[..end]
}

impl Term {
    /// The span of this term if it starts at `start`.
    fn match_at(&self, text: &str, start: usize) -> Option<Span> {
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
        let inside = &text[start..at];
        let (before, behind) = (&text[..start], &text[at..]);
        // `_word_` is a word; `a_word` is a part of a name.
        let ahead = before.trim_end_matches('_').chars().next_back();
        let next = behind.trim_start_matches('_').chars().next();
        let is_free = |outside: Option<char>, edge: Option<char>| {
            !(outside.is_some_and(joins_words) && edge.is_some_and(joins_words))
        };
        let is_whole = !before.ends_with(JOINER) && !behind.starts_with(is_combining);
        (is_whole && is_free(ahead, inside.chars().next()) && is_free(next, inside.chars().next_back()))
            .then(|| Span::new(start, at))
    }
}

/// What makes one emoji of two.
const JOINER: char = '\u{200D}';

/// Whether only an end mark, opening marks and white space stand before `at`.
pub(crate) fn starts_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '"', '\'', '“', '‘', '«', '(', '[', '*', '_', '\t']);
    before.is_empty() || before.ends_with(['.', '!', '?', '…', ':', '\n', '\r', '。', '#', '-', '>'])
}
