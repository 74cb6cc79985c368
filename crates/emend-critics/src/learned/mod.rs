//! Critics on the learned encoder (`models/recipes/critic`). One file each; they say nothing of a text without words.

pub(crate) mod clean;
pub(crate) mod fluency;
pub(crate) mod formality;
pub(crate) mod harmless;
pub(crate) mod meaning;
pub(crate) mod politeness;

use emend_models::Head;
use emend_text::Span;

use crate::entailment::Entailments;
use crate::reading::Reading;
use crate::{Judgement, Pair};

/// Both texts of a pair, read.
#[derive(Debug)]
pub(crate) struct Readings<'r> {
    pub(crate) pair: Pair<'r>,
    pub(crate) source: Reading<'r>,
    pub(crate) rewrite: Reading<'r>,
    /// What follows from what, if somebody can tell.
    pub(crate) entailments: Option<&'r Entailments<'r>>,
}

/// The mean of a head over the rewrite; a low one is told beside that of the source.
fn mean(readings: &Readings<'_>, head: Head, low: &str) -> Option<Judgement> {
    let after = readings.rewrite.mean(head)?;
    let before = readings.source.mean(head);
    Some(Judgement::graded(after, || match before {
        Some(before) => format!("{low} ({:.0} of 100; your text: {:.0})", after * 100.0, before * 100.0),
        None => format!("{low} ({:.0} of 100)", after * 100.0),
    }))
}

/// The beginning of a passage, for a reason.
pub(crate) fn excerpt(text: &str, span: Span) -> String {
    const MOST: usize = 60;
    let part = text[span.start..span.end].trim();
    if part.len() <= MOST {
        return part.to_owned();
    }
    let end = part.floor_char_boundary(MOST);
    let end = part[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{}\u{2026}", &part[..end])
}
