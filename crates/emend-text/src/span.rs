//! Byte ranges on character boundaries: how every part of Emend points into a text.

/// A half-open byte range `start..end` of some text, `start <= end`, both on character boundaries of that text.
///
/// A span does not know its text; [`Span::of`] checks the two against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A span or an offset that does not fit the text it was used with: the text has changed since the span was made,
/// or the span was made for another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenSpan {
    /// The range runs backwards.
    #[error("span {start}..{end} ends before it starts; give the smaller offset first")]
    Backwards {
        /// First byte (or UTF-16 unit) asked for.
        start: usize,
        /// One past the last byte (or UTF-16 unit) asked for.
        end: usize,
    },
    /// The offset lies behind the end of the text.
    #[error(
        "offset {offset} is behind the end of the text ({len}); the span was made for another version of it, \
         compute it again"
    )]
    Outside {
        /// The offset asked for, in the unit of `len`.
        offset: usize,
        /// The text's length, in bytes or in UTF-16 units.
        len: usize,
    },
    /// The offset lies inside a character (in UTF-8) or between the halves of a surrogate pair (in UTF-16).
    #[error(
        "offset {offset} is inside a character; the span was made for another version of the text, compute it again"
    )]
    InsideCharacter {
        /// The offset asked for.
        offset: usize,
    },
}

impl Span {
    /// `start..end`. A range given backwards is kept as it is and reported by [`Span::of`].
    pub const fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// Length in bytes.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether it covers nothing.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether `other` lies wholly inside, ends included.
    pub const fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share at least one byte. An empty span shares none, so it overlaps nothing.
    pub const fn overlaps(self, other: Span) -> bool {
        let start = if self.start > other.start { self.start } else { other.start };
        let end = if self.end < other.end { self.end } else { other.end };
        start < end
    }

    /// The same range `by` bytes further on: from a position in a part to a position in the whole.
    #[must_use]
    pub const fn shift(self, by: usize) -> Span {
        Span { start: self.start + by, end: self.end + by }
    }

    /// The text it covers.
    pub fn of(self, text: &str) -> Result<&str, BrokenSpan> {
        if self.start > self.end {
            return Err(BrokenSpan::Backwards { start: self.start, end: self.end });
        }
        check_boundary(text, self.end)?;
        check_boundary(text, self.start)?;
        Ok(&text[self.start..self.end])
    }
}

/// That `byte` may start or end a span of `text`.
pub(crate) fn check_boundary(text: &str, byte: usize) -> Result<(), BrokenSpan> {
    if byte > text.len() {
        Err(BrokenSpan::Outside { offset: byte, len: text.len() })
    } else if text.is_char_boundary(byte) {
        Ok(())
    } else {
        Err(BrokenSpan::InsideCharacter { offset: byte })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_gives_the_text_or_says_what_is_wrong() {
        let text = "añb";
        assert_eq!(Span::new(0, 3).of(text), Ok("añ"));
        assert_eq!(Span::new(4, 4).of(text), Ok(""));
        assert_eq!(Span::new(0, 2).of(text), Err(BrokenSpan::InsideCharacter { offset: 2 }));
        assert_eq!(Span::new(2, 3).of(text), Err(BrokenSpan::InsideCharacter { offset: 2 }));
        assert_eq!(Span::new(0, 5).of(text), Err(BrokenSpan::Outside { offset: 5, len: 4 }));
        assert_eq!(Span::new(3, 1).of(text), Err(BrokenSpan::Backwards { start: 3, end: 1 }));
    }

    #[test]
    fn an_empty_span_overlaps_nothing_but_can_be_contained() {
        let whole = Span::new(2, 6);
        assert!(!whole.overlaps(Span::new(4, 4)) && !Span::new(4, 4).overlaps(whole));
        assert!(whole.contains(Span::new(6, 6)) && whole.contains(whole));
        assert!(whole.overlaps(Span::new(5, 9)) && !whole.overlaps(Span::new(6, 9)));
        assert_eq!(Span::new(1, 2).shift(3), Span::new(4, 5));
        assert!(Span::new(5, 3).is_empty());
    }
}
