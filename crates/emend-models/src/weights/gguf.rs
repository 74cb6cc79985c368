//! GGUF, versions 2 and 3: a header of metadata and tensor descriptions, then the blocks of numbers.
//!
//! The header is untrusted. Nothing is allocated by a count before the count is known to fit into the file,
//! and every tensor is known to lie inside the file, apart from the others, before it is touched.

mod cursor;
mod metadata;
mod types;
mod writer;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use candle_core::Device;
use candle_core::quantized::{GgmlDType, QStorage, QTensor};

use self::cursor::Cursor;
pub(crate) use self::metadata::Value;
pub(crate) use self::writer::{Header, HeaderValue, TensorPlan};
use super::map::MappedFile;
use super::{Mapped, NumberType, Stored};
use crate::error::ModelError;

/// The first four bytes.
pub(crate) const MAGIC: &[u8; 4] = b"GGUF";

/// Where tensors begin, unless `general.alignment` says otherwise.
const DEFAULT_ALIGNMENT: u64 = 32;

/// GGML's limit on dimensions.
const MAX_DIMENSIONS: u32 = 4;

/// Longest tensor name, in bytes. llama.cpp stops at 63; Hugging Face names are up to 75 long.
const MAX_NAME: usize = 255;

/// A GGUF file whose header has been read and checked.
#[derive(Debug)]
pub(crate) struct Gguf {
    file: Arc<MappedFile>,
    metadata: BTreeMap<String, Value>,
    tensors: HashMap<String, Entry>,
}

/// Where a tensor lies and what it is.
#[derive(Debug)]
struct Entry {
    dtype: GgmlDType,
    /// Outermost dimension first, unlike in the file.
    shape: Vec<usize>,
    bytes: Range<usize>,
}

impl Gguf {
    /// Maps a file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Gguf, ModelError> {
        let file = Arc::new(MappedFile::open(path)?);
        let mut cursor = Cursor::new(path, file.bytes());
        let (metadata, tensors) = read_header(path, &mut cursor)?;
        Ok(Gguf { file, metadata, tensors })
    }

    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// The metadata value of `key`.
    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        self.metadata.get(key)
    }

    /// The texts of a list in the metadata.
    pub(crate) fn texts(&self, key: &str) -> Option<impl ExactSizeIterator<Item = &str>> {
        let Value::Texts { count, bytes } = self.value(key)? else { return None };
        let mut cursor = Cursor::new(self.path(), self.file.bytes().get(bytes.clone())?);
        // The header was read once, so every text is there.
        Some((0..*count as usize).map(move |_| cursor.text(key).unwrap_or_default()))
    }

    /// The shape of a tensor, outermost dimension first.
    pub(crate) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|entry| entry.shape.as_slice())
    }

    /// A tensor: where it lies, when our kernels know its type, else as a copy for candle's.
    pub(crate) fn tensor(&self, name: &str) -> Option<Result<Stored, ModelError>> {
        let entry = self.tensors.get(name)?;
        let bytes = self.file.bytes().get(entry.bytes.clone())?;
        let number = match entry.dtype {
            GgmlDType::F32 => NumberType::F32,
            GgmlDType::F16 => NumberType::F16,
            GgmlDType::BF16 => NumberType::Bf16,
            GgmlDType::Q8_0 => NumberType::Q8_0,
            blocks => return Some(copied(bytes, blocks, &entry.shape)),
        };
        let mapped = Mapped::new(&self.file, entry.bytes.clone(), number, &entry.shape);
        Some(match mapped {
            Some(mapped) => Ok(Stored::Mapped(mapped)),
            None => copied(bytes, number.ggml(), &entry.shape),
        })
    }
}

/// Candle panics on a misaligned slice: the mapping begins at a page and the header was refused unless every tensor
/// begins at a multiple of 8.
fn copied(bytes: &[u8], dtype: GgmlDType, shape: &[usize]) -> Result<Stored, ModelError> {
    let storage = QStorage::from_data(Cow::Borrowed(bytes), &Device::Cpu, dtype)?;
    Ok(Stored::Quantized(Arc::new(QTensor::new(storage, shape)?)))
}

type Parsed = (BTreeMap<String, Value>, HashMap<String, Entry>);

fn read_header(path: &Path, cursor: &mut Cursor<'_>) -> Result<Parsed, ModelError> {
    let unsupported = |item: String, expected: &str, found: String| ModelError::Unsupported {
        path: path.to_owned(),
        item,
        expected: expected.to_owned(),
        found,
    };

    let magic = cursor.take(4, "first bytes")?;
    if magic != MAGIC {
        return Err(cursor.damaged("first bytes", "\"GGUF\"", magic.escape_ascii()));
    }
    let version = cursor.u32("version")?;
    if !(2..=3).contains(&version) {
        // A big-endian file shows as version 0x03000000.
        return Err(unsupported("version".into(), "2 and 3, little-endian", version.to_string()));
    }
    // Name length, dimensions, type, offset and at least one dimension; key length, a byte, type, a byte.
    let tensor_count = cursor.count(8 + 4 + 8 + 4 + 8, "number of tensors")?;
    let key_count = cursor.count(8 + 1 + 4 + 1, "number of metadata keys")?;
    let metadata = metadata::read(cursor, key_count)?;

    let alignment = match metadata.get("general.alignment") {
        None => DEFAULT_ALIGNMENT,
        // The format demands a multiple of 8; blocks are read in place, so it matters.
        Some(Value::Unsigned(n)) if n.is_power_of_two() && (8..=65_536).contains(n) => *n,
        Some(other) => {
            let found = format!("{other:?}");
            return Err(cursor.damaged("general.alignment", "a power of two from 8 to 65536", found));
        }
    };

    let mut described = Vec::new();
    for number in 0..tensor_count {
        described.push(read_tensor(path, cursor, number)?);
    }

    let data = (cursor.at() as u64).next_multiple_of(alignment);
    let end = (cursor.at() + cursor.left()) as u64;
    let mut tensors = HashMap::new();
    for (name, dtype, shape, offset) in described {
        let item = format!("tensor {name}");
        let Some(size) = types::size(dtype, &shape) else {
            let expected = format!("whole blocks of {} numbers per row", dtype.block_size());
            return Err(cursor.damaged(item, expected, format!("shape {shape:?}")));
        };
        if offset % alignment != 0 {
            return Err(cursor.damaged(item, format!("an offset divisible by {alignment}"), offset));
        }
        let range = data.checked_add(offset).and_then(|from| Some(from..from.checked_add(size as u64)?));
        let Some(range) = range.filter(|range| range.end <= end) else {
            let expected = format!("to end within the {end} bytes of the file");
            return Err(cursor.damaged(item, expected, format!("{size} bytes at {data} + {offset}")));
        };
        let entry = Entry { dtype, shape, bytes: range.start as usize..range.end as usize };
        if tensors.insert(name, entry).is_some() {
            return Err(cursor.damaged(item, "one description", "two"));
        }
    }
    apart(cursor, &tensors)?;
    Ok((metadata, tensors))
}

type Description = (String, GgmlDType, Vec<usize>, u64);

fn read_tensor(path: &Path, cursor: &mut Cursor<'_>, number: u64) -> Result<Description, ModelError> {
    let name = cursor.text(&format!("name of tensor {number}"))?;
    if name.is_empty() || name.len() > MAX_NAME {
        let item = format!("name of tensor {number}");
        return Err(cursor.damaged(item, format!("1 to {MAX_NAME} bytes"), name.len()));
    }
    let item = format!("tensor {name}");
    let dimensions = cursor.u32(&item)?;
    if !(1..=MAX_DIMENSIONS).contains(&dimensions) {
        return Err(cursor.damaged(item, format!("1 to {MAX_DIMENSIONS} dimensions"), dimensions));
    }
    let mut shape = Vec::new();
    for _ in 0..dimensions {
        let dimension = cursor.u64(&item)?;
        let fits = usize::try_from(dimension).ok().filter(|d| (1..=isize::MAX as usize).contains(d));
        shape.push(
            fits.ok_or_else(|| cursor.damaged(item.as_str(), "a dimension from 1 to 2^63", dimension))?,
        );
    }
    shape.reverse();
    let code = cursor.u32(&item)?;
    let dtype = types::by_code(code).ok_or_else(|| ModelError::Unsupported {
        path: path.to_owned(),
        item: item.clone(),
        expected: "F32, F16, BF16, Q4_0 to Q8_0 and Q2_K to Q6_K".into(),
        found: format!("GGML type {code}"),
    })?;
    let offset = cursor.u64(&item)?;
    Ok((name.to_owned(), dtype, shape, offset))
}

/// Refuses tensors that share bytes.
fn apart(cursor: &Cursor<'_>, tensors: &HashMap<String, Entry>) -> Result<(), ModelError> {
    let mut by_start: Vec<(&String, &Entry)> = tensors.iter().collect();
    by_start.sort_by_key(|(name, entry)| (entry.bytes.start, *name));
    for pair in by_start.windows(2) {
        let [(before, first), (name, second)] = pair else { continue };
        if second.bytes.start < first.bytes.end {
            let expected = format!("to begin after {before}, which ends at byte {}", first.bytes.end);
            return Err(cursor.damaged(format!("tensor {name}"), expected, second.bytes.start));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
