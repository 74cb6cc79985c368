//! Prose of texts without markup.

use std::sync::LazyLock;

use regex::Regex;

use super::{Prose, finish};
use crate::pattern::pattern;
use crate::span::Span;

/// A list marker with the white space around it: `- `, `• `, `12. `, `a) `, `(iv) `.
static MARKER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[ \t]*(?:[-*+•◦‣▪–—][ \t]+|(?:[0-9]{1,3}|[a-zA-Z])[.)][ \t]+|\((?:[0-9]{1,3}|[a-z]|[ivx]{1,4})\)[ \t]+)",
    )
});

/// Lines longer than this were not wrapped by an editor, so each is a paragraph; in characters.
const WIDEST_WRAP: usize = 120;

/// Paragraphs are what blank lines separate. Inside, a line break that merely wraps the text belongs to the
/// paragraph, and one that the writer made (after a greeting, before a list item) ends it. Lines that start with
/// `>` are somebody else's words.
pub(super) fn prose(text: &str) -> Vec<Prose> {
    let mut prose = Vec::new();
    let mut block: Vec<Span> = Vec::new();
    for line in lines(text) {
        let content = text[line.start..line.end].trim();
        if content.is_empty() || content.starts_with('>') {
            paragraphs(text, &block, &mut prose);
            block.clear();
        } else {
            block.push(line);
        }
    }
    paragraphs(text, &block, &mut prose);
    prose
}

/// Splits lines without a blank one between them.
fn paragraphs(text: &str, block: &[Span], prose: &mut Vec<Prose>) {
    let widths: Vec<usize> =
        block.iter().map(|line| text[line.start..line.end].trim_end().chars().count()).collect();
    let margin = widths.iter().copied().filter(|width| *width <= WIDEST_WRAP).max().unwrap_or(0);
    let mut paragraph: Option<Span> = None;
    for (i, line) in block.iter().enumerate() {
        let content = &text[line.start..line.end];
        let marker = MARKER.find(content).map(|found| found.end());
        let wrapped = i > 0 && marker.is_none() && {
            let above = &block[i - 1];
            wraps(text[above.start..above.end].trim_end(), widths[i - 1], content.trim_start(), margin)
        };
        match &mut paragraph {
            Some(open) if wrapped => open.end = line.end,
            _ => {
                prose.extend(paragraph.take().and_then(|done| finish(text, done, Vec::new())));
                paragraph = Some(Span::new(line.start + marker.unwrap_or(0), line.end));
            }
        }
    }
    prose.extend(paragraph.and_then(|done| finish(text, done, Vec::new())));
}

/// Whether the break between two lines is only there because the line was full.
fn wraps(above: &str, width: usize, below: &str, margin: usize) -> bool {
    let salutation = width <= LONGEST_SALUTATION && above.ends_with([',', ';']);
    let goes_on = !salutation && !above.ends_with(['.', '!', '?', ':', '…', '。']);
    if goes_on && below.starts_with(char::is_lowercase) {
        return true;
    }
    let next_word = below.split_whitespace().next().unwrap_or("").chars().count();
    width <= WIDEST_WRAP && width > LONGEST_SALUTATION && width + 1 + next_word > margin
}

/// A line up to this long was not wrapped but ended: a greeting, a signature, a line of an address; in characters.
const LONGEST_SALUTATION: usize = 24;

/// Line contents without their line breaks: `\n`, `\r\n`, a lone `\r`, and the Unicode ones.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    static BREAK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\r\n?|[\n\x0b\x0c\u{85}\u{2028}\u{2029}]"));
    let mut from = 0;
    let end = Span::new(text.len(), text.len());
    BREAK.find_iter(text).map(|found| Span::new(found.start(), found.end())).chain([end]).map(move |gap| {
        let line = Span::new(from, gap.start);
        from = gap.end;
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = prose(text);
        let found: Vec<&str> = found.iter().map(|p| &text[p.span.start..p.span.end]).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn a_letter() {
        check(
            "Dear Ann,\nthank you for the long letter that you sent me\nlast week. I was glad to read it, and\nso was Tom.\n\n> an old question\nBest wishes\nEva",
            &[
                "Dear Ann,",
                "thank you for the long letter that you sent me\nlast week. I was glad to read it, and\nso was Tom.",
                "Best wishes",
                "Eva",
            ],
        );
    }

    #[test]
    fn list_items_lose_their_markers() {
        check(
            "Buy:\n- milk and\n  (2) bread\n1. eggs\r\n12:30\n• tea\rb) nuts",
            &["Buy:", "milk and", "bread", "eggs", "tea", "nuts"],
        );
    }
}
