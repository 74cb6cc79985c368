//! Reads little-endian fields from a file without ever believing a length.

use std::fs::File;
use std::io::{BufReader, Read};

use crate::refusal::Refusal;

/// Longest text of the metadata that is kept, in bytes. Chat templates have ten thousand.
const MAX_TEXT: u64 = 1 << 20;

/// A metadata value that somebody may look at.
#[derive(Debug)]
pub(super) enum Value {
    Unsigned(u64),
    Text(String),
}

/// A position in the file.
pub(super) struct Cursor<'a> {
    path: &'a str,
    file: BufReader<File>,
    at: u64,
    length: u64,
}

impl<'a> Cursor<'a> {
    /// The beginning of a file of `length` bytes.
    pub(super) fn new(path: &'a str, file: File, length: u64) -> Self {
        Self { path, file: BufReader::new(file), at: 0, length }
    }

    /// Bytes read so far.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Bytes that are left.
    pub(super) fn left(&self) -> u64 {
        self.length - self.at
    }

    /// A refusal of `item`.
    pub(super) fn damaged(&self, item: &str, expected: &str, found: impl ToString) -> Refusal {
        Refusal::Damaged {
            path: self.path.to_owned(),
            item: item.to_owned(),
            expected: expected.to_owned(),
            found: found.to_string(),
        }
    }

    /// Moves on by `bytes`, if there are so many.
    fn pass(&mut self, bytes: u64, item: &str) -> Result<(), Refusal> {
        let left = self.left();
        if bytes > left {
            let item = format!("{item}, at byte {}", self.at);
            return Err(self.damaged(&item, &format!("at most the {left} bytes that are left"), bytes));
        }
        self.at += bytes;
        Ok(())
    }

    fn skip(&mut self, bytes: u64, item: &str) -> Result<(), Refusal> {
        self.pass(bytes, item)?;
        self.file.seek_relative(bytes as i64).map_err(|error| self.unreadable(&error))
    }

    pub(super) fn array<const N: usize>(&mut self, item: &str) -> Result<[u8; N], Refusal> {
        self.pass(N as u64, item)?;
        let mut array = [0; N];
        self.file.read_exact(&mut array).map_err(|error| self.unreadable(&error))?;
        Ok(array)
    }

    fn unreadable(&self, error: &std::io::Error) -> Refusal {
        Refusal::File { path: self.path.to_owned(), why: error.to_string() }
    }

    pub(super) fn u32(&mut self, item: &str) -> Result<u32, Refusal> {
        Ok(u32::from_le_bytes(self.array(item)?))
    }

    pub(super) fn u64(&mut self, item: &str) -> Result<u64, Refusal> {
        Ok(u64::from_le_bytes(self.array(item)?))
    }

    /// A number of entries of at least `least` bytes each.
    pub(super) fn count(&mut self, least: u64, item: &str) -> Result<u64, Refusal> {
        let count = self.u64(item)?;
        let most = self.left() / least;
        if count > most {
            return Err(self.damaged(item, &format!("at most {most} by the length of the file"), count));
        }
        Ok(count)
    }

    pub(super) fn text(&mut self, item: &str) -> Result<String, Refusal> {
        let length = self.u64(item)?;
        if length > MAX_TEXT {
            return Err(self.damaged(item, &format!("at most {MAX_TEXT} bytes of text"), length));
        }
        self.pass(length, item)?;
        let mut bytes = vec![0; length as usize];
        self.file.read_exact(&mut bytes).map_err(|error| self.unreadable(&error))?;
        String::from_utf8(bytes).map_err(|_| self.damaged(item, "UTF-8", "other bytes"))
    }

    /// A value of the type `kind`; `None` for those that nobody looks at.
    pub(super) fn value(&mut self, kind: u32, key: &str) -> Result<Option<Value>, Refusal> {
        const TEXT: u32 = 8;
        const LIST: u32 = 9;
        match kind {
            0 | 1 | 7 => self.skip(1, key)?, // u8, i8, bool
            2 | 3 => self.skip(2, key)?,     // u16, i16
            4 => return Ok(Some(Value::Unsigned(self.u32(key)?.into()))),
            5 | 6 => self.skip(4, key)?, // i32, f32
            TEXT => return Ok(Some(Value::Text(self.text(key)?))),
            LIST => {
                let kind = self.u32(key)?;
                let width = match kind {
                    0 | 1 | 7 => 1,
                    2 | 3 => 2,
                    4..=6 => 4,
                    TEXT | 10..=12 => 8,
                    other => return Err(self.damaged(key, "a list of numbers or texts", other)),
                };
                let count = self.count(width, key)?;
                if kind != TEXT {
                    self.skip(count * width, key)?;
                } else {
                    for _ in 0..count {
                        let length = self.u64(key)?;
                        self.skip(length, key)?;
                    }
                }
            }
            10 => return Ok(Some(Value::Unsigned(self.u64(key)?))),
            11 | 12 => self.skip(8, key)?, // i64, f64
            other => return Err(self.damaged(key, "a value type from 0 to 12", other)),
        }
        Ok(None)
    }
}
