//! Reads little-endian fields from a slice without ever believing a length.

use std::path::Path;

use crate::error::ModelError;

/// A position in the bytes of a file.
pub(super) struct Cursor<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(path: &'a Path, bytes: &'a [u8]) -> Cursor<'a> {
        Cursor { path, bytes, at: 0 }
    }

    /// Bytes read so far.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Bytes that are left.
    pub(super) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// A [`ModelError::Header`] about `item`.
    pub(super) fn damaged(
        &self,
        item: impl Into<String>,
        expected: impl Into<String>,
        found: impl ToString,
    ) -> ModelError {
        ModelError::Header {
            path: self.path.to_owned(),
            item: item.into(),
            expected: expected.into(),
            found: found.to_string(),
        }
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: u64, item: &str) -> Result<&'a [u8], ModelError> {
        let left = self.left();
        if count > left as u64 {
            let item = format!("{item} at byte {}", self.at);
            return Err(self.damaged(item, format!("at most the {left} bytes that are left"), count));
        }
        let start = self.at;
        self.at += count as usize;
        Ok(&self.bytes[start..self.at])
    }

    fn array<const N: usize>(&mut self, item: &str) -> Result<[u8; N], ModelError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N as u64, item)?);
        Ok(array)
    }

    pub(super) fn u32(&mut self, item: &str) -> Result<u32, ModelError> {
        Ok(u32::from_le_bytes(self.array(item)?))
    }

    pub(super) fn u64(&mut self, item: &str) -> Result<u64, ModelError> {
        Ok(u64::from_le_bytes(self.array(item)?))
    }

    /// A number of entries that take at least `least` bytes each, so that a loop over them ends soon.
    pub(super) fn count(&mut self, least: u64, item: &str) -> Result<u64, ModelError> {
        let count = self.u64(item)?;
        let most = self.left() as u64 / least;
        if count > most {
            return Err(self.damaged(item, format!("at most {most} by the length of the file"), count));
        }
        Ok(count)
    }

    /// A length and as many bytes of UTF-8.
    pub(super) fn text(&mut self, item: &str) -> Result<&'a str, ModelError> {
        let length = self.u64(item)?;
        let bytes = self.take(length, item)?;
        std::str::from_utf8(bytes).map_err(|e| self.damaged(item, "UTF-8", e))
    }
}
