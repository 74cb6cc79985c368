//! The key–value part of a GGUF header.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cursor::Cursor;
use crate::error::ModelError;

/// Longest key that the format allows, in bytes.
const MAX_KEY: usize = 65_535;

/// A metadata value. Lists are only measured; their content stays in the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    /// A list of texts: how many, and the bytes in which they lie (each with its length before it).
    Texts {
        count: u64,
        bytes: Range<usize>,
    },
    /// A list of numbers, of which nothing is used so far.
    Numbers,
}

/// The value types of the format and their codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    U8 = 0,
    I8 = 1,
    U16 = 2,
    I16 = 3,
    U32 = 4,
    I32 = 5,
    F32 = 6,
    Bool = 7,
    Text = 8,
    List = 9,
    U64 = 10,
    I64 = 11,
    F64 = 12,
}

impl Kind {
    fn of(code: u32) -> Option<Kind> {
        use Kind::{Bool, F32, F64, I8, I16, I32, I64, List, Text, U8, U16, U32, U64};
        [U8, I8, U16, I16, U32, I32, F32, Bool, Text, List, U64, I64, F64]
            .into_iter()
            .find(|kind| *kind as u32 == code)
    }

    /// Bytes of one value; the least number for texts and lists.
    fn width(self) -> u64 {
        match self {
            Kind::U8 | Kind::I8 | Kind::Bool => 1,
            Kind::U16 | Kind::I16 => 2,
            Kind::U32 | Kind::I32 | Kind::F32 => 4,
            Kind::Text | Kind::U64 | Kind::I64 | Kind::F64 => 8,
            Kind::List => 12,
        }
    }
}

/// Reads `count` keys with their values.
pub(super) fn read(cursor: &mut Cursor<'_>, count: u64) -> Result<BTreeMap<String, Value>, ModelError> {
    let mut metadata = BTreeMap::new();
    for number in 0..count {
        let key = cursor.text(&format!("metadata key {number}"))?;
        if key.is_empty() || key.len() > MAX_KEY {
            let item = format!("metadata key {number}");
            return Err(cursor.damaged(item, format!("1 to {MAX_KEY} bytes"), key.len()));
        }
        let item = format!("metadata key {key:?}");
        let kind = kind(cursor, &item)?;
        let value = value(cursor, kind, &item)?;
        if metadata.insert(key.to_owned(), value).is_some() {
            return Err(cursor.damaged(item, "one value", "two"));
        }
    }
    Ok(metadata)
}

fn kind(cursor: &mut Cursor<'_>, item: &str) -> Result<Kind, ModelError> {
    let code = cursor.u32(item)?;
    Kind::of(code).ok_or_else(|| cursor.damaged(item, "a value type from 0 to 12", code))
}

fn value(cursor: &mut Cursor<'_>, kind: Kind, item: &str) -> Result<Value, ModelError> {
    let value = match kind {
        Kind::Text => Value::Text(cursor.text(item)?.to_owned()),
        Kind::List => list(cursor, item)?,
        Kind::Bool => match cursor.take(1, item)? {
            [0] => Value::Bool(false),
            [1] => Value::Bool(true),
            other => return Err(cursor.damaged(item, "0 or 1", format!("{other:?}"))),
        },
        number => {
            // Every number is widened from its little-endian bytes; integers keep their sign.
            let bytes = cursor.take(number.width(), item)?;
            let mut wide = [0; 8];
            wide[..bytes.len()].copy_from_slice(bytes);
            let bits = u64::from_le_bytes(wide);
            match number {
                Kind::F32 => Value::Float(f64::from(f32::from_bits(bits as u32))),
                Kind::F64 => Value::Float(f64::from_bits(bits)),
                Kind::I8 => Value::Signed(i64::from(bits as i8)),
                Kind::I16 => Value::Signed(i64::from(bits as i16)),
                Kind::I32 => Value::Signed(i64::from(bits as i32)),
                Kind::I64 => Value::Signed(bits as i64),
                _ => Value::Unsigned(bits),
            }
        }
    };
    Ok(value)
}

fn list(cursor: &mut Cursor<'_>, item: &str) -> Result<Value, ModelError> {
    let element = kind(cursor, item)?;
    let count = cursor.count(element.width(), item)?;
    let start = cursor.at();
    match element {
        Kind::List => Err(cursor.damaged(item, "a list of numbers or texts", "a list of lists")),
        Kind::Text => {
            for _ in 0..count {
                cursor.text(item)?;
            }
            Ok(Value::Texts { count, bytes: start..cursor.at() })
        }
        number => {
            // `count` made sure that the product is not longer than the file.
            cursor.take(count * number.width(), item)?;
            Ok(Value::Numbers)
        }
    }
}
