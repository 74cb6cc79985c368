//! What a rewrite can be asked to keep.

use std::collections::BTreeSet;

use emend_text::{ProtectedKind, Span, sentences};

use crate::free::numbers::is_number;
use crate::free::{negation, protected};
use crate::{Judgement, Pair, Scores};

/// Something of the source that must come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Numbers, amounts, dates, times.
    Numbers,
    /// Words with a capital inside a sentence.
    Names,
    /// Web and e-mail addresses.
    Links,
    /// Quotations.
    Quotations,
    /// Terms of the writer's glossary.
    Terms,
    /// What is denied stays denied.
    Negations,
    /// What the learned critic's meaning embedding sees.
    Meaning,
}

/// How a kind is called in print, and by other names.
type Names = (Kept, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const NAMES: &[Names] = &[
    (Kept::Numbers, "number", &["numbers", "figure", "figures", "date", "dates", "amount", "amounts", "time", "times"]),
    (Kept::Names, "name", &["names", "person", "people", "place", "places"]),
    (Kept::Links, "link", &["links", "url", "urls", "address", "addresses", "email", "emails"]),
    (Kept::Quotations, "quotation", &["quotations", "quote", "quotes"]),
    (Kept::Terms, "term", &["terms", "glossary"]),
    (Kept::Negations, "negation", &["negations", "not", "nots"]),
    (Kept::Meaning, "meaning", &["sense", "content", "message"]),
];

impl Kept {
    /// Every kind.
    pub const ALL: [Kept; 7] = [
        Kept::Numbers,
        Kept::Names,
        Kept::Links,
        Kept::Quotations,
        Kept::Terms,
        Kept::Negations,
        Kept::Meaning,
    ];

    /// Its name in print.
    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(kept, ..)| *kept == self).map_or("", |(_, name, _)| name)
    }

    /// The kind that a word names.
    pub(super) fn named(word: &str) -> Option<Kept> {
        NAMES.iter().find(|(_, name, others)| *name == word || others.contains(&word)).map(|(kept, ..)| *kept)
    }

    /// How well it is kept; `None` when a critic that it takes did not judge.
    pub(super) fn judge(self, pair: &Pair<'_>, scores: &Scores) -> Option<Judgement> {
        use ProtectedKind::{Email, Quote, Term, Url};
        Some(match self {
            Kept::Numbers => protected::kept(pair, is_number),
            Kept::Links => protected::kept(pair, |kind| matches!(kind, Url | Email)),
            Kept::Quotations => protected::kept(pair, |kind| kind == Quote),
            Kept::Terms => protected::kept(pair, |kind| kind == Term),
            Kept::Negations => negation::judge(pair),
            Kept::Names => names_kept(pair),
            Kept::Meaning => scores.get("meaning")?.clone(),
        })
    }
}

/// The share of the source's names that stand in the rewrite.
fn names_kept(pair: &Pair<'_>) -> Judgement {
    let names = names(pair.source);
    let there: BTreeSet<&str> = words(pair.rewrite).collect();
    let lost: Vec<&str> = names.iter().copied().filter(|name| !there.contains(name)).collect();
    match lost.first() {
        Some(first) => Judgement::because(
            1.0 - lost.len() as f32 / names.len() as f32,
            format!("\u{201c}{first}\u{201d} is missing"),
        ),
        None => Judgement::good(),
    }
}

/// Words of two letters and more with a capital, where a sentence gives no reason for one.
fn names(text: &str) -> BTreeSet<&str> {
    sentences(text, Span::new(0, text.len()), &[])
        .into_iter()
        .flat_map(|span| words(&text[span.start..span.end]).skip(1))
        .filter(|word| {
            word.starts_with(char::is_uppercase) && word.chars().nth(1).is_some_and(char::is_alphabetic)
        })
        .collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::tests::{check, judged};

    #[test]
    fn names_are_capitals_inside_sentences() {
        let found = |source, rewrite| judged(names_kept, "fix", source, rewrite);
        check(&found("Yesterday Ann met I and Lee.", "Ann and Lee met yesterday."), 1.0, "");
        check(&found("We asked Ann and Lee.", "We asked Ann and him."), 0.5, "Lee");
        check(&found("we asked.", "We asked."), 1.0, "");
    }
}
