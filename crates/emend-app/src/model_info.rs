//! What a person is told about a model.

use std::path::PathBuf;

use emend_models::{Manifest, Seq2Seq};

/// A model: what it is called, how large it is, and on which terms it may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// Its short name.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Size of its weights on disk, in bytes; 0 if the file is missing.
    pub size_bytes: u64,
    /// Its licence, if the manifest states one.
    pub licence: Option<String>,
    /// The file that holds the weights.
    pub path: PathBuf,
    /// What is wrong with the calibration of its answers, if it has one that cannot be used.
    pub calibration_problem: Option<String>,
    /// Identity of the float weights behind it: known of a loaded model whose file states it.
    pub weights_id: Option<String>,
    /// The adapter that is on it.
    pub adapter: Option<String>,
    /// Why the adapter that is in use is not on it, if it cannot be used.
    pub adapter_problem: Option<String>,
}

impl ModelInfo {
    /// What the manifest says, and the size of its file.
    pub fn of_manifest(manifest: &Manifest) -> Self {
        Self {
            id: manifest.id.clone(),
            name: manifest.name.clone(),
            size_bytes: std::fs::metadata(&manifest.weights.path).map_or(0, |found| found.len()),
            licence: manifest.licence.clone(),
            path: manifest.weights.path.clone(),
            calibration_problem: None,
            weights_id: None,
            adapter: None,
            adapter_problem: None,
        }
    }

    pub(crate) fn of(model: &Seq2Seq) -> Self {
        Self { weights_id: model.weights_id.clone(), ..Self::of_manifest(&model.manifest) }
    }
}
