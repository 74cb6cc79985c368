//! Tensors for `candle-transformers`, from our own reader of safetensors: it asks by name and shape, and what it does not
//! get is told as what was missing in which file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use candle_core::{DType, Device, Shape, Tensor};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder};

use crate::error::ModelError;
use crate::weights::SafeTensors;

/// What `load` makes of the weights in a safetensors file; every tensor becomes f32.
pub(super) fn loaded<T>(
    path: &Path,
    load: impl FnOnce(&VarBuilder<'_>) -> candle_core::Result<T>,
) -> Result<T, ModelError> {
    let refused = Arc::new(OnceLock::new());
    let backend = Backend { path: path.to_owned(), file: SafeTensors::open(path)?, refused: refused.clone() };
    let weights = VarBuilder::from_backend(Box::new(backend), DType::F32, Device::Cpu);
    let made = load(&weights);
    drop(weights);
    match (made, Arc::into_inner(refused).and_then(OnceLock::into_inner)) {
        (Ok(made), _) => Ok(made),
        // What the library was told has no type any more.
        (Err(_), Some(refusal)) => Err(refusal),
        (Err(error), None) => Err(error.into()),
    }
}

struct Backend {
    path: PathBuf,
    file: SafeTensors,
    /// The first refusal.
    refused: Arc<OnceLock<ModelError>>,
}

impl Backend {
    fn find(&self, name: &str, shape: Option<&[usize]>) -> Result<Tensor, ModelError> {
        let missing = || ModelError::NoTensor { path: self.path.clone(), name: name.to_owned() };
        let found = self.file.shape(name).ok_or_else(missing)?;
        if let Some(expected) = shape.filter(|expected| *expected != found) {
            return Err(ModelError::Shape {
                path: self.path.clone(),
                name: name.to_owned(),
                expected: expected.to_vec(),
                found: found.to_vec(),
            });
        }
        Ok(self.file.tensor(name).ok_or_else(missing)??.into_float()?)
    }

    fn told(&self, found: Result<Tensor, ModelError>) -> candle_core::Result<Tensor> {
        found.map_err(|refusal| {
            let words = candle_core::Error::Msg(refusal.to_string());
            // The first one counts; later ones follow from it.
            let _ = self.refused.set(refusal);
            words
        })
    }
}

impl SimpleBackend for Backend {
    fn get(&self, shape: Shape, name: &str, _: Init, _: DType, _: &Device) -> candle_core::Result<Tensor> {
        self.told(self.find(name, Some(shape.dims())))
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> candle_core::Result<Tensor> {
        self.told(self.find(name, None))
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.file.shape(name).is_some()
    }
}
