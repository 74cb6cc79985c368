//! A sentence as the patterns see it.

use emend_text::Span;

/// Its words, in lower case and with straight apostrophes, and what ends it.
#[derive(Debug)]
pub(super) struct Sentence<'t> {
    written: &'t str,
    spans: Vec<Span>,
    words: Vec<String>,
}

/// That something else belongs at a place of a sentence, or of the text that it stands in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) span: Span,
    pub(crate) replacement: String,
}

impl<'t> Sentence<'t> {
    pub(super) fn new(written: &'t str) -> Self {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '_');
        let mut spans: Vec<Span> = Vec::new();
        for (at, c) in written.char_indices().filter(|(_, c)| is_part(*c)) {
            let end = at + c.len_utf8();
            match spans.last_mut() {
                Some(last) if last.end == at => last.end = end,
                _ => spans.push(Span::new(at, end)),
            }
        }
        let words = spans.iter().map(|span| written[span.start..span.end].to_lowercase().replace('’', "'"));
        Self { written, words: words.collect(), spans }
    }

    pub(super) fn words(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }

    /// Whether it ends with a question mark, and has no comma or the like in it.
    pub(super) fn is_simple_question(&self) -> bool {
        let end = self.written.trim_end().trim_end_matches(['"', '”', ')', '*', '_']);
        end.strip_suffix('?')
            .is_some_and(|rest| !rest.contains([',', ';', ':', '?', '!', '.', '"', '“', '(']))
    }

    /// Whether nothing but a space stands between the words `first` and `last` and those between them.
    pub(super) fn is_together(&self, first: usize, last: usize) -> bool {
        self.spans[first..=last].windows(2).all(|pair| &self.written[pair[0].end..pair[1].start] == " ")
    }

    /// That `new`, in lower case but for "I", belongs in the place of the words `first` to `last`. It gets their capitals and their
    /// kind of apostrophe.
    pub(super) fn instead(&self, first: usize, last: usize, new: &str) -> Found {
        let span = Span::new(self.spans[first].start, self.spans[last].end);
        let old = &self.written[span.start..span.end];
        let new = if old.contains('’') { new.replace('\'', "’") } else { new.to_owned() };
        // The capital of "I" says nothing.
        let is_capital =
            old.starts_with(char::is_uppercase) && !matches!(self.words[first].as_str(), "i" | "i'm");
        let shouts =
            old.chars().filter(|c| c.is_uppercase()).nth(1).is_some() && !old.contains(char::is_lowercase);
        let mut letters = new.chars();
        let replacement = match letters.next() {
            _ if shouts => new.to_uppercase(),
            Some(letter) if is_capital => letter.to_uppercase().chain(letters).collect(),
            _ => new,
        };
        Found { span, replacement }
    }
}

impl Found {
    /// The same in the text in which its sentence begins at `start`.
    pub(super) fn in_text(self, start: usize) -> Self {
        Self { span: self.span.shift(start), ..self }
    }
}
