//! The rows of a JSON-lines file, one at a time, however long the file is.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;

use crate::AppError;
use crate::verbs::rewrite::LONGEST_TEXT;

/// Longest line in bytes: a text of the greatest length with every character escaped, and some fields.
const LONGEST_LINE: usize = 6 * LONGEST_TEXT + (1 << 20);

/// A line that is not blank.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::verbs) struct Line {
    /// Its number in the file, from 0, blank lines counted.
    pub(in crate::verbs) number: u64,
    /// Its bytes without the end of the line; `None` if there are too many.
    pub(in crate::verbs) bytes: Option<Vec<u8>>,
}

/// Reads lines.
pub(in crate::verbs) struct Lines {
    file: BufReader<File>,
    number: u64,
}

impl Lines {
    pub(in crate::verbs) fn new(file: BufReader<File>) -> Self {
        Self { file, number: 0 }
    }

    /// The next line that is not blank; `path` is for the error.
    pub(in crate::verbs) fn next(&mut self, path: &Path) -> Result<Option<Line>, AppError> {
        self.read().map_err(|source| AppError::Read { path: path.to_owned(), source })
    }

    /// How many lines are left that are not blank.
    pub(in crate::verbs) fn count(mut self, path: &Path) -> Result<u64, AppError> {
        let mut count = 0;
        while self.next(path)?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            self.file.by_ref().take(LONGEST_LINE as u64).read_until(b'\n', &mut bytes)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let number = self.number;
            self.number += 1;
            if bytes.len() == LONGEST_LINE && !bytes.ends_with(b"\n") {
                self.file.skip_until(b'\n')?;
                return Ok(Some(Line { number, bytes: None }));
            }
            let bytes = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
                Some(rest) if number == 0 => rest.trim_ascii(),
                _ => bytes.trim_ascii(),
            };
            if !bytes.is_empty() {
                return Ok(Some(Line { number, bytes: Some(bytes.to_vec()) }));
            }
        }
    }
}
