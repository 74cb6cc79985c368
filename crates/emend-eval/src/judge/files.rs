//! Reading `judge.json` and `judge.safetensors`.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use half::f16;
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

use super::features::{BUCKETS, NGRAMS};
use super::pair::{FEATURES, WORD_BUCKETS};
use super::{Finish, Head, Judge, Meaning};
use crate::EvalError;

/// Version of the files that is read here.
const VERSION: u64 = 1;

/// The head that looks at two texts.
const MEANING: &str = "meaning";

#[derive(Deserialize)]
struct Settings {
    version: u64,
    buckets: usize,
    ngrams: (usize, usize),
    word_buckets: usize,
    negations: HashSet<String>,
    pair_features: Vec<String>,
    heads: BTreeMap<String, Finish>,
}

pub(super) fn open(folder: &Path) -> Result<Judge, EvalError> {
    let settings = settings(&folder.join("judge.json"))?;
    let path = folder.join("judge.safetensors");
    let bytes = std::fs::read(&path).map_err(|source| EvalError::Read { path: path.clone(), source })?;
    let file = SafeTensors::deserialize(&bytes).map_err(|error| EvalError::Judge {
        path: path.clone(),
        expected: "safetensors".into(),
        found: error.to_string(),
    })?;
    let numbers = |name: &str, length: usize| numbers(&path, &file, name, length);
    let mut heads = BTreeMap::new();
    let mut meaning = None;
    for (name, finish) in settings.heads {
        let weights = format!("{name}.weight");
        if name == MEANING {
            meaning = Some((numbers(&weights, FEATURES.len())?, finish));
        } else {
            heads.insert(name, Head { weights: numbers(&weights, BUCKETS)?, finish });
        }
    }
    let (weights, finish) = meaning.ok_or_else(|| EvalError::Judge {
        path: folder.join("judge.json"),
        expected: format!("a head `{MEANING}`"),
        found: "none".into(),
    })?;
    let word_weights = numbers("meaning.idf", WORD_BUCKETS)?;
    Ok(Judge { heads, meaning: Meaning { weights, word_weights, negations: settings.negations, finish } })
}

fn settings(path: &Path) -> Result<Settings, EvalError> {
    let refuse =
        |expected: String, found: String| EvalError::Judge { path: PathBuf::from(path), expected, found };
    let text =
        std::fs::read_to_string(path).map_err(|source| EvalError::Read { path: path.to_owned(), source })?;
    let settings: Settings = serde_json::from_str(&text)
        .map_err(|error| refuse("the judge's settings".into(), error.to_string()))?;
    let same = |what: &str, expected: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
        let (expected, found) = (format!("{what} {expected:?}"), format!("{found:?}"));
        if expected.ends_with(&format!(" {found}")) { Ok(()) } else { Err(refuse(expected, found)) }
    };
    same("version", &VERSION, &settings.version)?;
    same("buckets", &BUCKETS, &settings.buckets)?;
    same("ngrams", &NGRAMS, &settings.ngrams)?;
    same("word_buckets", &WORD_BUCKETS, &settings.word_buckets)?;
    same("pair_features", &FEATURES.as_slice(), &settings.pair_features.as_slice())?;
    Ok(settings)
}

/// A tensor of one dimension, widened.
fn numbers(path: &Path, file: &SafeTensors<'_>, name: &str, length: usize) -> Result<Vec<f32>, EvalError> {
    let refuse = |found: String| EvalError::Judge {
        path: path.to_owned(),
        expected: format!("{length} finite floats in the tensor {name}"),
        found,
    };
    let tensor = file.tensor(name).map_err(|error| refuse(error.to_string()))?;
    let data = tensor.data();
    let values: Vec<f32> = match tensor.dtype() {
        Dtype::F16 => {
            data.chunks_exact(2).map(|pair| f16::from_le_bytes([pair[0], pair[1]]).to_f32()).collect()
        }
        Dtype::F32 => data
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
            .collect(),
        other => return Err(refuse(format!("{other:?}"))),
    };
    if values.len() != length {
        return Err(refuse(format!("{} numbers", values.len())));
    }
    if !values.iter().all(|value| value.is_finite()) {
        return Err(refuse("infinite or undefined ones".into()));
    }
    Ok(values)
}
