//! What can go wrong between the program and its file, sorted by what a person can do about it.

use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;

/// A failure of the store. Nothing of an interrupted write remains: each one is a transaction.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file was written by a newer version of the program.
    #[error("{path} was written by a newer Emend (schema {found}; this one knows up to {known})", path = path.display())]
    Newer {
        /// The database file.
        path: PathBuf,
        /// The newest migration in the file.
        found: i64,
        /// The newest migration of this program.
        known: i64,
    },
    /// The file is not a database, or a damaged one.
    #[error("{path} is damaged or not a database of Emend: {detail}", path = path.display())]
    Damaged {
        /// The database file.
        path: PathBuf,
        /// What SQLite found.
        detail: String,
    },
    /// The disk, or a limit set on the file, is full.
    #[error("no space left to write {path}", path = path.display())]
    Full {
        /// The database file.
        path: PathBuf,
    },
    /// The file or its folder cannot be opened or written.
    #[error("{path} cannot be opened or written: {detail}", path = path.display())]
    NotWritable {
        /// The database file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// Another process kept the file locked for longer than the store waits.
    #[error("{path} is in use by another program", path = path.display())]
    Busy {
        /// The database file.
        path: PathBuf,
    },
    /// The text was saved by somebody else since the revision that this change is based on.
    #[error("document {document} is at revision {latest}, but the change is based on revision {base}")]
    Stale {
        /// The document.
        document: i64,
        /// The revision that the caller knew.
        base: i64,
        /// The revision that is stored.
        latest: i64,
    },
    /// A row that the caller named does not exist.
    #[error("there is no {what} {id}")]
    Missing {
        /// The kind of row: "document", "edit" …
        what: &'static str,
        /// Its id as the caller named it.
        id: String,
    },
    /// A value that the schema does not allow.
    #[error("{what} is out of range: expected {expected}, found {found}")]
    Invalid {
        /// The field.
        what: &'static str,
        /// What the schema allows.
        expected: &'static str,
        /// What was given.
        found: String,
    },
    /// Writing an export failed.
    #[error("the export could not be written: {0}")]
    Export(#[source] std::io::Error),
    /// Anything else SQLite or sqlx said.
    #[error("{path}: {source}", path = path.display())]
    Sql {
        /// The database file.
        path: PathBuf,
        /// The cause.
        source: sqlx::Error,
    },
}

impl StoreError {
    /// What to do about it, as one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Newer { .. } => "install the newer version again; the file was left as it is",
            Self::Damaged { .. } => {
                "move the file aside and start again; keep it, since its texts may be recoverable"
            }
            Self::Full { .. } => "free some space and try again; everything saved before is still there",
            Self::NotWritable { .. } => "check the owner and the permissions of the folder",
            Self::Busy { .. } => "close the other program, or wait until it is done, and try again",
            Self::Stale { .. } => "load the newer revision and apply the change to it",
            Self::Missing { .. } => "it may have been deleted in another window",
            Self::Invalid { .. } => "correct the value and try again",
            Self::Export(_) => "check the place that the export is written to",
            Self::Sql { .. } => "try again; if it persists, report it with this message",
        }
    }

    /// Sorts an error of sqlx.
    pub(crate) fn from_sqlx(path: &Path, source: sqlx::Error) -> Self {
        let path = path.to_owned();
        let Some((code, detail)) = code_of(&source) else {
            return match source {
                sqlx::Error::Io(cause) => Self::NotWritable { path, detail: cause.to_string() },
                sqlx::Error::PoolTimedOut => Self::Busy { path },
                source => Self::Sql { path, source },
            };
        };
        // Primary result codes, https://sqlite.org/rescode.html; the rest of the number is detail.
        match code & 0xff {
            // BUSY, LOCKED
            5 | 6 => Self::Busy { path },
            // PERM, READONLY, IOERR, CANTOPEN, AUTH
            3 | 8 | 10 | 14 | 23 => Self::NotWritable { path, detail },
            // CORRUPT, NOTADB
            11 | 26 => Self::Damaged { path, detail },
            // FULL
            13 => Self::Full { path },
            _ => Self::Sql { path, source },
        }
    }

    /// Sorts an error of the migrations; `known` is this program's newest one.
    pub(crate) fn from_migration(path: &Path, known: i64, error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(found) => Self::Newer { path: path.to_owned(), found, known },
            MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
                Self::from_sqlx(path, source)
            }
            other => Self::Damaged { path: path.to_owned(), detail: other.to_string() },
        }
    }
}

fn code_of(error: &sqlx::Error) -> Option<(i64, String)> {
    let database = error.as_database_error()?;
    Some((database.code()?.parse().ok()?, database.message().to_owned()))
}
