//! Documents: which parts are prose that may be rewritten, and what inside it must stay as it is.

mod markdown;
mod plain;

use crate::protected;
use crate::span::Span;

/// How a text marks up its structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// No markup: paragraphs, list items by convention, `>` for quoted lines.
    Plain,
    /// Markdown (`CommonMark` with tables, footnotes, task lists, math, front matter, wiki links).
    #[default]
    Markdown,
}

impl Format {
    /// The format of a file by its extension. Whatever is unknown is read as Markdown: in a text without markup
    /// that costs little, while reading Markdown as plain text would offer code for rewriting.
    pub fn of_path(path: &str) -> Format {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        match name.rsplit_once('.') {
            Some((_, extension))
                if ["txt", "text", "eml"].iter().any(|e| extension.eq_ignore_ascii_case(e)) =>
            {
                Format::Plain
            }
            _ => Format::Markdown,
        }
    }
}

/// A paragraph, heading or list item: text that may be rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prose {
    /// Where it stands in the document, without surrounding white space, list markers or heading marks. Never empty.
    pub span: Span,
    /// What inside it must stay as it is, in document bytes, in order and disjoint: markup characters, inline code,
    /// link targets, images, HTML, math, addresses, quotations of three words or more. An edit that overlaps one of
    /// these must be refused; what lies between them may change.
    pub frozen: Vec<Span>,
}

/// The prose of a document, in order and disjoint. Everything outside is never touched: code blocks, tables, block
/// quotes, front matter, HTML blocks, display math, reference definitions, list markers, heading marks, blank lines.
pub fn prose(text: &str, format: Format) -> Vec<Prose> {
    match format {
        Format::Plain => plain::prose(text),
        Format::Markdown => markdown::prose(text),
    }
}

/// Completes a paragraph: trims it, freezes what must not change in any format, and drops it when nothing that a
/// person would call text remains.
fn finish(text: &str, span: Span, mut frozen: Vec<Span>) -> Option<Prose> {
    let raw = &text[span.start..span.end];
    let start = span.end - raw.trim_start().len();
    let span = Span::new(start, start + raw.trim().len());
    let raw = &text[span.start..span.end];
    frozen.extend(protected::untouchable(raw).into_iter().map(|inner| inner.shift(span.start)));
    let frozen = joined(frozen, span);
    let mut from = span.start;
    let edges = frozen.iter().map(|f| (f.start, f.end)).chain([(span.end, span.end)]);
    for (start, end) in edges {
        if text[from..start].chars().any(char::is_alphabetic) {
            return Some(Prose { span, frozen });
        }
        from = end;
    }
    None
}

/// Sorts spans, cuts them to `within`, and merges those that touch or overlap.
fn joined(mut spans: Vec<Span>, within: Span) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        let span = Span::new(span.start.max(within.start), span.end.min(within.end));
        if span.start >= span.end {
            continue;
        }
        match merged.last_mut() {
            Some(last) if last.end >= span.start => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_extension_decides_and_markdown_is_the_safe_guess() {
        assert_eq!(Format::of_path("notes.TXT"), Format::Plain);
        assert_eq!(Format::of_path("a.b/readme.md"), Format::Markdown);
        assert_eq!(Format::of_path("folder.txt/readme"), Format::Markdown);
        assert_eq!(Format::of_path(""), Format::Markdown);
    }

    /// Disjoint, in order, on boundaries, trimmed, with frozen parts in order inside.
    fn lawful(text: &str, prose: &[Prose]) {
        let mut end = 0;
        for piece in prose {
            let inner = piece.span.of(text).unwrap();
            assert!(end <= piece.span.start && !inner.is_empty(), "{piece:?} in {text:?}");
            assert_eq!(inner, inner.trim(), "in {text:?}");
            end = piece.span.end;
            let mut from = piece.span.start;
            for frozen in &piece.frozen {
                assert!(from <= frozen.start && piece.span.contains(*frozen), "{piece:?} in {text:?}");
                assert!(!frozen.of(text).unwrap().is_empty());
                from = frozen.end;
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_lawful_prose(text in any::<String>()) {
            lawful(&text, &prose(&text, Format::Markdown));
            lawful(&text, &prose(&text, Format::Plain));
        }

        #[test]
        fn any_markup_gives_lawful_prose(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "word", " ", "\n", "\r\n", "\r", "\n\n", "- ", "1. ", "> ", "# ", "*", "**", "_", "`", "```\n",
                    "    ", "\t", "[", "]", "(x)", "[^1]", "[^1]: ", "[a]: b\n", "![", "<b>", "</code>", "<code>",
                    "<!--", "$", "$$", "|", "|-|-|\n", "---\n", "+++\n", "\\", "&amp;", "\u{feff}", "\0", "é",
                    "\u{301}", "“", "”", "\"", "'", "שלום", "。", "😀", "http://a.b", "a@b.cd", "~~", "[[", "]]",
                    ": ", "===\n", "{#id}", "[x] ", "  \n", "\\\n", ":::",
                ]),
                0..40,
            )
        ) {
            let text = parts.concat();
            lawful(&text, &prose(&text, Format::Markdown));
            lawful(&text, &prose(&text, Format::Plain));
        }
    }
}
