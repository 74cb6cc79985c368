//! Weights by their Hugging Face names, whatever file they come from.
//!
//! Read are safetensors (one file, or shards with their index; `config.json` beside them) and GGUF, with the
//! tensor names of llama.cpp or of Hugging Face (candle's `tensor-tools`). Files are mapped, not read: opening
//! costs the header, and a tensor of a type that our kernels know is never copied.

mod float;
mod gguf;
mod map;
mod mapped;
mod safetensors;
mod t5_metadata;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};

use self::gguf::Gguf;
pub(crate) use self::gguf::{Header, HeaderValue, TensorPlan};
pub use self::mapped::Mapped;
pub(crate) use self::mapped::NumberType;
pub(crate) use self::safetensors::SafeTensors;
pub(crate) use self::t5_metadata::MAX_DISTANCE;
use crate::error::ModelError;
use crate::files::read_text;
use crate::names;
use crate::t5::T5Config;

/// Weights files that a folder is searched for, the quickest to load first.
const FILES: [&str; 3] = ["model.gguf", SINGLE, SHARDED];
const SINGLE: &str = "model.safetensors";
const SHARDED: &str = "model.safetensors.index.json";

/// Largest `config.json`, in bytes. Published ones are below 10 kB.
const MAX_CONFIG: u64 = 1 << 20;

/// A tensor as the file stores it.
#[derive(Debug, Clone)]
pub enum Stored {
    /// Plain numbers or blocks of `q8_0`, where they lie in the file.
    Mapped(Mapped),
    /// Plain numbers in memory, always f32.
    Float(Tensor),
    /// Blocks of another GGML quantization (`q4_K`, …), copied; the last dimension is a whole number of blocks.
    Quantized(Arc<QTensor>),
}

impl Stored {
    /// Plain numbers; blocks are unpacked.
    pub(crate) fn into_float(self) -> candle_core::Result<Tensor> {
        match self {
            Stored::Mapped(mapped) => mapped.to_tensor(),
            Stored::Float(tensor) => Ok(tensor),
            Stored::Quantized(tensor) => tensor.dequantize(&tensor.device()),
        }
    }

    /// The type of the blocks; `None` for plain numbers.
    pub(crate) fn quantization(&self) -> Option<GgmlDType> {
        match self {
            Stored::Mapped(mapped) => (mapped.number() == NumberType::Q8_0).then_some(GgmlDType::Q8_0),
            Stored::Float(_) => None,
            Stored::Quantized(tensor) => Some(tensor.dtype()),
        }
    }

    /// Memory or file in bytes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Stored::Mapped(mapped) => mapped.size(),
            Stored::Float(tensor) => tensor.elem_count() * tensor.dtype().size_in_bytes(),
            Stored::Quantized(tensor) => tensor.storage_size_in_bytes(),
        }
    }
}

/// The weights of one model, with the configuration that belongs to them.
#[derive(Debug)]
pub struct Weights {
    path: PathBuf,
    config: T5Config,
    device: Device,
    format: Format,
}

#[derive(Debug)]
enum Format {
    SafeTensors(SafeTensors),
    Gguf(Gguf),
}

impl Weights {
    /// Opens a weights file, or the one in a folder: `model.gguf`, else `model.safetensors`, else
    /// `model.safetensors.index.json`.
    ///
    /// Files are told apart by their content. Safetensors need a `config.json` beside them; GGUF has its own
    /// metadata, and falls back to `config.json` when it has none. Fails with a typed error on anything that is
    /// damaged, truncated or contradicts itself; the numbers themselves are not looked at.
    pub fn open(path: &Path) -> Result<Weights, ModelError> {
        if path.is_dir() {
            return Weights::open_one_of(path, &FILES);
        }
        Weights::open_file(path)
    }

    /// Opens a weights file whose configuration stands elsewhere.
    pub(crate) fn open_with(path: &Path, config: T5Config) -> Result<Weights, ModelError> {
        let format = if is_gguf(path)? {
            Format::Gguf(Gguf::open(path)?)
        } else {
            Format::SafeTensors(SafeTensors::open(path)?)
        };
        Ok(Weights { path: path.to_owned(), config, device: Device::Cpu, format })
    }

    /// Opens the float weights in a folder and leaves out quantized ones.
    pub(crate) fn open_float(path: &Path) -> Result<Weights, ModelError> {
        if path.is_dir() {
            return Weights::open_one_of(path, &[SINGLE, SHARDED]);
        }
        Weights::open_file(path)
    }

    fn open_one_of(folder: &Path, files: &[&str]) -> Result<Weights, ModelError> {
        match files.iter().map(|name| folder.join(name)).find(|path| path.exists()) {
            Some(path) => Weights::open_file(&path),
            None => Err(ModelError::Missing { folder: folder.to_owned(), expected: files.join(" or ") }),
        }
    }

    fn open_file(path: &Path) -> Result<Weights, ModelError> {
        let (format, config) = if path.extension().is_some_and(|extension| extension == "json") {
            (Format::SafeTensors(SafeTensors::open_sharded(path)?), config_beside(path)?)
        } else if is_gguf(path)? {
            let gguf = Gguf::open(path)?;
            let has_config = t5_metadata::is_present(&gguf);
            let config = if has_config { t5_metadata::config(&gguf)? } else { config_beside(path)? };
            (Format::Gguf(gguf), config)
        } else {
            (Format::SafeTensors(SafeTensors::open(path)?), config_beside(path)?)
        };
        Ok(Weights { path: path.to_owned(), config, device: Device::Cpu, format })
    }

    /// The weights file, or the index of its shards.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The configuration that belongs to the weights.
    pub fn config(&self) -> &T5Config {
        &self.config
    }

    /// Where tensors are put: always the CPU.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Whether there is a tensor with this Hugging Face name, under whatever name the file has for it.
    pub fn has(&self, hf_name: &str) -> bool {
        self.find(hf_name).is_some()
    }

    /// The tensor with this Hugging Face name.
    ///
    /// `shape` (outermost dimension first) is what the configuration asks for. Fails with
    /// [`ModelError::NoTensor`] or [`ModelError::Shape`], and touches no number before both are checked.
    pub fn get(&self, hf_name: &str, shape: &[usize]) -> Result<Stored, ModelError> {
        let missing = || ModelError::NoTensor { path: self.path.clone(), name: hf_name.to_owned() };
        let (name, found) = self.find(hf_name).ok_or_else(missing)?;
        if found != shape {
            return Err(ModelError::Shape {
                path: self.path.clone(),
                name,
                expected: shape.to_vec(),
                found: found.to_vec(),
            });
        }
        match &self.format {
            Format::SafeTensors(file) => file.tensor(&name).ok_or_else(missing)?,
            Format::Gguf(file) => file.tensor(&name).ok_or_else(missing)?,
        }
    }

    /// The identity of the float weights that this file was converted from, when it states one:
    /// the hexadecimal SHA-256 described at [`crate::convert`].
    pub fn weights_id(&self) -> Option<&str> {
        self.text("emend.weights_id")
    }

    /// SHA-256 of the `tokenizer.json` that belongs to the weights, when the file states it.
    pub fn tokenizer_sha256(&self) -> Option<&str> {
        self.text("emend.tokenizer_sha256")
    }

    /// The pieces of the vocabulary by their numbers, when the file holds them.
    pub(crate) fn vocabulary(&self) -> Option<impl ExactSizeIterator<Item = &str>> {
        match &self.format {
            Format::SafeTensors(_) => None,
            Format::Gguf(file) => file.texts("tokenizer.ggml.tokens"),
        }
    }

    /// All names as the file spells them; none for GGUF.
    pub(crate) fn checkpoint_names(&self) -> Vec<&str> {
        match &self.format {
            Format::SafeTensors(file) => file.names().collect(),
            Format::Gguf(_) => Vec::new(),
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        match &self.format {
            Format::Gguf(file) => match file.value(key)? {
                gguf::Value::Text(text) => Some(text),
                _ => None,
            },
            Format::SafeTensors(_) => None,
        }
    }

    /// The file's own name of a tensor, and its shape.
    fn find(&self, hf_name: &str) -> Option<(String, &[usize])> {
        // The embedding table has three names, of which a file may hold any.
        let names: &[&str] =
            if names::EMBEDDING.contains(&hf_name) { &names::EMBEDDING } else { &[hf_name][..] };
        names.iter().find_map(|name| match &self.format {
            Format::SafeTensors(file) => Some(((*name).to_owned(), file.shape(name)?)),
            Format::Gguf(file) => {
                let name = t5_metadata::find(file, name)?;
                let shape = file.shape(&name)?;
                Some((name, shape))
            }
        })
    }
}

fn is_gguf(path: &Path) -> Result<bool, ModelError> {
    let failed = |source| ModelError::Read { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(std::io::Error::other("not a regular file")));
    }
    let mut start = Vec::new();
    File::open(path)
        .map_err(failed)?
        .take(gguf::MAGIC.len() as u64)
        .read_to_end(&mut start)
        .map_err(failed)?;
    // A GGUF file whose magic is broken still has its name.
    Ok(start == gguf::MAGIC || path.extension().is_some_and(|extension| extension == "gguf"))
}

fn config_beside(path: &Path) -> Result<T5Config, ModelError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let config = folder.join("config.json");
    if !config.exists() {
        return Err(ModelError::Missing { folder: folder.to_owned(), expected: "config.json".into() });
    }
    T5Config::from_json(&config, &read_text(&config, MAX_CONFIG)?)
}

#[cfg(test)]
mod tests;
