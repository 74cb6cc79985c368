//! A sentence as the rules see it: its words in lower case with their places, and the critic's opinion.

use emend_models::Opinion;
use emend_text::Span;

/// One sentence of a text.
#[derive(Debug)]
pub(super) struct Sentence<'a> {
    /// The sentence itself.
    pub(super) text: &'a str,
    /// Where it stands in the whole text.
    pub(super) span: Span,
    /// Its words; those of quotations, code and links are left out, because they are not the writer's.
    pub(super) words: Vec<Word>,
    /// What the critic thinks of it.
    pub(super) opinion: Option<&'a Opinion>,
}

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands in the whole text.
    pub(super) span: Span,
    /// In lower case, apostrophes straight.
    pub(super) lower: String,
}

impl<'a> Sentence<'a> {
    /// The sentence at `span` of `document`; words that overlap `frozen` are left out.
    pub(super) fn new(document: &'a str, span: Span, frozen: &[Span], opinion: Option<&'a Opinion>) -> Self {
        let text = &document[span.start..span.end];
        let words = words(text)
            .into_iter()
            .map(|(start, word)| Word {
                span: Span::new(span.start + start, span.start + start + word.len()),
                lower: word.to_lowercase().replace('\u{2019}', "'"),
            })
            .filter(|word| !frozen.iter().any(|frozen| frozen.overlaps(word.span)))
            .collect();
        Self { text, span, words, opinion }
    }

    /// Where phrases of `list` stand. A phrase is words with one space between them; one that ends with `*` stands for
    /// every word that begins so.
    pub(super) fn phrases(&self, list: &[&str]) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        for at in 0..self.words.len() {
            let longest =
                list.iter().filter_map(|phrase| self.phrase_at(at, phrase)).max_by_key(|span| span.end);
            match longest {
                Some(span) if found.last().is_none_or(|last| last.end <= span.start) => found.push(span),
                _ => {}
            }
        }
        found
    }

    fn phrase_at(&self, at: usize, phrase: &str) -> Option<Span> {
        let mut words = self.words[at..].iter();
        let mut end = None;
        for part in phrase.split(' ') {
            let word = words.next()?;
            let same = match part.strip_suffix('*') {
                Some(beginning) => word.lower.starts_with(beginning),
                None => word.lower == part,
            };
            if !same {
                return None;
            }
            end = Some(word.span.end);
        }
        Some(Span::new(self.words[at].span.start, end?))
    }

    /// The word as it is written.
    pub(super) fn written(&self, word: &Word) -> &'a str {
        &self.text[word.span.start - self.span.start..word.span.end - self.span.start]
    }
}

/// Runs of letters and digits with apostrophes between them, and where they begin.
fn words(text: &str) -> Vec<(usize, &str)> {
    let apostrophe = |c: char| c == '\'' || c == '\u{2019}';
    let (mut found, mut start) = (Vec::new(), None);
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        // An underscore makes an identifier, not two words.
        let inside = c.is_alphanumeric() || c == '_' || apostrophe(c);
        match start {
            None if inside => start = Some(at),
            Some(from) if !inside => {
                let run = text[from..at].trim_end_matches(apostrophe);
                let word = run.trim_start_matches(apostrophe);
                if !word.is_empty() {
                    found.push((from + run.len() - word.len(), word));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(text: &str) -> Sentence<'_> {
        Sentence::new(text, Span::new(0, text.len()), &[], None)
    }

    #[test]
    fn phrases_are_whole_words_of_any_case() {
        let found = sentence("You FOOL, don\u{2019}t be foolish; you fools!");
        let at = |list: &[&str]| {
            found.phrases(list).iter().map(|span| &found.text[span.start..span.end]).collect::<Vec<_>>()
        };
        assert_eq!(at(&["you fool"]), ["You FOOL"]);
        assert_eq!(at(&["fool*"]), ["FOOL", "foolish", "fools"]);
        assert_eq!(at(&["don't be"]), ["don\u{2019}t be"]);
        assert_eq!(at(&["you fool", "you fool don't"]), ["You FOOL, don\u{2019}t"]);
    }

    #[test]
    fn places_are_those_of_the_whole_text() {
        let text = "Yes. \u{201c}So\u{201d} stupid an idea.";
        let found = Sentence::new(text, Span::new(5, text.len()), &[Span::new(5, 13)], None);
        let words: Vec<&str> = found.words.iter().map(|word| found.written(word)).collect();
        assert_eq!(words, ["stupid", "an", "idea"]);
        assert_eq!(&text[found.words[0].span.start..found.words[0].span.end], "stupid");
    }
}
