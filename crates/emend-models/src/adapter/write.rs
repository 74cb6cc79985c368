//! From variables to a folder.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use candle_core::Var;
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::card::Card;
use super::config::LoraConfig;
use super::{CARD, CONFIG, MATRICES, peft};
use crate::error::ModelError;
use crate::files::write_whole;

/// Writes an adapter as a new folder, of which either everything is there or nothing, whatever happens meanwhile.
///
/// `variables` are those of [`fresh`](super::fresh); `base` is the name of the model for whoever reads the folder.
/// [`ModelError::Write`] when there is such a folder already: adapters are not changed, a better one is another one.
pub fn write(
    folder: &Path,
    config: &LoraConfig,
    base: &str,
    variables: &[(String, Var)],
    card: &Card,
) -> Result<(), ModelError> {
    let failed = |source| ModelError::Write { path: folder.to_owned(), source };
    if folder.exists() {
        return Err(failed(io::Error::new(io::ErrorKind::AlreadyExists, "there is such a folder already")));
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let partial = folder.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let written = fs::create_dir_all(&partial)
        .map_err(failed)
        .and_then(|()| fill(&partial, config, base, variables, card))
        .and_then(|()| sync(&partial).map_err(failed))
        .and_then(|()| fs::rename(&partial, folder).map_err(failed));
    if written.is_err() {
        // Nothing more can be done when this fails as well; the first error is the one to tell.
        let _ = fs::remove_dir_all(&partial);
        return written;
    }
    sync(folder.parent().unwrap_or(Path::new("."))).map_err(failed)
}

fn fill(
    folder: &Path,
    config: &LoraConfig,
    base: &str,
    variables: &[(String, Var)],
    card: &Card,
) -> Result<(), ModelError> {
    let matrices: Vec<&str> = variables
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("base_model.model.")?.strip_suffix(".lora_A.weight"))
        .collect();
    put(&folder.join(CONFIG), &pretty(&peft::written(config, base, &matrices)))?;
    put(&folder.join(CARD), &pretty(card))?;
    put(&folder.join(MATRICES), &serialized(&folder.join(MATRICES), variables)?)
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), ModelError> {
    write_whole(path, |file| {
        file.write_all(bytes).map_err(|source| ModelError::Write { path: path.to_owned(), source })
    })
}

fn pretty(value: &impl serde::Serialize) -> Vec<u8> {
    // Maps with text keys and plain values: there is nothing in them that JSON could not hold.
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}

fn serialized(path: &Path, variables: &[(String, Var)]) -> Result<Vec<u8>, ModelError> {
    let mut tensors = Vec::with_capacity(variables.len());
    for (name, variable) in variables {
        let numbers: Vec<f32> = variable.flatten_all()?.to_vec1()?;
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        tensors.push((name, variable.dims().to_vec(), bytes));
    }
    let failed = |error: safetensors::SafeTensorError| ModelError::Write {
        path: path.to_owned(),
        source: io::Error::other(error),
    };
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| Ok((*name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    // PEFT's own files say so as well; some readers insist on it.
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    safetensors::serialize(views, Some(metadata)).map_err(failed)
}

/// Lets the names in a folder reach the disk. Only Unix can, and only there they would be late.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
