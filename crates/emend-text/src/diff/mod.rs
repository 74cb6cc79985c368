//! The difference between a text and its rewrite, as small edits that a person accepts or refuses one by one.
//!
//! Laws, tested on arbitrary texts: applying all edits gives the rewrite; applying none gives the original; applying
//! any of them, decided in any order, cuts no grapheme and doubles or loses no space. Edits come in text order, do not
//! touch one another, and each changes something.
//!
//! Pipeline: `tokens` → `align` (what stayed) → `pairs` (what became what) → `presentable` (what belongs together) →
//! `kind` (how to call it).

mod align;
mod kind;
mod pairs;
mod presentable;
mod tokens;
mod words;

pub use kind::{EditKind, reason};

pub(crate) use align::matches;

use crate::Span;

/// One replacement in a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edit {
    /// What is replaced, in bytes of the original; empty for an insertion.
    pub span: Span,
    /// What takes its place; empty for a deletion.
    pub replacement: String,
    /// What sort of change it is.
    pub kind: EditKind,
}

/// The edits that turn `original` into `rewrite`, in order.
///
/// ```
/// use emend_text::{apply, diff};
///
/// let edits = diff("We sold 40 units and was happy.", "We sold 400 units and were happy.");
/// let shown: Vec<&str> = edits.iter().map(|edit| edit.replacement.as_str()).collect();
/// assert_eq!(shown, ["400", "were"]);
/// assert_eq!(apply("We sold 40 units and was happy.", &edits[..1]), "We sold 400 units and was happy.");
/// ```
///
/// Takes time in proportion to the length for ordinary rewrites; 100 kB against an unrelated 100 kB stays below a
/// second, at the price of a longer script than the shortest.
pub fn diff(original: &str, rewrite: &str) -> Vec<Edit> {
    let (old, new) = (tokens::tokens(original), tokens::tokens(rewrite));
    let start =
        |tokens: &[tokens::Token], at: usize, end: usize| tokens.get(at).map_or(end, |token| token.start);
    let changes = presentable::presentable(&old, &new, align::align(&old, &new));
    changes
        .into_iter()
        .map(|change| {
            let old_start = start(&old, change.old.start, original.len());
            let old_end = start(&old, change.old.end, original.len());
            let new_start = start(&new, change.new.start, rewrite.len());
            let new_end = start(&new, change.new.end, rewrite.len());
            let (before, after) = (&original[old_start..old_end], &rewrite[new_start..new_end]);
            Edit {
                span: Span::new(old_start, old_end),
                replacement: after.to_owned(),
                kind: EditKind::of(before, after),
            }
        })
        .collect()
}

/// `original` with `edits` applied. The edits must be in order and must not overlap, as those of [`diff`] and any
/// selection from them; one that does not fit (behind the end, inside a character, over an earlier one) is left out.
pub fn apply(original: &str, edits: &[Edit]) -> String {
    let mut text = String::with_capacity(original.len());
    let mut at = 0;
    for edit in edits {
        let Some(kept) = original.get(at..edit.span.start).filter(|_| edit.span.of(original).is_ok()) else {
            continue;
        };
        text.push_str(kept);
        text.push_str(&edit.replacement);
        at = edit.span.end;
    }
    text.push_str(&original[at..]);
    text
}
