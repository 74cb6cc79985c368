//! A whole model: network, tokenizer and manifest that fit each other.

use std::path::Path;

use crate::error::ModelError;
use crate::manifest::Manifest;
use crate::t5::T5;
use crate::tokens::{Tokens, check_fit};
use crate::weights::Weights;

/// A model that is ready to rewrite.
#[derive(Debug)]
pub struct Seq2Seq {
    /// The network.
    pub t5: T5,
    /// Its tokenizer.
    pub tokens: Tokens,
    /// What is known about it.
    pub manifest: Manifest,
}

/// Opens a model by its manifest (`models/<id>.toml`), its folder, or its weights file.
///
/// A folder's manifest is the file `<folder>.toml` beside it; without one the folder must hold `model.gguf`,
/// `model.safetensors` or `model.safetensors.index.json`, and `tokenizer.json`. The tokenizer must be the model's:
/// compared are the numbers of special tokens, and every piece when the weights file lists them. Nothing is
/// hashed; [`Manifest::verify`] does that.
pub fn open_folder(path: &Path) -> Result<Seq2Seq, ModelError> {
    let manifest = if path.extension().is_some_and(|extension| extension == "toml") {
        Some(Manifest::read(path)?)
    } else if path.is_dir() {
        Manifest::of_folder(path)?
    } else {
        None
    };
    let weights = Weights::open(manifest.as_ref().map_or(path, |manifest| &manifest.weights.path))?;
    let manifest = manifest.unwrap_or_else(|| {
        let tokenizer = weights.path().with_file_name("tokenizer.json");
        Manifest::unlisted(weights.path(), &tokenizer)
    });
    let tokens = Tokens::from_file(&manifest.tokenizer.path)?;
    check_fit(&weights, &tokens)?;
    let t5 = T5::load(&weights)?;
    Ok(Seq2Seq { t5, tokens, manifest })
}
