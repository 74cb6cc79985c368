//! JSON Lines, plain or compressed with zstd.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use ruzstd::decoding::StreamingDecoder;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::EvalError;

/// The lines of a file that are not blank, parsed, with their numbers from 0; blank lines are counted.
pub(crate) fn read<T: DeserializeOwned>(
    path: &Path,
    expected: &'static str,
) -> Result<Vec<(usize, T)>, EvalError> {
    let text = text(path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let parsed = serde_json::from_str(line).map_err(|error| EvalError::Line {
                path: path.to_owned(),
                line: number + 1,
                expected,
                found: error.to_string(),
            })?;
            Ok((number, parsed))
        })
        .collect()
}

fn text(path: &Path) -> Result<String, EvalError> {
    let failed = |source| EvalError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "zst") {
        let damaged = |problem: String| EvalError::Compressed { path: path.to_owned(), problem };
        let mut decoder = StreamingDecoder::new(file).map_err(|error| damaged(error.to_string()))?;
        decoder.read_to_string(&mut text).map_err(|error| damaged(error.to_string()))?;
    } else {
        file.read_to_string(&mut text).map_err(failed)?;
    }
    let unmarked = text.strip_prefix('\u{feff}').map(str::to_owned);
    Ok(unmarked.unwrap_or(text))
}

/// An id as one JSON value; a row without one has its line's number, as `emend batch` says it.
pub(crate) fn id(given: Option<&Value>, line: usize) -> String {
    match given {
        Some(id) if !id.is_null() => id.to_string(),
        _ => Value::String(line.to_string()).to_string(),
    }
}

/// The id of a further text of the same line; the first one has the line's own.
pub(crate) fn part(id: &str, part: usize) -> String {
    if part == 0 { id.to_owned() } else { Value::String(format!("{id}#{part}")).to_string() }
}
