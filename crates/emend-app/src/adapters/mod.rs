//! Adapters of a model, a folder each, and which of them is in use.

mod folders;
mod live;
mod worn;

pub(crate) use folders::AdapterFolders;
pub use live::Choice;
pub(crate) use live::{Live, change, read};
pub(crate) use worn::Worn;
pub use worn::{AdapterFit, Writer};
