//! Reads the header of a GGUF file (version 2 or 3) before llama.cpp does, because llama.cpp may end the process
//! over what is in it.
//!
//! The header is untrusted: no number in it sizes an allocation or a loop before it was compared with the length
//! of the file.

mod cursor;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use self::cursor::{Cursor, Value};
use crate::refusal::Refusal;
use crate::types::Kind;

/// Architectures of llama.cpp that do not write text from left to right: encoders, diffusion models, drafters and
/// voices.
const NOT_WRITERS: &[&str] = &[
    "bert",
    "modern-bert",
    "nomic-bert",
    "nomic-bert-moe",
    "neo-bert",
    "jina-bert-v2",
    "jina-bert-v3",
    "eurobert",
    "gemma-embedding",
    "llama-embed",
    "t5encoder",
    "clip",
    "dream",
    "llada",
    "llada-moe",
    "rnd1",
    "eagle3",
    "dflash",
    "gemma4-assistant",
    "wavtokenizer-dec",
    "qwen3tts",
    "pockettts",
];

/// What the file says about itself.
#[derive(Debug, PartialEq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) architecture: String,
    pub(crate) name: Option<String>,
    /// Tokens that the model claims to hold at once.
    pub(crate) context: Option<u64>,
    pub(crate) chat_template: bool,
}

/// Reads and checks the header of the file at `path`.
pub(crate) fn read(path: &str) -> Result<Header, Refusal> {
    let refuse = |why: String| Refusal::File { path: path.to_owned(), why };
    let metadata = std::fs::metadata(Path::new(path)).map_err(|error| refuse(error.to_string()))?;
    if !metadata.is_file() {
        return Err(refuse("it is not a file".to_owned()));
    }
    let file = File::open(path).map_err(|error| refuse(error.to_string()))?;
    let mut cursor = Cursor::new(path, file, metadata.len());

    if cursor.left() < 4 || cursor.array("magic")? != *b"GGUF" {
        return Err(Refusal::NotGguf { path: path.to_owned() });
    }
    let version = cursor.u32("version")?;
    if !(2..=3).contains(&version) {
        return Err(cursor.damaged("version", "2 or 3, little-endian", version));
    }
    // Name length, dimensions, one dimension, type, offset; key length, a byte, type, a byte.
    let tensors = cursor.count(8 + 4 + 8 + 4 + 8, "number of tensors")?;
    let keys = cursor.count(8 + 1 + 4 + 1, "number of keys")?;
    let mut values = BTreeMap::new();
    for _ in 0..keys {
        let key = cursor.text("key")?;
        let kind = cursor.u32(&key)?;
        if let Some(value) = cursor.value(kind, &key)? {
            values.insert(key, value);
        }
    }
    check_tensors(&mut cursor, tensors, &values)?;
    header(path, &values)
}

fn header(path: &str, values: &BTreeMap<String, Value>) -> Result<Header, Refusal> {
    let text = |key: &str| match values.get(key) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let refuse = |found: String| Refusal::Architecture { path: path.to_owned(), found };
    if let Some(other) = text("general.type").filter(|kind| kind != "model") {
        return Err(refuse(other));
    }
    let architecture = text("general.architecture").ok_or_else(|| Refusal::Damaged {
        path: path.to_owned(),
        item: "general.architecture".to_owned(),
        expected: "the name of an architecture".to_owned(),
        found: "none".to_owned(),
    })?;
    if NOT_WRITERS.contains(&architecture.as_str()) {
        return Err(refuse(architecture));
    }
    Ok(Header {
        kind: if architecture == "t5" { Kind::T5 } else { Kind::Chat },
        name: text("general.name"),
        context: match values.get(&format!("{architecture}.context_length")) {
            Some(Value::Unsigned(tokens)) => Some(*tokens),
            _ => None,
        },
        chat_template: values.contains_key("tokenizer.chat_template"),
        architecture,
    })
}

/// Every tensor must lie inside the file.
fn check_tensors(
    cursor: &mut Cursor<'_>,
    count: u64,
    values: &BTreeMap<String, Value>,
) -> Result<(), Refusal> {
    let alignment = match values.get("general.alignment") {
        None => 32,
        Some(Value::Unsigned(bytes)) if bytes.is_power_of_two() && *bytes <= 1 << 16 => *bytes,
        Some(other) => {
            return Err(cursor.damaged("general.alignment", "a power of two", format!("{other:?}")));
        }
    };
    // The tensor that ends last, counted from the first one.
    let mut last = (String::new(), 0_u64);
    for _ in 0..count {
        let name = cursor.text("name of a tensor")?;
        let dimensions = cursor.u32(&name)?;
        if !(1..=4).contains(&dimensions) {
            return Err(cursor.damaged(&name, "1 to 4 dimensions", dimensions));
        }
        let mut elements = Some(1_u64);
        for _ in 0..dimensions {
            let dimension = cursor.u64(&name)?;
            elements = elements.and_then(|product| product.checked_mul(dimension));
        }
        let code = cursor.u32(&name)?;
        let Some((block, bytes)) = block_size(code) else {
            return Err(cursor.damaged(&name, "a number type that this version of llama.cpp knows", code));
        };
        let offset = cursor.u64(&name)?;
        let end = elements.and_then(|n| n.div_ceil(block).checked_mul(bytes)?.checked_add(offset));
        let Some(end) = end else { return Err(cursor.damaged(&name, "a size below 2^64", "more")) };
        if end > last.1 {
            last = (name, end);
        }
    }
    let (data, length) = (cursor.at().next_multiple_of(alignment), cursor.at() + cursor.left());
    if data.saturating_add(last.1) > length {
        let (name, end) = last;
        let found = format!("{length} bytes in all");
        return Err(cursor.damaged(&name, &format!("an end at byte {}", data.saturating_add(end)), found));
    }
    Ok(())
}

/// Numbers per block, and bytes per block, of ggml's type `code`. (`ggml_type` in `ggml.h`; the blocks are in
/// `ggml-common.h`.)
fn block_size(code: u32) -> Option<(u64, u64)> {
    Some(match code {
        0 | 26 => (1, 4),      // F32, I32
        1 | 25 | 30 => (1, 2), // F16, I16, BF16
        24 => (1, 1),          // I8
        27 | 28 => (1, 8),     // I64, F64
        2 | 20 => (32, 18),    // Q4_0, IQ4_NL
        3 => (32, 20),         // Q4_1
        6 => (32, 22),         // Q5_0
        7 => (32, 24),         // Q5_1
        8 => (32, 34),         // Q8_0
        9 => (32, 36),         // Q8_1
        10 => (256, 84),       // Q2_K
        11 | 21 => (256, 110), // Q3_K, IQ3_S
        12 => (256, 144),      // Q4_K
        13 => (256, 176),      // Q5_K
        14 => (256, 210),      // Q6_K
        15 => (256, 292),      // Q8_K
        16 | 35 => (256, 66),  // IQ2_XXS, TQ2_0
        17 => (256, 74),       // IQ2_XS
        18 => (256, 98),       // IQ3_XXS
        19 => (256, 50),       // IQ1_S
        22 => (256, 82),       // IQ2_S
        23 => (256, 136),      // IQ4_XS
        29 => (256, 56),       // IQ1_M
        34 => (256, 54),       // TQ1_0
        39 => (32, 17),        // MXFP4
        40 => (64, 36),        // NVFP4
        41 => (128, 18),       // Q1_0
        42 => (64, 18),        // Q2_0
        _ => return None,
    })
}
