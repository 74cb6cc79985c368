//! A segment as a model reads it, with the way back to the document.
//!
//! Markup (the stars of `**bold**`, the target of a link, a tag) means nothing to a model and does not survive
//! one. So the model is shown the text without it, edits are made on that text, and each edit is carried back
//! to the document's own bytes. An edit that would run across markup has no place there.
//! Content that must stay as it is (inline code, quotations) is shown, because sentences need it.

use emend_text::Span;

/// The visible text of one segment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct View {
    /// What the writer would read aloud.
    pub text: String,
    /// Parts of `text` that must stay, in order.
    pub frozen: Vec<Span>,
    /// Stretches of the document that are shown, in order; never empty ones.
    pieces: Vec<Piece>,
    segment: Span,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    view: usize,
    document: usize,
    len: usize,
}

impl View {
    /// The view of `segment`. `frozen` are spans of the document in order, as the document reader gives them;
    /// those that are markup are hidden.
    pub(crate) fn of(document: &str, segment: Span, frozen: &[Span]) -> Self {
        let mut view = Self { text: String::new(), frozen: Vec::new(), pieces: Vec::new(), segment };
        let mut from = segment.start;
        for frozen in frozen.iter().filter(|frozen| frozen.overlaps(segment)) {
            let (start, end) = (frozen.start.max(from), frozen.end.min(segment.end));
            view.show(document, from, start);
            let part = &document[start..end];
            if is_markup(part) && !joins_words(document, start, end) {
                // A hard line break is markup, but without its white space two words would become one.
                let (ahead, behind) = (part.len() - part.trim_start().len(), part.trim().len());
                view.freeze(document, start, start + ahead);
                view.freeze(document, start + ahead + behind, end);
            } else {
                let (start, end) = without_ticks(document, start, end);
                view.freeze(document, start, end);
            }
            from = end;
        }
        view.show(document, from, segment.end);
        view
    }

    /// Shows a part that must stay.
    fn freeze(&mut self, document: &str, start: usize, end: usize) {
        if start < end {
            self.frozen.push(Span::new(self.text.len(), self.text.len() + (end - start)));
            self.show(document, start, end);
        }
    }

    fn show(&mut self, document: &str, start: usize, end: usize) {
        if start >= end {
            return;
        }
        match self.pieces.last_mut() {
            Some(last) if last.document + last.len == start => last.len += end - start,
            _ => self.pieces.push(Piece { view: self.text.len(), document: start, len: end - start }),
        }
        self.text.push_str(&document[start..end]);
    }

    /// The segment that is shown, in bytes of the document.
    pub(crate) fn segment(&self) -> Span {
        self.segment
    }

    /// Where `span` of the view stands in the document; `None` when markup lies inside it.
    ///
    /// An insertion beside markup goes outside of it: before an opening mark, behind a closing one.
    pub(crate) fn to_document(&self, span: Span) -> Option<Span> {
        if span.is_empty() {
            let at = self.insertion(span.start);
            return Some(Span::new(at, at));
        }
        let piece = self
            .pieces
            .iter()
            .find(|piece| piece.view <= span.start && span.start < piece.view + piece.len)?;
        let start = piece.document + (span.start - piece.view);
        (span.end <= piece.view + piece.len).then(|| Span::new(start, start + span.len()))
    }

    fn insertion(&self, at: usize) -> usize {
        // The marks of what must stay belong to it: an insertion beside code stays outside of its backticks.
        let stays_after = self.frozen.iter().any(|frozen| frozen.start == at);
        let stays_before = self.frozen.iter().any(|frozen| frozen.end == at);
        let opening = stays_after
            || (!stays_before && self.text[..at].chars().next_back().is_none_or(char::is_whitespace));
        let ends_here = |piece: &&Piece| piece.view < at && at <= piece.view + piece.len;
        let before = self.pieces.iter().find(ends_here);
        let after = self.pieces.iter().find(|piece| piece.view <= at && at < piece.view + piece.len);
        let document = |piece: &Piece| piece.document + (at - piece.view);
        if opening {
            before.map_or(self.segment.start, document)
        } else {
            after.map_or(self.segment.end, document)
        }
    }

    /// The markup that an edit of `span` would run across.
    pub(crate) fn markup_inside<'d>(&self, document: &'d str, span: Span) -> Vec<&'d str> {
        self.pieces
            .windows(2)
            .filter(|pair| span.start < pair[1].view && pair[1].view < span.end)
            .map(|pair| &document[pair[0].document + pair[0].len..pair[1].document])
            .collect()
    }
}

/// True for frozen text that consists of marks alone: emphasis, brackets, targets, tags, images, footnotes.
fn is_markup(frozen: &str) -> bool {
    let mut rest = frozen;
    while let Some(first) = rest.chars().next() {
        let through = |closing: &str| rest.find(closing).map(|at| at + closing.len());
        let taken = if rest.starts_with("![") {
            through(")").or_else(|| through("]"))
        } else if rest.starts_with("](") {
            through(")")
        } else if rest.starts_with("][") {
            rest[1..].find(']').map(|at| at + 2)
        } else if rest.starts_with("[^") {
            through("]")
        } else if first == '<' {
            through(">").filter(|&end| !rest[..end].contains("://") && !rest[..end].contains('@'))
        } else {
            (first.is_whitespace() || "*_~[]()\\".contains(first)).then_some(first.len_utf8())
        };
        match taken {
            Some(taken) => rest = &rest[taken..],
            None => return false,
        }
    }
    true
}

/// Inline code without the marks around it: models know words, few know backticks.
fn without_ticks(document: &str, start: usize, end: usize) -> (usize, usize) {
    let part = &document[start..end];
    let code = part.trim_start_matches(['`', '*', '_', '~', '[']);
    let inner = code.trim_end_matches(['`', '*', '_', '~']);
    let ticks = part[..part.len() - code.len()].contains('`') && code[inner.len()..].contains('`');
    if ticks && !inner.trim().is_empty() && !inner.contains('`') {
        let start = end - code.len();
        (start, start + inner.len())
    } else {
        (start, end)
    }
}

/// True when hiding a tag would write two words as one: `one<br>two`.
fn joins_words(document: &str, start: usize, end: usize) -> bool {
    document[start..end].contains('<')
        && document[..start].ends_with(char::is_alphanumeric)
        && document[end..].starts_with(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` stands around frozen spans.
    fn view(marked: &str) -> (String, View) {
        let mut document = String::new();
        let mut marks = Vec::new();
        for part in marked.split('|') {
            document.push_str(part);
            marks.push(document.len());
        }
        let frozen: Vec<Span> = marks.chunks_exact(2).map(|pair| Span::new(pair[0], pair[1])).collect();
        let whole = Span::new(0, document.len());
        let view = View::of(&document, whole, &frozen);
        (document, view)
    }

    #[track_caller]
    fn check_insertion(marked: &str, word: &str, at_end: bool, expected: &str) {
        let (mut document, view) = view(marked);
        let at = view.text.find(word).expect("the word is shown") + if at_end { word.len() } else { 0 };
        let place = view.to_document(Span::new(at, at)).expect("insertions have a place");
        document.insert(place.start, '^');
        assert_eq!(document, expected);
    }

    #[test]
    fn marks_are_hidden_and_code_is_shown() {
        let (_, view) = view("See |[|the guide|](https://a.example)| or run |`go`| |<b>|now|</b>|.");
        assert_eq!(view.text, "See the guide or run go now.");
        let shown: Vec<&str> = view.frozen.iter().map(|span| &view.text[span.start..span.end]).collect();
        assert_eq!(shown, ["go"]);
    }

    #[test]
    fn line_breaks_and_tags_never_join_words() {
        let shown = |marked: &str| view(marked).1.text;
        assert_eq!(shown("one|  \n|two"), "one  \ntwo");
        assert_eq!(shown("one|\\\n|two"), "one\ntwo");
        assert_eq!(shown("one|<br>|two"), "one<br>two");
        assert_eq!(shown("one |<br>|two"), "one two");
        assert_eq!(shown("a |<code>x</code>| b |](https://a.example/b_(c))**| c"), "a <code>x</code> b  c");
        assert_eq!(shown("a |![an image](x.png)| b|[^1]| |<https://a.example>|"), "a  b <https://a.example>");
    }

    #[test]
    fn code_is_shown_without_its_marks() {
        let shown = |marked: &str| view(marked).1.text;
        assert_eq!(shown("run |`cargo build`| now"), "run cargo build now");
        assert_eq!(shown("run |**``go``**| now"), "run go now");
        assert_eq!(shown("run |`a`-`b`| now"), "run `a`-`b` now");
        assert_eq!(shown("see |\"three quoted words\"| now"), "see \"three quoted words\" now");
        check_insertion("run |`go`| now", "go", true, "run `go`^ now");
        check_insertion("run |`go`| now", "go", false, "run ^`go` now");
        check_insertion("run(|`go`|)now", "go", false, "run(^`go`)now");
        check_insertion("run(|`go`|) now", "go", true, "run(`go`^) now");
    }

    #[test]
    fn edits_find_their_way_back() {
        let (document, view) = view("the |**|big dogs|**| runs");
        let find = |word: &str| {
            let at = view.text.find(word).expect("the word is shown");
            view.to_document(Span::new(at, at + word.len())).map(|span| &document[span.start..span.end])
        };
        assert_eq!(find("the"), Some("the"));
        assert_eq!(find("big dogs"), Some("big dogs"));
        assert_eq!(find("runs"), Some("runs"));
        assert_eq!(find("dogs runs"), None, "a mark lies inside");
        assert_eq!(view.markup_inside(&document, Span::new(4, view.text.len())), ["**"]);
        assert_eq!(view.markup_inside(&document, Span::new(4, 12)), Vec::<&str>::new());
    }

    #[test]
    fn insertions_go_outside_of_marks() {
        check_insertion("the |**|big dogs|**| run", "big", false, "the ^**big dogs** run");
        check_insertion("the |**|big dogs|**| run", "dogs", true, "the **big dogs**^ run");
        check_insertion("|**|big dogs|**|", "big", false, "^**big dogs**");
        check_insertion("|**|big dogs|**|", "dogs", true, "**big dogs**^");
        check_insertion("the |**|big dogs|**| run", "dogs", false, "the **big ^dogs** run");
    }

    #[test]
    fn only_the_segment_is_shown() {
        let document = "One *two*. Three *four*.";
        let frozen: Vec<Span> = [4, 8, 17, 22].map(|at| Span::new(at, at + 1)).to_vec();
        let view = View::of(document, Span::new(11, 24), &frozen);
        assert_eq!(view.text, "Three four.");
        assert_eq!(view.to_document(Span::new(6, 10)), Some(Span::new(18, 22)));
        assert_eq!(View::of(document, Span::new(4, 5), &frozen).text, "");
    }
}
