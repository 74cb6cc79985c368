//! Byte offsets ↔ UTF-16 offsets: Rust counts bytes, the webview counts UTF-16 code units.

use std::cmp::Ordering;
use std::ops::Range;

use crate::span::{BrokenSpan, Span, check_boundary};

/// Distance between two checkpoints in bytes: a lookup scans at most this many bytes after its binary search.
const STRIDE: usize = 256;

/// Translates offsets of one text between bytes and UTF-16 code units, both ways, in O(log n).
///
/// It holds no text; each call takes the text that the index was made for. With another text the answer is a
/// [`BrokenSpan`] or an offset of that other text, never a panic.
#[derive(Debug, Clone)]
pub struct Utf16Index {
    /// Character boundaries about [`STRIDE`] bytes apart, ascending; the first is the start of the text.
    checkpoints: Vec<Checkpoint>,
    /// Length of the text in UTF-16 code units.
    len: usize,
}

/// The same place in both counts.
#[derive(Debug, Clone, Copy)]
struct Checkpoint {
    byte: usize,
    utf16: usize,
}

impl Utf16Index {
    /// Reads the text once.
    pub fn new(text: &str) -> Utf16Index {
        let mut here = Checkpoint { byte: 0, utf16: 0 };
        let mut checkpoints = vec![here];
        while here.byte < text.len() {
            let mut end = (here.byte + STRIDE).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            let utf16 = here.utf16 + units(&text[here.byte..end]);
            here = Checkpoint { byte: end, utf16 };
            checkpoints.push(here);
        }
        Utf16Index { checkpoints, len: here.utf16 }
    }

    /// Length of the text in UTF-16 code units.
    pub fn len_utf16(&self) -> usize {
        self.len
    }

    /// The UTF-16 offset of a byte offset of `text`.
    pub fn to_utf16(&self, text: &str, byte: usize) -> Result<usize, BrokenSpan> {
        check_boundary(text, byte)?;
        let from = self.before(|checkpoint| checkpoint.byte <= byte);
        let part = Span::new(from.byte, byte).of(text)?;
        Ok(from.utf16 + units(part))
    }

    /// The byte offset of a UTF-16 offset of `text`. An offset between the halves of a surrogate pair is broken.
    pub fn to_byte(&self, text: &str, utf16: usize) -> Result<usize, BrokenSpan> {
        if utf16 > self.len {
            return Err(BrokenSpan::Outside { offset: utf16, len: self.len });
        }
        let from = self.before(|checkpoint| checkpoint.utf16 <= utf16);
        let mut here = from;
        for c in Span::new(from.byte, text.len()).of(text)?.chars() {
            if here.utf16 >= utf16 {
                break;
            }
            here.byte += c.len_utf8();
            here.utf16 += c.len_utf16();
        }
        match here.utf16.cmp(&utf16) {
            Ordering::Equal => Ok(here.byte),
            Ordering::Greater => Err(BrokenSpan::InsideCharacter { offset: utf16 }),
            Ordering::Less => Err(BrokenSpan::Outside { offset: utf16, len: here.utf16 }),
        }
    }

    /// A byte span as a UTF-16 range.
    pub fn span_to_utf16(&self, text: &str, span: Span) -> Result<Range<usize>, BrokenSpan> {
        span.of(text)?;
        Ok(self.to_utf16(text, span.start)?..self.to_utf16(text, span.end)?)
    }

    /// A UTF-16 range as a byte span.
    pub fn span_to_byte(&self, text: &str, range: Range<usize>) -> Result<Span, BrokenSpan> {
        if range.start > range.end {
            return Err(BrokenSpan::Backwards { start: range.start, end: range.end });
        }
        Ok(Span::new(self.to_byte(text, range.start)?, self.to_byte(text, range.end)?))
    }

    /// The last checkpoint of which `holds` is true; it is true of a prefix that includes the first.
    fn before(&self, holds: impl Fn(&Checkpoint) -> bool) -> Checkpoint {
        self.checkpoints[self.checkpoints.partition_point(holds).saturating_sub(1)]
    }
}

/// UTF-16 code units of `text`.
fn units(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_what_a_browser_counts() {
        // One unit, one, two (a surrogate pair), one (a combining accent), one.
        let text = "añ😀\u{301}!";
        let index = Utf16Index::new(text);
        assert_eq!(index.len_utf16(), 6);
        assert_eq!(index.span_to_utf16(text, Span::new(3, 7)), Ok(2..4));
        assert_eq!(index.span_to_byte(text, 2..4), Ok(Span::new(3, 7)));
        assert_eq!(index.to_byte(text, 3), Err(BrokenSpan::InsideCharacter { offset: 3 }));
        assert_eq!(index.to_utf16(text, 4), Err(BrokenSpan::InsideCharacter { offset: 4 }));
        assert_eq!(index.to_byte(text, 7), Err(BrokenSpan::Outside { offset: 7, len: 6 }));
        assert_eq!(index.to_utf16(text, 99), Err(BrokenSpan::Outside { offset: 99, len: text.len() }));
        let (start, end) = (4, 2);
        assert_eq!(index.span_to_byte(text, start..end), Err(BrokenSpan::Backwards { start, end }));
    }

    #[test]
    fn an_index_of_another_text_is_an_error_not_a_panic() {
        let long = "ab".repeat(STRIDE * 2);
        let index = Utf16Index::new(&long);
        assert!(index.to_byte("ab", 900).is_err());
        assert_eq!(index.to_utf16("ab", 2), Ok(2));
        let accents = "é".repeat(STRIDE * 2);
        assert!(
            (0..=900).filter_map(|at| index.to_byte(&accents, at).ok()).all(|b| accents.is_char_boundary(b))
        );
    }

    proptest! {
        #[test]
        fn every_boundary_survives_the_round_trip(part in ".{0,40}", times in 1_usize..30) {
            let text = part.repeat(times);
            let index = Utf16Index::new(&text);
            let mut utf16 = 0;
            for (byte, c) in text.char_indices().chain([(text.len(), '\0')]) {
                prop_assert_eq!(index.to_utf16(&text, byte), Ok(utf16));
                prop_assert_eq!(index.to_byte(&text, utf16), Ok(byte));
                utf16 += c.len_utf16();
            }
        }
    }
}
