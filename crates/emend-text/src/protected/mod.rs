//! Protected spans: what a rewrite must carry over unchanged, because a reader would act on it.

mod breach;
mod code;
mod dates;
mod glossary;
mod links;
mod number_words;
mod numbers;
mod units;

pub use breach::{Breach, breach, breach_of};
pub use glossary::Glossary;

use unicode_segmentation::UnicodeSegmentation;

use crate::quotations::quotations;
use crate::span::Span;

/// What a protected span is. The order is the priority when two partly overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProtectedKind {
    /// Inline code, a placeholder, a file path or name, an identifier, a command-line flag, a citation key.
    Code,
    /// A web address, with or without its scheme.
    Url,
    /// An e-mail address.
    Email,
    /// A quotation of three words or more, marks included.
    Quote,
    /// A term of the glossary.
    Term,
    /// A number with a currency.
    Money,
    /// A date with a day or a year.
    Date,
    /// A time of day.
    Time,
    /// `@name` or `#tag`.
    Mention,
    /// A number with its unit, percent sign or ordinal; a version; a name that contains digits (`A4`).
    Number,
}

/// A protected span of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protected {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ProtectedKind,
}

/// The protected spans of `text`, disjoint and in order. Where one lies inside another (a number in a quotation)
/// only the outer one is given.
pub fn protected(text: &str, glossary: &Glossary) -> Vec<Protected> {
    find(text, glossary).into_iter().map(|found| Protected { span: found.span, kind: found.kind }).collect()
}

/// What no edit may overlap even where markup allows it: code, addresses, names with a sign, quotations.
pub(crate) fn untouchable(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    code::find(text, &mut found);
    links::find(text, &mut found);
    quotes(text, &mut found);
    found.into_iter().map(|found| found.span).collect()
}

/// A protected span together with what it says, in forms that can be compared.
#[derive(Debug, Clone)]
struct Found {
    span: Span,
    kind: ProtectedKind,
    /// What must come back in a rewrite: mostly one thing; a date is a day, a month and a year.
    keys: Vec<Key>,
}

/// One comparable statement of a protected span.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    /// Equal forms say the same.
    form: String,
    /// The bare number, where the statement is a number without a currency or a percent sign.
    value: Option<String>,
    /// How much the unit says.
    unit: UnitKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnitKind {
    /// No unit.
    None,
    /// A unit that is also an everyday word ("days") or a month, and may move away from its number.
    Word,
    /// A unit that belongs to its number.
    Symbol,
}

impl Key {
    /// A statement that is not a number.
    fn exact(form: impl Into<String>) -> Key {
        Key { form: form.into(), value: None, unit: UnitKind::None }
    }
}

impl Found {
    fn exact(span: Span, kind: ProtectedKind, form: impl Into<String>) -> Found {
        Found { span, kind, keys: vec![Key::exact(form)] }
    }
}

fn find(text: &str, glossary: &Glossary) -> Vec<Found> {
    let mut found = Vec::new();
    code::find(text, &mut found);
    links::find(text, &mut found);
    quotes(text, &mut found);
    glossary.find(text, &mut found);
    numbers::find(text, &mut found);
    outermost(found)
}

fn quotes(text: &str, found: &mut Vec<Found>) {
    for span in quotations(text) {
        let quote = &text[span.start..span.end];
        if quote.unicode_words().nth(2).is_some() {
            found.push(Found::exact(span, ProtectedKind::Quote, words(quote)));
        }
    }
}

/// The words of a passage in lower case, one space apart: what a quotation says, whatever its marks, line breaks and
/// first letter.
fn words(passage: &str) -> String {
    let mut words = String::with_capacity(passage.len());
    for word in passage.unicode_words() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.extend(word.chars().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }));
    }
    words
}

/// Keeps what contains others, and of two that partly overlap the one with priority.
fn outermost(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|f| (f.span.start, std::cmp::Reverse(f.span.end), f.kind));
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    for candidate in found {
        match kept.last_mut() {
            Some(last) if last.span.overlaps(candidate.span) => {
                if !last.span.contains(candidate.span) && candidate.kind < last.kind {
                    *last = candidate;
                }
            }
            _ => kept.push(candidate),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn spans_are_disjoint_in_order_and_a_text_never_breaches_itself(
            text in prop_oneof![
                any::<String>(),
                proptest::collection::vec(
                    proptest::sample::select(vec![
                        "5", "10", "1,000", ".", ",", " ", "\n", "%", " km", "$", "€", "USD", "-", "/", ":", "30",
                        "March", "12", "2024", "pm", "@", "a", "b.com", "http://", "x", "#", "\"", "'", "`", "``",
                        "{", "}", "%s", "_", "()", "--", "C:\\", "“", "”", "½", "٣", "٤", "価", "é", "\u{301}", "\0",
                        "GitHub", "infrastructure as", "v", "2.0", "www.", "(", ")", "\u{a0}", "th", "e.V.", "~",
                    ]),
                    0..40,
                ).prop_map(|parts| parts.concat()),
            ]
        ) {
            let glossary = Glossary::new(["GitHub", "infrastructure as a", "価", ".x", "é b"].map(str::to_owned));
            let mut at = 0;
            for found in protected(&text, &glossary) {
                prop_assert!(at <= found.span.start);
                prop_assert!(!found.span.of(&text).unwrap().trim().is_empty());
                at = found.span.end;
            }
            prop_assert_eq!(breach(&text, &text, &glossary), None);
            for span in untouchable(&text) {
                prop_assert!(span.of(&text).is_ok());
            }
        }
    }
}
