//! The output: appended line by line, and taken up again after its last whole line.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::AppError;

/// A rewritten row.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Answer {
    pub(super) hyp: String,
    pub(super) confidence: Option<f32>,
    pub(super) tier: &'static str,
    pub(super) scores: BTreeMap<&'static str, f32>,
    pub(super) ms: u64,
}

#[derive(Serialize)]
struct AnswerLine<'a> {
    id: &'a Value,
    #[serde(flatten)]
    answer: &'a Answer,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<String>,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    id: &'a Value,
    error: Refusal,
}

/// An error as rows have it.
#[derive(Serialize)]
pub(in crate::verbs) struct Refusal {
    code: &'static str,
    message: String,
    hint: String,
}

impl From<&AppError> for Refusal {
    fn from(error: &AppError) -> Self {
        Self { code: error.code(), message: error.in_full(), hint: error.hint() }
    }
}

/// How every row of ours begins.
const BEGINNING: &[u8] = b"{\"id\":";

/// The file, locked against other runs until it is dropped.
pub(super) struct Output {
    path: PathBuf,
    file: File,
    found: Found,
}

/// What was there before this run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Found {
    /// Whole lines up to the last answer. Errors behind it are tried again.
    pub(super) rows: u64,
    /// The id in the last of them; `None` if there is none or it is no row of ours.
    pub(super) last_id: Option<Value>,
    /// What was asked about each, where the row says it.
    pub(super) asked: Vec<Option<String>>,
    /// Whether what follows them, if anything, is the beginning of a row of ours.
    pub(super) torn_row: bool,
    /// Where they end.
    end: u64,
}

impl Output {
    /// Opens or creates the file and looks at what it has. Nothing is changed yet.
    pub(super) fn open(path: &Path) -> Result<Self, AppError> {
        let failed = |source| AppError::Write { path: path.to_owned(), source };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(source)) => return Err(failed(source)),
            Err(TryLockError::WouldBlock) => {
                return Err(AppError::Invalid {
                    what: "the output",
                    expected: "a file that no other run writes to".to_owned(),
                    found: format!("{}, which another run is writing", path.display()),
                });
            }
        }
        let found = look(&file).map_err(failed)?;
        Ok(Self { path: path.to_owned(), file, found })
    }

    /// What was there before this run.
    pub(super) fn found(&self) -> &Found {
        &self.found
    }

    /// Cuts off what is tried again, and a line that was not written to its end; what is written from now on follows the
    /// last answer.
    pub(super) fn take_up(&mut self) -> Result<(), AppError> {
        let cut =
            self.file.set_len(self.found.end).and_then(|()| self.file.seek(SeekFrom::Start(self.found.end)));
        cut.map(drop).map_err(|source| AppError::Write { path: self.path.clone(), source })
    }

    pub(super) fn answer(
        &mut self,
        id: &Value,
        answer: &Answer,
        asked: Option<String>,
    ) -> Result<(), AppError> {
        self.append(&AnswerLine { id, answer, asked })
    }

    pub(super) fn error(&mut self, id: &Value, error: &AppError) -> Result<(), AppError> {
        self.append(&ErrorLine { id, error: error.into() })
    }

    /// One call of the system per line: a killed run leaves whole lines and at most one torn one.
    fn append(&mut self, line: &impl Serialize) -> Result<(), AppError> {
        let written = serde_json::to_vec(line).map_err(io::Error::from).and_then(|mut bytes| {
            bytes.push(b'\n');
            self.file.write_all(&bytes)
        });
        written.map_err(|source| AppError::Write { path: self.path.clone(), source })
    }

    /// Waits until everything is on the disk.
    pub(super) fn sync(&self) -> Result<(), AppError> {
        self.file.sync_all().map_err(|source| AppError::Write { path: self.path.clone(), source })
    }
}

fn look(file: &File) -> io::Result<Found> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Line {
        id: Option<Value>,
        asked: Option<String>,
        error: Option<Refused>,
    }
    /// A [`Refusal`] that was written.
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "having them is what tells ours from errors of others")]
    struct Refused {
        code: String,
        message: String,
        hint: String,
    }
    let mut found = Found { torn_row: true, ..Found::default() };
    // Where the file is read, and how many of the rows so far count: errors count when an answer follows.
    let (mut at, mut counted) = (0, 0);
    let mut line = Vec::new();
    let mut reader = BufReader::new(file);
    while reader.read_until(b'\n', &mut line)? > 0 {
        if !line.ends_with(b"\n") {
            let length = line.len().min(BEGINNING.len());
            found.torn_row = line[..length] == BEGINNING[..length];
            break;
        }
        at += line.len() as u64;
        let row = serde_json::from_slice::<Line>(&line).unwrap_or_default();
        found.asked.push(row.asked);
        if row.id.is_none() || row.error.is_none() {
            (found.end, found.last_id, counted) = (at, row.id, found.asked.len());
        }
        line.clear();
    }
    found.asked.truncate(counted);
    found.rows = counted as u64;
    Ok(found)
}
