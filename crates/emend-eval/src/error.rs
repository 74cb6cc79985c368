//! Why something could not be measured.

use std::path::PathBuf;

/// An evaluation that did not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A compressed file is damaged.
    #[error("{} is not a whole zstd file: {problem}", path.display())]
    Compressed {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        problem: String,
    },
    /// A line is not what it should be.
    #[error("{}, line {line}: expected {expected}, found {found}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line's number, from 1.
        line: usize,
        /// What a line holds.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// Nothing to measure.
    #[error("{} has no row to measure{}", path.display(), of_task(task.as_deref()))]
    NoRows {
        /// The file.
        path: PathBuf,
        /// The task that rows had to be of.
        task: Option<String>,
    },
    /// An id stands twice.
    #[error("{}, line {line}: the id {id} stands in an earlier line, too", path.display())]
    SameId {
        /// The file.
        path: PathBuf,
        /// The line's number, from 1.
        line: usize,
        /// The id as JSON.
        id: String,
    },
    /// A row was not rewritten.
    #[error("{} has no row for the id {id}", path.display())]
    NoHypothesis {
        /// The file of rewrites.
        path: PathBuf,
        /// The id as JSON.
        id: String,
    },
    /// The judge's files do not fit.
    #[error("{}: expected {expected}, found {found}", path.display())]
    Judge {
        /// The file.
        path: PathBuf,
        /// What the file should hold.
        expected: String,
        /// What it holds.
        found: String,
    },
    /// No case of that name.
    #[error("the suite has no case `{name}`; there are {known}")]
    NoCase {
        /// The name.
        name: String,
        /// All names.
        known: String,
    },
}

impl EvalError {
    /// Stable name of the kind of refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "read",
            Self::Write { .. } => "write",
            Self::Compressed { .. } | Self::Line { .. } | Self::SameId { .. } => "rows",
            Self::NoRows { .. } => "no_rows",
            Self::NoHypothesis { .. } => "no_hypothesis",
            Self::Judge { .. } => "judge",
            Self::NoCase { .. } => "no_case",
        }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "check that the file exists and may be read",
            Self::Write { .. } => "check the place and its free space",
            Self::Compressed { .. } => "copy the file again",
            Self::Line { .. } | Self::SameId { .. } => {
                "correct the line; each is one JSON object with an id of its own"
            }
            Self::NoRows { .. } => "check the file and the task that rows must be of",
            Self::NoHypothesis { .. } => "rewrite the same file with `emend batch`, or leave --hyp out",
            Self::Judge { .. } => "name the folder that the judge's recipe wrote",
            Self::NoCase { .. } => "leave --only out to run them all",
        }
    }
}

fn of_task(task: Option<&str>) -> String {
    task.map(|task| format!(" of the task `{task}`")).unwrap_or_default()
}
