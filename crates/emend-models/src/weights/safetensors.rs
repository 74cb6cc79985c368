//! Safetensors: eight bytes with the length of a JSON header, the header, the numbers.
//!
//! The header is read here and not by the `safetensors` crate, whose sum of tensor sizes can overflow on a
//! hostile file.

use std::collections::btree_map::Entry as Place;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};

use super::float::Float;
use super::map::MappedFile;
use super::{Mapped, NumberType, Stored};
use crate::error::ModelError;
use crate::files::{inside, read_text};

/// Largest header that is parsed, in bytes. A T5 of a thousand tensors needs about 100 kB.
const MAX_HEADER: u64 = 16 << 20;

/// Largest index file, in bytes.
const MAX_INDEX: u64 = 16 << 20;

/// One file, or all parts of a sharded model.
#[derive(Debug)]
pub(crate) struct SafeTensors {
    files: Vec<Arc<MappedFile>>,
    tensors: HashMap<String, Entry>,
}

/// Where a tensor lies.
#[derive(Debug, Clone)]
struct Entry {
    file: usize,
    float: Float,
    shape: Vec<usize>,
    bytes: Range<usize>,
}

impl SafeTensors {
    /// Opens a single file.
    pub(crate) fn open(path: &Path) -> Result<SafeTensors, ModelError> {
        let file = Arc::new(MappedFile::open(path)?);
        let tensors = read_header(&file, 0)?;
        Ok(SafeTensors { files: vec![file], tensors })
    }

    /// Opens all files that a `model.safetensors.index.json` names.
    pub(crate) fn open_sharded(index: &Path) -> Result<SafeTensors, ModelError> {
        let text = read_text(index, MAX_INDEX)?;
        let parsed: Index = serde_json::from_str(&text)
            .map_err(|e| ModelError::Parse { path: index.to_owned(), reason: e.to_string() })?;

        let folder = index.parent().unwrap_or(Path::new(""));
        let mut files = Vec::new();
        let mut headers: HashMap<&str, HashMap<String, Entry>> = HashMap::new();
        let mut tensors = HashMap::new();
        for (name, part) in &parsed.weight_map {
            if !headers.contains_key(part.as_str()) {
                let file = Arc::new(MappedFile::open(&inside(index, folder, part)?)?);
                headers.insert(part, read_header(&file, files.len())?);
                files.push(file);
            }
            let entry = headers.get_mut(part.as_str()).and_then(|header| header.remove(name));
            let Some(entry) = entry else {
                return Err(ModelError::NoTensor { path: folder.join(part), name: name.clone() });
            };
            tensors.insert(name.clone(), entry);
        }
        Ok(SafeTensors { files, tensors })
    }

    /// All names, in no order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// The shape of a tensor, outermost dimension first.
    pub(crate) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|entry| entry.shape.as_slice())
    }

    /// A tensor: where it lies, or a copy where the header has left it at an odd address.
    pub(crate) fn tensor(&self, name: &str) -> Option<Result<Stored, ModelError>> {
        let entry = self.tensors.get(name)?;
        let file = self.files.get(entry.file)?;
        let number = match entry.float {
            Float::F32 => NumberType::F32,
            Float::F16 => NumberType::F16,
            Float::Bf16 => NumberType::Bf16,
        };
        if let Some(mapped) = Mapped::new(file, entry.bytes.clone(), number, &entry.shape) {
            return Some(Ok(Stored::Mapped(mapped)));
        }
        let bytes = file.bytes().get(entry.bytes.clone())?;
        Some(entry.float.tensor(bytes, &entry.shape).map(Stored::Float))
    }
}

/// `model.safetensors.index.json`.
#[derive(Deserialize)]
struct Index {
    /// Tensor → file name.
    weight_map: BTreeMap<String, String>,
}

/// One tensor in the header of a file.
#[derive(Deserialize)]
struct Info {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

/// The header as written, which must not name a tensor twice.
struct Header(Vec<(String, Info)>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tensors;
        impl<'de> Visitor<'de> for Tensors {
            type Value = Header;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from tensor names to their types, shapes and offsets")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut tensors: BTreeMap<String, Info> = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    match tensors.entry(name) {
                        Place::Vacant(place) => drop(place.insert(map.next_value()?)),
                        Place::Occupied(place) => {
                            return Err(A::Error::custom(format!("tensor {} appears twice", place.key())));
                        }
                    }
                }
                Ok(Header(tensors.into_iter().collect()))
            }
        }
        deserializer.deserialize_map(Tensors)
    }
}

/// Reads and checks the header of `file`, the `number`th of the model.
fn read_header(file: &MappedFile, number: usize) -> Result<HashMap<String, Entry>, ModelError> {
    let bytes = file.bytes();
    let damaged = |item: String, expected: String, found: String| ModelError::Header {
        path: file.path().to_owned(),
        item,
        expected,
        found,
    };

    let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
        return Err(damaged("file".into(), "at least 8 bytes".into(), format!("{}", bytes.len())));
    };
    let length = u64::from_le_bytes(*length);
    let limit = MAX_HEADER.min(rest.len() as u64);
    if length > limit {
        return Err(damaged("header length".into(), format!("at most {limit} bytes"), length.to_string()));
    }
    let (header, data) = rest.split_at(length as usize);
    let start = bytes.len() - data.len();
    let Header(mut infos) = serde_json::from_slice(header)
        .map_err(|e| damaged("header".into(), "a JSON map of tensors".into(), e.to_string()))?;

    // The format allows neither holes nor overlaps, so each tensor begins where the one before ends.
    infos.sort_by_key(|(_, info)| info.data_offsets);
    let mut end = 0;
    let mut tensors = HashMap::new();
    for (name, info) in infos {
        let float = match info.dtype.as_str() {
            "F32" => Float::F32,
            "F16" => Float::F16,
            "BF16" => Float::Bf16,
            other => {
                return Err(ModelError::Unsupported {
                    path: file.path().to_owned(),
                    item: format!("tensor {name}"),
                    expected: "F32, F16 and BF16".into(),
                    found: format!("type {other:?}"),
                });
            }
        };
        let size = info
            .shape
            .iter()
            .try_fold(float.width(), |size, &dimension| size.checked_mul(dimension))
            .filter(|_| info.shape.iter().all(|&dimension| dimension > 0));
        let (from, to) = info.data_offsets;
        let found = format!("offsets {from} to {to} for shape {:?}", info.shape);
        if from != end || to < from || to > data.len() || size != Some(to - from) {
            let expected = format!("as many bytes as its shape takes, from {end} to at most {}", data.len());
            return Err(damaged(format!("tensor {name}"), expected, found));
        }
        end = to;
        tensors
            .insert(name, Entry { file: number, float, shape: info.shape, bytes: start + from..start + to });
    }
    if end != data.len() {
        return Err(damaged("file".into(), format!("{end} bytes of tensors"), data.len().to_string()));
    }
    Ok(tensors)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(data);
        bytes
    }

    fn open(bytes: &[u8]) -> Result<SafeTensors, ModelError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        fs::write(&path, bytes).unwrap();
        SafeTensors::open(&path)
    }

    #[track_caller]
    fn refused(bytes: &[u8], part: &str) {
        let error = open(bytes).unwrap_err();
        assert!(error.to_string().contains(part), "{error} does not mention {part:?}");
    }

    const PAIR: &str = r#"{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
        "a":{"dtype":"BF16","shape":[1,2],"data_offsets":[8,12]}}"#;

    #[test]
    fn tensors_are_found_by_name() {
        let mut data = [1.0_f32, -2.0].map(f32::to_le_bytes).concat();
        data.extend([0x80, 0x3f, 0x00, 0x40]); // 1.0, 2.0 as bf16
        let tensors = open(&file(PAIR, &data)).unwrap();
        let numbers = |name: &str| tensors.tensor(name).unwrap().unwrap().into_float().unwrap();
        assert_eq!(numbers("b").to_vec1::<f32>().unwrap(), [1.0, -2.0]);
        assert_eq!(numbers("a").to_vec2::<f32>().unwrap(), [[1.0, 2.0]]);
        assert!(tensors.tensor("__metadata__").is_none());
    }

    #[test]
    fn every_truncation_is_refused() {
        let whole = file(PAIR, &[0; 12]);
        for length in 0..whole.len() {
            assert!(matches!(open(&whole[..length]), Err(ModelError::Header { .. })), "{length} bytes");
        }
        refused(&[whole, vec![0]].concat(), "12 bytes of tensors, found 13");
    }

    #[test]
    fn a_bad_header_length_is_not_believed() {
        for length in [u64::MAX, u64::MAX / 2, 1 << 40, 200, 17 << 20] {
            let mut bytes = file(PAIR, &[0; 12]);
            bytes[..8].copy_from_slice(&length.to_le_bytes());
            refused(&bytes, if length == 200 { "header" } else { "header length" });
        }
    }

    #[test]
    fn contradictions_are_refused_by_name() {
        let tensor = |shape: &str, offsets: &str| {
            file(&format!(r#"{{"x":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#), &[0; 8])
        };
        assert!(open(&tensor("[2]", "[0,8]")).is_ok());
        refused(&tensor("[3]", "[0,8]"), "tensor x");
        refused(&tensor("[3]", "[0,12]"), "tensor x");
        refused(&tensor("[1]", "[4,8]"), "tensor x");
        refused(&tensor("[2]", "[8,0]"), "tensor x");
        refused(&tensor("[0]", "[0,0]"), "tensor x");
        refused(&tensor("[4294967296,4294967296]", "[0,8]"), "tensor x");
        refused(&tensor("[-1]", "[0,8]"), "invalid value");
        // Two tensors whose sizes add up to more than a u64.
        let huge = u64::MAX / 8;
        refused(
            &file(
                &format!(
                    r#"{{"x":{{"dtype":"F32","shape":[{huge}],"data_offsets":[0,{huge}]}},
                         "y":{{"dtype":"F32","shape":[{huge}],"data_offsets":[{huge},{}]}}}}"#,
                    u64::MAX
                ),
                &[],
            ),
            "tensor x",
        );
        refused(&file(&PAIR.replace("\"a\"", "\"b\""), &[0; 12]), "tensor b appears twice");
        refused(&file(&PAIR.replace("F32", "I64"), &[0; 16]), "F32, F16 and BF16");
        refused(&file("[1,2]", &[]), "invalid type");
        refused(&file(&"[".repeat(10_000), &[]), "header");
    }

    #[test]
    fn shards_are_joined_and_stay_in_their_folder() {
        let folder = tempfile::tempdir().unwrap();
        let one = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
        fs::write(folder.path().join("1.safetensors"), file(one, &1.0_f32.to_le_bytes())).unwrap();
        let two = one.replace("\"a\"", "\"b\"");
        fs::write(folder.path().join("2.safetensors"), file(&two, &2.0_f32.to_le_bytes())).unwrap();
        let index = folder.path().join("model.safetensors.index.json");
        let open = |map: &str| {
            fs::write(&index, format!(r#"{{"metadata":{{}},"weight_map":{{{map}}}}}"#)).unwrap();
            SafeTensors::open_sharded(&index)
        };

        let tensors = open(r#""a":"1.safetensors","b":"2.safetensors""#).unwrap();
        let numbers = |name: &str| tensors.tensor(name).unwrap().unwrap().into_float().unwrap();
        assert_eq!(numbers("b").to_vec1::<f32>().unwrap(), [2.0]);
        assert_eq!(numbers("a").to_vec1::<f32>().unwrap(), [1.0]);

        let wrong_part = open(r#""a":"2.safetensors""#).unwrap_err();
        assert!(matches!(wrong_part, ModelError::NoTensor { name, .. } if name == "a"));
        for outside in ["../1.safetensors", "/etc/passwd", "x/../../1.safetensors", "", ".", "C:\\\\x"] {
            let error = open(&format!(r#""a":"{outside}""#)).unwrap_err();
            assert!(matches!(error, ModelError::Outside { .. }), "{outside:?}: {error:?}");
        }
        assert!(matches!(open(r#""a":7"#), Err(ModelError::Parse { .. })));
    }
}
