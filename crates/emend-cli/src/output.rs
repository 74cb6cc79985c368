//! Results on standard output.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::Failure;

/// How results are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    /// Prints bytes as they are: a text comes back with the line endings it had.
    pub(crate) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush()).or_else(closed_is_fine)
    }

    /// Prints one line.
    pub(crate) fn line(line: impl AsRef<str>) -> Result<(), Failure> {
        Self::bytes(format!("{}\n", line.as_ref()).as_bytes())
    }

    /// Prints words or phrases: one a line, or one JSON array.
    pub(crate) fn list(self, items: &[String], empty: &str) -> Result<(), Failure> {
        if self.json {
            return Self::json(&items);
        }
        if items.is_empty() {
            Self::remark(empty);
        }
        items.iter().try_for_each(Self::line)
    }

    /// Tells the person something that is no result: programs that read the results do not see it.
    pub(crate) fn remark(remark: &str) {
        eprintln!("emend: {remark}");
    }

    /// Prints one JSON value on one line.
    pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
        match serde_json::to_string(value) {
            Ok(line) => Self::line(line),
            Err(error) => {
                Err(Failure::new("output", format!("cannot write the result: {error}"), "report this"))
            }
        }
    }
}

/// A reader that has seen enough (`emend … | head`) closes the pipe: no error of ours.
fn closed_is_fine(error: io::Error) -> Result<(), Failure> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Ok(());
    }
    Err(Failure::new("write", format!("cannot write the result: {error}"), "check the space on the disk"))
}
