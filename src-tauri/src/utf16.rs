//! The one place where offsets change their unit: bytes in the core, UTF-16 in the page.

use emend_app::AppError;
use emend_text::{Span, Utf16Index};

/// A text with an index for converting offsets.
pub(crate) struct Offsets<'t> {
    text: &'t str,
    index: Utf16Index,
}

impl<'t> Offsets<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, index: Utf16Index::new(text) }
    }

    /// The page's offsets of a span of ours; both at the text's end if the span does not fit, which would be a
    /// defect of ours: an edit there is empty and harmless.
    pub(crate) fn to_page(&self, span: Span) -> (u32, u32) {
        let end = || self.index.to_utf16(self.text, self.text.len()).unwrap_or_default();
        let offset = |byte| self.index.to_utf16(self.text, byte).unwrap_or_else(|_| end()) as u32;
        (offset(span.start), offset(span.end))
    }

    /// Our span for a range of the page.
    pub(crate) fn of_page(&self, start: u32, end: u32) -> Result<Span, AppError> {
        let broken = || AppError::Invalid {
            what: "the selection",
            expected: "a range of the text".into(),
            found: format!("{start}..{end}"),
        };
        let byte = |offset: u32| self.index.to_byte(self.text, offset as usize).map_err(|_| broken());
        let (from, to) = (byte(start)?, byte(end)?);
        if from <= to { Ok(Span::new(from, to)) } else { Err(broken()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_is_two_units_wide_for_the_page_and_four_bytes_for_us() {
        let offsets = Offsets::new("a🙂b");
        assert_eq!(offsets.to_page(Span::new(5, 6)), (3, 4));
        assert_eq!(offsets.of_page(3, 4).unwrap(), Span::new(5, 6));
    }

    #[test]
    fn half_a_face_and_a_range_that_runs_backwards_are_refused() {
        let offsets = Offsets::new("a🙂b");
        assert!(offsets.of_page(2, 3).is_err());
        assert!(offsets.of_page(3, 1).is_err());
        assert!(offsets.of_page(0, 99).is_err());
    }
}
