//! Between the bytes of a text file and a text whose lines end with `\n`.
//!
//! A text that nobody changed gives back the very same bytes; in a text that somebody changed, so do all lines that
//! they left alone, whatever mixture of line endings the file has.

use std::time::{Duration, Instant};

use emend_store::tables::documents::Endings;
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::{AppError, PlainText};

/// Longest time to look for lines that stayed the same; after it, fewer of them may be found.
const LONGEST_DIFF: Duration = Duration::from_secs(2);

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextFile {
    /// Its text; every line ends with `\n`.
    pub(crate) text: String,
    /// How its lines end on the disk.
    pub(crate) endings: Endings,
    /// Whether it starts with a byte order mark.
    pub(crate) bom: bool,
}

impl TextFile {
    /// Reads UTF-8; `what` names the source in refusals.
    pub(crate) fn of_bytes(what: &str, bytes: Vec<u8>) -> Result<Self, AppError> {
        if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            let problem = "it is in UTF-16, an encoding that is not supported".to_owned();
            return Err(AppError::NotText { what: what.to_owned(), problem });
        }
        let PlainText { text: source, bom } = PlainText::decode(what, bytes)?;
        Ok(Self { text: unified(&source), endings: endings(&source), bom })
    }

    /// The bytes to save.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        PlainText { text: String::new(), bom: self.bom }.encode(&self.source())
    }

    /// The text as the file has it, without byte order mark.
    pub(crate) fn source(&self) -> String {
        let text = unified(&self.text);
        match &self.endings {
            Endings::Lf => text,
            Endings::Crlf => text.replace('\n', "\r\n"),
            Endings::Cr => text.replace('\n', "\r"),
            Endings::Mixed(source) => with_endings_of(source, &text),
        }
    }
}

fn unified(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

fn endings(source: &str) -> Endings {
    let kinds: Vec<&str> =
        lines(source).map(|line| line.ending).filter(|ending| !ending.is_empty()).collect();
    match kinds.split_first() {
        None => Endings::Lf,
        Some((first, rest)) if rest.iter().all(|ending| ending == first) => match *first {
            "\r\n" => Endings::Crlf,
            "\r" => Endings::Cr,
            _ => Endings::Lf,
        },
        Some(_) => Endings::Mixed(source.to_owned()),
    }
}

struct Line<'t> {
    content: &'t str,
    /// `\n`, `\r\n`, `\r`, or nothing at the end of the text.
    ending: &'t str,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let content = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let ending = match &rest[content..] {
            "" => 0,
            after if after.starts_with("\r\n") => 2,
            _ => 1,
        };
        let line = Line { content: &rest[..content], ending: &rest[content..content + ending] };
        rest = &rest[content + ending..];
        Some(line)
    })
}

/// `text`, where lines of `source`, changed or not, end as they do there, and new ones as the line before them.
fn with_endings_of(source: &str, text: &str) -> String {
    let (old, new): (Vec<Line<'_>>, Vec<Line<'_>>) = (lines(source).collect(), lines(text).collect());
    let contents = |lines: &[Line<'_>]| lines.iter().map(|line| line.content.to_owned()).collect::<Vec<_>>();
    let deadline = Instant::now() + LONGEST_DIFF;
    let steps =
        capture_diff_slices_deadline(Algorithm::Myers, &contents(&old), &contents(&new), Some(deadline));
    let mut kept = vec![None; new.len()];
    for step in steps {
        // Of a run of lines that were replaced, the first stands for the first, and so on.
        if let DiffOp::Equal { .. } | DiffOp::Replace { .. } = step {
            for (slot, line) in kept[step.new_range()].iter_mut().zip(&old[step.old_range()]) {
                *slot = Some(line.ending);
            }
        }
    }
    let mut result = String::with_capacity(text.len() + text.len() / 32);
    let mut last = old.first().map_or("\n", |line| line.ending);
    for (line, kept) in new.iter().zip(kept) {
        result.push_str(line.content);
        if line.ending.is_empty() {
            continue;
        }
        // The source's last line may have no ending to give.
        last = kept.filter(|ending| !ending.is_empty()).unwrap_or(last);
        result.push_str(last);
    }
    result
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn edited(bytes: &[u8], change: impl FnOnce(String) -> String) -> String {
        let mut file = TextFile::of_bytes("the file", bytes.to_vec()).unwrap();
        file.text = change(file.text);
        String::from_utf8(file.to_bytes()).unwrap()
    }

    #[test]
    fn a_changed_line_keeps_how_it_and_the_others_end() {
        let go = |text: String| text.replace("go", "goes");
        assert_eq!(edited(b"He go.\r\nBye.\r\n", go), "He goes.\r\nBye.\r\n");
        assert_eq!(edited(b"He go.\rBye.", go), "He goes.\rBye.");
        assert_eq!(edited(b"\xEF\xBB\xBFHe go.\n", go), "\u{FEFF}He goes.\n");
        assert_eq!(edited(b"One.\nHe go.\r\nTwo.\n", go), "One.\nHe goes.\r\nTwo.\n");
    }

    #[test]
    fn new_lines_end_as_the_line_before_them() {
        let add = |text: String| text.replace("Two.\n", "Two.\nTwo and a half.\n");
        assert_eq!(edited(b"One.\r\nTwo.\r\n", add), "One.\r\nTwo.\r\nTwo and a half.\r\n");
        assert_eq!(edited(b"One.\nTwo.\r\nThree.\n", add), "One.\nTwo.\r\nTwo and a half.\r\nThree.\n");
        // A line is added where the file had no end of line.
        assert_eq!(edited(b"One.\nTwo.\r\nThree.", |text| text + "\nFour."), "One.\nTwo.\r\nThree.\r\nFour.");
    }

    #[test]
    fn what_is_no_text_says_so() {
        for (bytes, said) in [
            (&b"\xFF\xFEH\0i\0"[..], "UTF-16"),
            (b"Hi\nthere\0", "NUL"),
            (b"M\xFCller", "UTF-8"),
            (b"PK\x03\x04\x14\0", "NUL"),
        ] {
            let error = TextFile::of_bytes("letter.doc", bytes.to_vec()).unwrap_err();
            assert_eq!(error.code(), "not_text");
            let message = error.to_string();
            assert!(message.contains("letter.doc") && message.contains(said), "{message}");
        }
    }

    #[test]
    fn long_mixed_files_are_quick() {
        let line = |n: usize| format!("Line {n}.{}", if n.is_multiple_of(3) { "\r\n" } else { "\n" });
        let source = (0..100_000).map(line).collect::<Vec<_>>().concat();
        let started = Instant::now();
        let saved = edited(source.as_bytes(), |text| text.replace("Line 777.", "Row 777."));
        assert!(saved == source.replace("Line 777.", "Row 777."), "one line differs, and no end of line");
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }

    proptest! {
        #[test]
        fn an_untouched_text_gives_back_its_bytes(
            bom: bool,
            parts in proptest::collection::vec("[a-zäß👋 \u{2028}]{0,3}(\n|\r\n|\r)?", 0..20),
        ) {
            let bytes = [if bom { "\u{FEFF}" } else { "" }, &parts.concat()].concat().into_bytes();
            let file = TextFile::of_bytes("the file", bytes.clone()).unwrap();
            prop_assert!(!file.text.contains('\r'));
            prop_assert_eq!(file.to_bytes(), bytes);
        }

        #[test]
        fn saving_changes_nothing_but_ends_of_lines(
            source in "([ab](\n|\r\n|\r)){0,12}",
            text in "([ab]\n){0,12}[ab]?",
        ) {
            let file = TextFile { text: text.clone(), endings: endings(&source), bom: false };
            let saved = String::from_utf8(file.to_bytes()).unwrap();
            prop_assert_eq!(unified(&saved), text);
        }
    }
}
