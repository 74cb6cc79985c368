//! Sentences: where one ends and the next begins.
//!
//! A full stop alone says little. The text is walked once from mark to mark; each mark is judged by the word before
//! it, what closes behind it, and the word that follows ([`boundary`]). What is frozen, in parentheses or in short
//! quotation marks is never cut. When in doubt two sentences stay together: a rewrite of two sentences is fine, a
//! rewrite of half a sentence is not.

mod abbreviations;
mod boundary;

use std::sync::LazyLock;

use regex::Regex;

use crate::chars::{after, before, is_combining, is_emoji, is_unspaced};
use crate::pattern::pattern;
use crate::quotations::quotations;
use crate::span::Span;
use boundary::{Marks, Stop};

/// Marks that may end a sentence, and white space that contains a line break.
static MARKS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[.!?…‥‽⁇⁈⁉؟۔։።፧፨។៕။།॥।。．｡！？]+|[\r\n\x0b\x0c\u{85}\u{2028}\u{2029}]\s*"));

static PARENTHESES: LazyLock<Regex> = LazyLock::new(|| pattern(r"[()（）]|(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)"));

static LIST_MARKER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:[-*+•◦‣▪][ \t]|(?:[0-9]{1,3}|[a-zA-Z])[.)][ \t]|\([0-9a-z]{1,3}\)[ \t])"));

/// Quotations and parentheses up to this length are not cut; in bytes. Longer ones are whole passages.
const LONGEST_ASIDE: usize = 400;

/// The sentences of `text` inside `within`: trimmed, in order, disjoint, together covering everything in `within`
/// that is not white space. None is cut inside a `frozen` span (in order and disjoint, in bytes of `text`).
///
/// Blank lines and list items always end a sentence; a single line break does not. A `within` that does not fit the
/// text gives no sentences.
pub fn sentences(text: &str, within: Span, frozen: &[Span]) -> Vec<Span> {
    let Ok(part) = within.of(text) else { return Vec::new() };
    let blocks = unbreakable(text, part, within, frozen);
    let mut walk = Walk {
        part,
        blocks: &blocks,
        next_block: 0,
        start: 0,
        word_before: false,
        checked: 0,
        found: Vec::new(),
    };
    let mut reached = 0;
    for found in MARKS.find_iter(part) {
        walk.leave_blocks(found.start());
        if found.start() < reached.max(walk.start) || walk.is_inside_block(found.start()) {
            continue;
        }
        reached = if found.as_str().starts_with(char::is_whitespace) {
            walk.line_break(found.start(), found.as_str());
            found.start()
        } else {
            walk.stop(found.start(), found.end())
        };
    }
    walk.leave_blocks(part.len());
    walk.cut(part.len());
    walk.found.into_iter().map(|sentence| sentence.shift(within.start)).collect()
}

struct Walk<'a> {
    part: &'a str,
    /// What is never cut, in bytes of `part`, in order and disjoint.
    blocks: &'a [Span],
    /// The first block that has not been left behind.
    next_block: usize,
    /// Where the current sentence begins (with white space).
    start: usize,
    /// Whether there is a letter or digit in `start..checked`.
    word_before: bool,
    checked: usize,
    found: Vec<Span>,
}

impl Walk<'_> {
    /// Ends the current sentence at `at`.
    fn cut(&mut self, at: usize) {
        let raw = &self.part[self.start..at];
        let trimmed = raw.trim_start();
        let start = at - trimmed.len();
        let end = start + trimmed.trim_end().len();
        if start < end {
            self.found.push(Span::new(start, end));
        }
        self.start = at;
        self.word_before = false;
        self.checked = at;
    }

    /// Whether the current sentence has a letter or digit before `at`.
    fn has_word(&mut self, at: usize) -> bool {
        if !self.word_before && self.checked < at {
            self.word_before = self.part[self.checked..at].chars().any(char::is_alphanumeric);
            self.checked = at;
        }
        self.word_before
    }

    fn is_inside_block(&self, at: usize) -> bool {
        self.blocks.get(self.next_block).is_some_and(|block| block.start <= at)
    }

    /// Passes the blocks that end at or before `at`; a quotation or parenthesis that ends with a mark may end the
    /// sentence around it: `He said "Stop." Then he left.`
    fn leave_blocks(&mut self, at: usize) {
        while let Some(block) = self.blocks.get(self.next_block).filter(|block| block.end <= at) {
            self.next_block += 1;
            let inner = &self.part[block.start..block.end];
            let bare = inner.trim_end_matches(is_closer);
            let stem = bare.trim_end_matches(is_mark);
            let (closed, marked) = (inner.len() - bare.len(), bare.len() - stem.len());
            if closed > 0 && marked > 0 && block.start >= self.start {
                let from = block.start + stem.len();
                self.judge(from, block.start + bare.len(), block.end);
            }
        }
    }

    /// A white-space run with a line break that starts at `at`.
    fn line_break(&mut self, at: usize, run: &str) {
        let is_break = |c: &char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{85}' | '\u{2028}');
        let breaks = run.chars().filter(is_break).take(4).count() - run.matches("\r\n").take(2).count();
        let below = &self.part[at + run.len()..];
        if breaks > 1 || run.contains(['\u{c}', '\u{2029}']) || LIST_MARKER.is_match(below) {
            self.cut(at);
        }
    }

    /// A run of marks at `from..to` outside all blocks; gives the end of what belongs to it.
    fn stop(&mut self, from: usize, mut to: usize) -> usize {
        let limit = self.blocks.get(self.next_block).map_or(self.part.len(), |block| block.start);
        to = to.min(limit);
        // A spaced ellipsis is one mark.
        while to + 2 <= limit
            && self.part[to..].starts_with(" .")
            && !self.part[to + 2..].starts_with(char::is_alphanumeric)
        {
            to += 2;
        }
        let end = self.absorb(to);
        self.judge(from, to, end)
    }

    /// The end of what closes the sentence behind its mark: quotation marks, brackets, emphasis, note references.
    fn absorb(&self, mut end: usize) -> usize {
        let mut block = self.next_block;
        loop {
            while self.blocks.get(block).is_some_and(|b| b.start < end) {
                block += 1;
            }
            if let Some(b) = self.blocks.get(block).filter(|b| b.start == end)
                && end < b.end
            {
                if self.part[end..].starts_with(['[', ']', '*', '_', '~', '<', ')']) {
                    end = b.end;
                    continue;
                }
                return end;
            }
            let Some(c) = after(self.part, end) else { return end };
            if is_closer(c) || matches!(c, '*' | '_' | '~') || is_combining(c) || is_mark(c) {
                end += c.len_utf8();
            } else if c == '[' {
                let free = self.blocks.get(block).map_or(usize::MAX, |next| next.start - end);
                match reference(&self.part[end..]).filter(|len| *len <= free) {
                    Some(len) => end += len,
                    None => return end,
                }
            } else {
                return end;
            }
        }
    }

    /// Cuts after the mark `from..to` with its closers up to `end`, if a sentence ends there.
    fn judge(&mut self, from: usize, to: usize, end: usize) -> usize {
        // Behind a bracket the mark of the outer sentence decides.
        if !self.has_word(from) || after(self.part, end).is_some_and(is_mark) {
            return end;
        }
        let end = self.with_emoji(end);
        let marks = Marks::of(&self.part[from..to]);
        let spaced = after(self.part, end).is_none_or(char::is_whitespace);
        let unspaced_next = after(self.part, end).is_some_and(is_unspaced);
        let unspaced_before = before(self.part, from).is_some_and(is_unspaced);
        if !(spaced
            || marks == Marks::Fullwidth
            || (unspaced_next && (unspaced_before || marks == Marks::Strong)))
        {
            return end;
        }
        let stop = Stop {
            sentence: &self.part[self.start..from],
            marks,
            closers: &self.part[to..end],
            rest: &self.part[end..],
        };
        if stop.ends_sentence() {
            self.cut(end);
        }
        end
    }

    /// An emoji behind the mark belongs to the sentence that it comments on.
    fn with_emoji(&self, end: usize) -> usize {
        let rest = &self.part[end..];
        let spaced = rest.trim_start_matches([' ', '\u{a0}']);
        let bare = spaced.trim_start_matches(|c| is_emoji(c) || is_combining(c));
        let pictured =
            spaced.starts_with(is_emoji) && (bare.is_empty() || bare.starts_with(char::is_whitespace));
        let with_it = end + rest.len() - bare.len();
        let free =
            self.blocks[self.next_block..].iter().take_while(|b| b.start < with_it).all(|b| b.end <= end);
        if pictured && free { with_it } else { end }
    }
}

fn is_mark(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | '‥'
            | '‽'
            | '⁇'
            | '⁈'
            | '⁉'
            | '؟'
            | '۔'
            | '։'
            | '።'
            | '፧'
            | '፨'
            | '។'
            | '៕'
            | '။'
            | '།'
            | '॥'
            | '।'
            | '。'
            | '．'
            | '｡'
            | '！'
            | '？'
    )
}

fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '’'
            | '»'
            | '›'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '）'
            | '】'
            | '》'
            | '〉'
            | '｣'
            | '］'
            | '“'
            | '‘'
    )
}

/// Length of a note or citation mark such as `[12]` or `[^a]` at the start of `rest`.
fn reference(rest: &str) -> Option<usize> {
    let end = rest.bytes().take(12).position(|byte| byte == b']')?;
    let inner = &rest[1..end];
    let inner = inner.strip_prefix(['^', '@']).unwrap_or(inner);
    (!inner.is_empty() && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b',')).then_some(end + 1)
}

/// What must not be cut, in bytes of `part`: frozen spans, short quotations, short parentheses.
fn unbreakable(text: &str, part: &str, within: Span, frozen: &[Span]) -> Vec<Span> {
    let mut blocks: Vec<Span> = frozen
        .iter()
        .filter(|span| span.overlaps(within) && span.of(text).is_ok())
        .map(|span| {
            Span::new(span.start.max(within.start) - within.start, span.end.min(within.end) - within.start)
        })
        .collect();
    blocks.extend(quotations(part).into_iter().filter(|span| span.len() <= LONGEST_ASIDE));
    let mut open = Vec::new();
    for found in PARENTHESES.find_iter(part) {
        match found.as_str() {
            "(" | "（" => open.push(found.start()),
            ")" | "）" => {
                if let Some(start) = open.pop().filter(|start| found.end() - start <= LONGEST_ASIDE) {
                    blocks.push(Span::new(start, found.end()));
                }
            }
            _ => open.clear(),
        }
    }
    blocks.sort_unstable_by_key(|block| block.start);
    let mut disjoint: Vec<Span> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match disjoint.last_mut() {
            Some(last) if last.end > block.start => last.end = last.end.max(block.end),
            _ => disjoint.push(block),
        }
    }
    disjoint
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> =
            sentences(text, Span::new(0, text.len()), &[]).iter().map(|s| s.of(text).unwrap()).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn a_range_and_frozen_spans_are_respected() {
        let text = "One. Two `a. B` three. Four.";
        let code = Span::new(9, 15);
        let found = sentences(text, Span::new(5, text.len()), &[code]);
        let found: Vec<&str> = found.iter().map(|s| s.of(text).unwrap()).collect();
        assert_eq!(found, ["Two `a. B` three.", "Four."]);
        assert!(sentences("é", Span::new(1, 2), &[]).is_empty(), "a broken range has no sentences");
        check("", &[]);
        check(" \n\t ", &[]);
    }

    #[test]
    fn marks_without_words_end_nothing() {
        check("... and so on. Next.", &["... and so on.", "Next."]);
        check("!!! ??? ...", &["!!! ??? ..."]);
        check(". . . .", &[". . . ."]);
    }

    proptest! {
        #[test]
        fn all_that_is_not_space_is_in_exactly_one_sentence(
            text in prop_oneof![
                any::<String>(),
                proptest::collection::vec(
                    proptest::sample::select(vec![
                        "Mr", "He", "left", "etc", "U.S", "5", "I", ".", "...", "…", "!", "?", "。", "」", "「", " ",
                        " ", "\n", "\r\n", "\n\n", "\"", "“", "”", "(", ")", "[1]", "[^a]", "*", "😀", "\u{301}",
                        "\0", "- ", "1. ", "あ", "的", "ไทย", "שלום", "\u{2029}", "'", "é",
                    ]),
                    0..60,
                ).prop_map(|parts| parts.concat()),
            ],
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 6),
        ) {
            let boundaries: Vec<usize> = (0..=text.len()).filter(|i| text.is_char_boundary(*i)).collect();
            let mut places: Vec<usize> = cuts.iter().map(|cut| *cut.get(&boundaries)).collect();
            places.sort_unstable();
            let within = Span::new(places[0], places[5]);
            let frozen = [Span::new(places[1], places[2]), Span::new(places[3], places[4])];
            let mut at = within.start;
            for sentence in sentences(&text, within, &frozen) {
                prop_assert!(text[at..sentence.start].trim().is_empty());
                let inner = sentence.of(&text).unwrap();
                prop_assert!(!inner.is_empty());
                prop_assert_eq!(inner, inner.trim());
                for f in frozen {
                    prop_assert!(!(f.start < sentence.start && sentence.start < f.end && !text[f.start..sentence.start].trim().is_empty()));
                }
                at = sentence.end;
            }
            prop_assert!(text[at..within.end].trim().is_empty());
        }
    }
}
