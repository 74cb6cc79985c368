//! One file per table (or pair of tables that are only written together): its rows, its queries, its tests.
//!
//! A good table here is `STRICT`, deletes with its parent, has its rules as `CHECK`s in the migration, and every
//! function that writes is one transaction, so that a caller can never see half of it.

pub mod candidates;
pub mod decided;
pub mod decisions;
pub mod documents;
pub mod grades;
pub mod imported;
pub mod requests;
pub mod revisions;
