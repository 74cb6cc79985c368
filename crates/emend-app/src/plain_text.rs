//! Bytes that claim to be a text.

use crate::AppError;
use crate::verbs::rewrite::LONGEST_TEXT;

const BOM: &str = "\u{feff}";

/// A text as it was read. Line endings are untouched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainText {
    /// The text without byte order mark.
    pub text: String,
    /// Whether it began with one.
    pub bom: bool,
}

impl PlainText {
    /// Reads UTF-8; `what` names the source in refusals.
    ///
    /// Refuses invalid UTF-8 and NUL, with the place, and what is too long to be reviewed.
    pub fn decode(what: &str, bytes: Vec<u8>) -> Result<Self, AppError> {
        let refused = |problem: String| AppError::NotText { what: what.into(), problem };
        if bytes.len() > LONGEST_TEXT {
            return Err(refused(format!("it is longer than {} MB", LONGEST_TEXT >> 20)));
        }
        if let Some(place) = bytes.iter().position(|byte| *byte == 0) {
            return Err(refused(format!("it holds binary data (a NUL at byte {place})")));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            refused(format!("it is not UTF-8 (byte {})", error.utf8_error().valid_up_to()))
        })?;
        Ok(match text.strip_prefix(BOM) {
            Some(rest) => Self { text: rest.into(), bom: true },
            None => Self { text, bom: false },
        })
    }

    /// The bytes of `text`, with the byte order mark that this one had.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        let mark = if self.bom { BOM } else { "" };
        [mark, text].concat().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(bytes: &[u8], said: &str) {
        let error = PlainText::decode("the file", bytes.to_vec()).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("the file"), "{error}");
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        refused(b"abc\0def", "NUL at byte 3");
        refused(b"ab\xff", "not UTF-8 (byte 2)");
        refused(&vec![b'a'; LONGEST_TEXT + 1], "longer than");
    }

    #[test]
    fn a_byte_order_mark_comes_back() {
        let bytes = "\u{feff}One.\r\nTwo.".as_bytes();
        let read = PlainText::decode("the file", bytes.to_vec()).unwrap();
        assert_eq!(read.text, "One.\r\nTwo.");
        assert_eq!(read.encode(&read.text), bytes);
    }
}
