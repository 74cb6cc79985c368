//! Prose of Markdown documents, by the byte ranges of pulldown-cmark's events.
//!
//! A run of inline events between two block boundaries is one piece of prose. Inside it only what the parser calls
//! text may change; every other byte (markers, targets, tags, escapes) is frozen. So markup that we never heard of
//! is safe as long as the parser knows it.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{Prose, finish};
use crate::span::Span;

/// Elements whose content is not the writer's prose, or changes meaning when it changes.
const OPAQUE_ELEMENTS: [&str; 18] = [
    "code", "kbd", "samp", "var", "pre", "tt", "q", "cite", "script", "style", "svg", "math", "sub", "sup",
    "del", "button", "textarea", "template",
];

pub(super) fn prose(text: &str) -> Vec<Prose> {
    let body = front_matter_end(text);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_MATH
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_WIKILINKS;
    let mut reader = Reader { text, prose: Vec::new(), skipped: 0, run: None };
    for (event, range) in Parser::new_ext(&text[body..], options).into_offset_iter() {
        reader.read(&event, Span::new(range.start, range.end).shift(body));
    }
    reader.close();
    reader.prose
}

struct Reader<'t> {
    text: &'t str,
    prose: Vec<Prose>,
    /// Depth of blocks that are never touched.
    skipped: usize,
    /// The inline content that is being read.
    run: Option<Run>,
}

#[derive(Default)]
struct Run {
    start: usize,
    end: usize,
    /// Text and line breaks, in order.
    editable: Vec<Span>,
    /// What is frozen although it is only white space.
    hard_breaks: Vec<Span>,
    /// For each open inline container: whether its content is frozen too.
    containers: Vec<bool>,
    /// The open HTML element whose content is frozen, and how often it is nested in itself.
    element: Option<(String, usize)>,
}

impl Run {
    fn is_opaque(&self) -> bool {
        self.element.is_some() || self.containers.contains(&true)
    }
}

impl Reader<'_> {
    fn read(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::Start(tag) if is_inline(tag) => {
                let opaque = is_opaque(tag);
                if let Some(run) = self.run(span) {
                    run.containers.push(opaque);
                }
            }
            Event::Start(tag) => {
                self.close();
                self.skipped += usize::from(is_skipped(tag.to_end()));
            }
            Event::End(end) => match end {
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Superscript
                | TagEnd::Subscript
                | TagEnd::Link
                | TagEnd::Image => self.leave(),
                end => {
                    self.close();
                    self.skipped -= usize::from(is_skipped(*end));
                }
            },
            Event::Text(content) => {
                let verbatim = self.text[span.start..span.end] == **content;
                if let Some(run) = self.run(span)
                    && verbatim
                    && !run.is_opaque()
                {
                    run.editable.push(span);
                }
            }
            Event::InlineMath(content) => {
                // "between $5 and AU$10" is money: a formula's closing dollar sign has no digit behind it.
                let money = content.starts_with(|c: char| c.is_ascii_digit())
                    && self.text[span.end..].starts_with(|c: char| c.is_ascii_digit());
                if let Some(run) = self.run(span)
                    && money
                    && !run.is_opaque()
                {
                    run.editable.push(span);
                }
            }
            Event::SoftBreak => {
                if let Some(run) = self.run(span) {
                    run.editable.push(span);
                }
            }
            Event::HardBreak => {
                if let Some(run) = self.run(span) {
                    run.hard_breaks.push(span);
                }
            }
            Event::InlineHtml(tag) => {
                if let Some(run) = self.run(span) {
                    follow_element(&mut run.element, tag);
                }
            }
            Event::Code(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {
                self.run(span);
            }
            Event::Html(_) | Event::Rule => self.close(),
            Event::TaskListMarker(_) => {}
        }
    }

    /// The run that `span` belongs to, extended by it; none inside skipped blocks.
    fn run(&mut self, span: Span) -> Option<&mut Run> {
        if self.skipped > 0 {
            return None;
        }
        let run = self.run.get_or_insert_with(|| Run { start: span.start, end: span.end, ..Run::default() });
        run.end = run.end.max(span.end);
        Some(run)
    }

    fn leave(&mut self) {
        if let Some(run) = &mut self.run {
            run.containers.pop();
        }
    }

    /// Turns the run into prose.
    fn close(&mut self) {
        let Some(run) = self.run.take() else { return };
        let mut frozen = run.hard_breaks;
        let mut from = run.start;
        for piece in run.editable.iter().copied().chain([Span::new(run.end, run.end)]) {
            if from < piece.start {
                let gap = &self.text[from..piece.start];
                // A backslash and the character that it escapes are one thing.
                let escaped = if gap.ends_with('\\') {
                    self.text[piece.start..piece.end].chars().next().map_or(0, char::len_utf8)
                } else {
                    0
                };
                if !gap.chars().all(char::is_whitespace) {
                    frozen.push(Span::new(from, piece.start + escaped));
                }
            }
            from = from.max(piece.end);
        }
        self.prose.extend(finish(self.text, Span::new(run.start, run.end), frozen));
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

/// Inline containers whose visible text is frozen: an image's description stands for the image; the text of a
/// shortcut link is also its label, that of an autolink its target; struck-out text is a record.
fn is_opaque(tag: &Tag<'_>) -> bool {
    match tag {
        Tag::Image { .. } | Tag::Strikethrough => true,
        Tag::Link { link_type, .. } => !matches!(link_type, LinkType::Inline | LinkType::Reference),
        _ => false,
    }
}

fn is_skipped(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::Table
            | TagEnd::MetadataBlock(_)
    )
}

/// Keeps track of an element with frozen content across its tags.
fn follow_element(open: &mut Option<(String, usize)>, tag: &str) {
    let closing = tag.starts_with("</");
    let name: String = tag
        .trim_start_matches(['<', '/'])
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match open {
        Some((element, depth)) if *element == name => {
            if !closing {
                *depth += 1;
            } else if *depth > 1 {
                *depth -= 1;
            } else {
                *open = None;
            }
        }
        None if !closing && !tag.ends_with("/>") && OPAQUE_ELEMENTS.contains(&name.as_str()) => {
            *open = Some((name, 1));
        }
        _ => {}
    }
}

/// One past the front matter, or past the byte order mark when there is none.
///
/// Only at the very start and only when it is closed: the parser's own option would also swallow the text between
/// two rules in the middle of a document.
fn front_matter_end(text: &str) -> usize {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines = text[start..].split_inclusive('\n');
    let mut at = start;
    let fence = match lines.next() {
        Some(line) if matches!(line.trim_end(), "---" | "+++") => {
            at += line.len();
            line.trim_end()
        }
        _ => return start,
    };
    for (number, line) in lines.enumerate() {
        at += line.len();
        let content = line.trim_end();
        if number == 0 && content.is_empty() {
            return start;
        }
        if content == fence || (fence == "---" && content == "...") {
            return at;
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &[&str])]) {
        let found = prose(text);
        let found: Vec<(&str, Vec<&str>)> = found
            .iter()
            .map(|p| {
                let frozen = p.frozen.iter().map(|f| &text[f.start..f.end]).collect();
                (&text[p.span.start..p.span.end], frozen)
            })
            .collect();
        let expected: Vec<(&str, Vec<&str>)> = expected.iter().map(|(p, f)| (*p, f.to_vec())).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn markers_are_frozen_and_their_text_is_not() {
        check(
            "Some **bold** and _soft_ words.\n",
            &[("Some **bold** and _soft_ words.", &["**", "**", "_", "_"])],
        );
        check(
            "See [the guide](https://a.example/x) or [it][1].\n\n[1]: https://b.example\n",
            &[(
                "See [the guide](https://a.example/x) or [it][1].",
                &["[", "](https://a.example/x)", "[", "][1]"],
            )],
        );
        check("A \\*star\\* & R&amp;D.", &[("A \\*star\\* & R&amp;D.", &["\\*", "\\*", "&amp;"])]);
        check("one  \ntwo\nthree", &[("one  \ntwo\nthree", &["  \n"])]);
    }

    #[test]
    fn labels_images_elements_and_formulas_are_frozen_whole() {
        check("The [label] here.\n\n[label]: x\n", &[("The [label] here.", &["[label]"])]);
        check("Look ![a cat](c.png) there.", &[("Look ![a cat](c.png) there.", &["![a cat](c.png)"])]);
        check(
            "Press <kbd>Enter</kbd> <b>now</b>.",
            &[("Press <kbd>Enter</kbd> <b>now</b>.", &["<kbd>Enter</kbd>", "<b>", "</b>"])],
        );
        check("So $a^2 + b$ holds.", &[("So $a^2 + b$ holds.", &["$a^2 + b$"])]);
        check("Pay $5 or AU$10 now.", &[("Pay $5 or AU$10 now.", &[])]);
    }

    #[test]
    fn front_matter_is_only_at_the_start_and_only_when_closed() {
        check("\u{feff}---\ntitle: My page\n---\nText here.", &[("Text here.", &[])]);
        check("+++\na = 'b c d'\n+++\nText here.", &[("Text here.", &[])]);
        check(
            "Above.\n\n---\nBetween rules.\n\n---\nBelow.",
            &[("Above.", &[]), ("Between rules.", &[]), ("Below.", &[])],
        );
        check("---\n\nNot front matter.\n\n---\n", &[("Not front matter.", &[])]);
    }
}
