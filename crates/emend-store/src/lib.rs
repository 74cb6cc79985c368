//! Documents, revisions, requests, candidates, decisions and imported preferences in one SQLite file.
//!
//! The only crate that knows SQL. Rows are not domain types: they hold what is stored, as plain strings, numbers
//! and byte offsets, and `emend-app` converts. Times are passed in, never read here.
//!
//! What was acknowledged survives a killed process and a power cut: the log is synced before a write returns
//! (WAL with `synchronous = FULL`). Deleted text is overwritten (`secure_delete`).
//!
//! Every query is checked against the schema when the crate is compiled. The schema's description is committed in
//! `.sqlx`, so a build needs no database; after changing a query or a migration, renew it in this folder:
//!
//! ```text
//! cat migrations/*.sql | sqlite3 dev.db && touch src/lib.rs
//! DATABASE_URL=sqlite://$PWD/dev.db SQLX_OFFLINE_DIR=$PWD/.sqlx cargo check; rm dev.db
//! ```

mod error;
mod export;
mod forget;
mod open;
pub mod tables;

pub use error::StoreError;
pub use export::Exported;
pub use open::Store;

/// Milliseconds since 1970-01-01 00:00 UTC.
pub type UnixMillis = i64;
