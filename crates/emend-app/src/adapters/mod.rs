//! Adapters in the profile: a folder each, and which of them is in use.

mod live;
mod worn;

use std::path::{Path, PathBuf};

pub use live::Choice;
pub(crate) use live::{Live, change, read};
pub(crate) use worn::Worn;
pub use worn::{AdapterFit, Writer};

use crate::AppError;

/// Longest name of an adapter.
const LONGEST_ID: usize = 64;

/// The folder of the adapter `id`, which need not exist. A name is a file's name on every system: small letters, digits
/// and hyphens.
pub(crate) fn folder(adapters: &Path, id: &str) -> Result<PathBuf, AppError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > LONGEST_ID || !id.chars().all(plain) || id.starts_with('-') {
        return Err(AppError::Invalid {
            what: "the adapter's name",
            expected: format!("at most {LONGEST_ID} small letters, digits and hyphens"),
            found: format!("{id:?}"),
        });
    }
    Ok(adapters.join(id))
}

/// The same, of one that is there.
pub(crate) fn existing(adapters: &Path, id: &str) -> Result<PathBuf, AppError> {
    let found = folder(adapters, id)?;
    if found.is_dir() { Ok(found) } else { Err(AppError::NoAdapter { id: id.to_owned() }) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_name_cannot_lead_out_of_the_folder() {
        let adapters = Path::new("adapters");
        assert_eq!(folder(adapters, "rloo-2").unwrap(), adapters.join("rloo-2"));
        for bad in ["", ".", "..", "a/b", "A", "-x", "a b", "live.json", &"a".repeat(65)] {
            assert!(matches!(folder(adapters, bad), Err(AppError::Invalid { .. })), "{bad}");
        }
        assert!(matches!(existing(adapters, "none"), Err(AppError::NoAdapter { .. })));
    }
}
