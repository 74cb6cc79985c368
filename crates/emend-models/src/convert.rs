//! Hugging Face folder → one GGUF file in llama.cpp's T5 naming, which candle and llama.cpp both run.

mod header;
mod quantization;

use std::fs;
use std::path::{Path, PathBuf};

use candle_core::Tensor;
use candle_core::quantized::{GgmlDType, QTensor};
use half::f16;
use sha2::{Digest as _, Sha256};

pub use self::quantization::Quantization;
use crate::error::ModelError;
use crate::files::{hex, sha256, write_whole};
use crate::manifest::Manifest;
use crate::names;
use crate::t5::{Activation, T5Config};
use crate::tokens::{Tokens, check_fit};
use crate::weights::{Header, MAX_DISTANCE, TensorPlan, Weights};

/// What a conversion wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The GGUF file.
    pub weights: PathBuf,
    /// The copy of `tokenizer.json` beside it.
    pub tokenizer: PathBuf,
    /// Tensors in the file.
    pub tensors: usize,
    /// Numbers in all tensors of the source.
    pub parameters: u64,
    /// Length of the GGUF file in bytes.
    pub bytes: u64,
    /// What the numbers of the source take as f32, in bytes.
    pub float_bytes: u64,
    /// SHA-256 of the GGUF file, for the manifest.
    pub sha256: String,
    /// Identity of the float weights; see [`convert`].
    pub weights_id: String,
}

/// Converts float weights to GGUF.
///
/// `from` is a Hugging Face folder (safetensors, `config.json`, `tokenizer.json`) or a weights file in one. `to` is
/// the file to write when its name ends in `.gguf`, else a folder that gets `model.gguf`; `tokenizer.json` is copied
/// beside it. Name and licence are those of the manifest beside the target's folder or the source's, if there is
/// one. Each file is written whole or not at all.
///
/// llama.cpp multiplies the decoder's output by nothing, so D^-0.5 is folded into a separate head `output.weight`
/// for models that scale. `emend.weights_id` identifies the float source whatever file it came in and however it is
/// quantized: SHA-256 over its tensors in the order of their Hugging Face names, each as its name, a zero byte, the
/// number of dimensions and the dimensions as little-endian u64, and its numbers as little-endian f32.
///
/// Fails on quantized sources, on numbers that are not finite, on tensors that no T5 has, and on what llama.cpp
/// cannot express: another activation than `ReLU` and gated GELU, another largest distance than 128.
pub fn convert(from: &Path, to: &Path, quantization: Quantization) -> Result<Report, ModelError> {
    let source = Weights::open_float(from)?;
    expressible(&source)?;
    let tokenizer = source.path().with_file_name("tokenizer.json");
    let tokens = Tokens::from_file(&tokenizer)?;
    check_fit(&source, &tokens)?;
    known(&source)?;

    let (target, folder) = if to.extension().is_some_and(|extension| extension == "gguf") {
        (to.to_owned(), to.parent().unwrap_or(Path::new("")))
    } else {
        (to.join("model.gguf"), to)
    };
    let plan = Plan::new(source.config(), quantization);
    let weights_id = plan.weights_id(&source)?;
    let manifest = match Manifest::of_folder(folder)? {
        Some(manifest) => Some(manifest),
        None => source.path().parent().map_or(Ok(None), Manifest::of_folder)?,
    };
    let facts = header::Facts {
        config: source.config(),
        tokens: &tokens,
        quantization,
        name: manifest.as_ref().map_or_else(|| name_of(folder), |manifest| manifest.name.clone()),
        licence: manifest.and_then(|manifest| manifest.licence),
        weights_id: weights_id.clone(),
        tokenizer_sha256: sha256(&tokenizer)?,
    };
    let header = Header { metadata: facts.metadata(), tensors: plan.planned() };

    fs::create_dir_all(folder).map_err(|e| ModelError::Write { path: folder.to_owned(), source: e })?;
    write(&source, &plan, &header, &target)?;
    let text = fs::read(&tokenizer).map_err(|e| ModelError::Read { path: tokenizer.clone(), source: e })?;
    let copy = target.with_file_name("tokenizer.json");
    write_whole(&copy, |out| {
        out.write_all(&text).map_err(|source| ModelError::Write { path: copy.clone(), source })
    })?;

    let parameters = plan.sources.iter().map(|(_, shape)| shape.iter().product::<usize>() as u64).sum();
    Ok(Report {
        tensors: header.tensors.len(),
        parameters,
        bytes: fs::metadata(&target).map_err(|e| ModelError::Read { path: target.clone(), source: e })?.len(),
        float_bytes: parameters * 4,
        sha256: sha256(&target)?,
        weights_id,
        weights: target,
        tokenizer: copy,
    })
}

/// Which tensor goes where.
struct Plan {
    /// The source's tensors by their Hugging Face names, with their shapes.
    sources: Vec<(String, Vec<usize>)>,
    /// What is written.
    targets: Vec<Target>,
}

/// One tensor of the file.
struct Target {
    /// Hugging Face name of the tensor that it is made from.
    source: String,
    /// Name in the file.
    name: String,
    shape: Vec<usize>,
    dtype: GgmlDType,
    /// What every number is multiplied by.
    scale: Option<f64>,
}

impl Plan {
    fn new(config: &T5Config, quantization: Quantization) -> Plan {
        let sources = names::tensors(config);
        let scale = config.scales_output().then(|| (config.d_model as f64).powf(-0.5));
        let target = |source: &str, hf_name: &str, shape: &[usize], scale: Option<f64>| {
            let name = names::llama(hf_name)?;
            let dtype = quantization.of(hf_name, shape);
            Some(Target { source: source.to_owned(), name, shape: shape.to_vec(), dtype, scale })
        };
        let mut targets: Vec<Target> = sources
            .iter()
            .filter_map(|(name, shape)| target(name, name, shape, scale.filter(|_| name == names::HEAD)))
            .collect();
        if config.tie_word_embeddings {
            let shape = [config.vocab_size, config.d_model];
            targets.extend(target(names::EMBEDDING[0], names::HEAD, &shape, scale));
        }
        Plan { sources, targets }
    }

    fn planned(&self) -> Vec<TensorPlan> {
        let plan = |target: &Target| TensorPlan {
            name: target.name.clone(),
            dtype: target.dtype,
            shape: target.shape.clone(),
        };
        self.targets.iter().map(plan).collect()
    }

    /// The hash that [`convert`] describes. Reads every number, and refuses those that are not finite.
    fn weights_id(&self, source: &Weights) -> Result<String, ModelError> {
        let mut sorted: Vec<&(String, Vec<usize>)> = self.sources.iter().collect();
        sorted.sort();
        let mut hash = Sha256::new();
        for (name, shape) in sorted {
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update((shape.len() as u64).to_le_bytes());
            for dimension in shape {
                hash.update((*dimension as u64).to_le_bytes());
            }
            let numbers = float(source, name, shape)?.flatten_all()?.to_vec1::<f32>()?;
            if let Some(bad) = numbers.iter().find(|number| !number.is_finite()) {
                return Err(ModelError::Unsupported {
                    path: source.path().to_owned(),
                    item: format!("tensor {name}"),
                    expected: "finite numbers".into(),
                    found: bad.to_string(),
                });
            }
            let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            hash.update(&bytes);
        }
        Ok(hex(&hash.finalize()))
    }
}

fn write(source: &Weights, plan: &Plan, header: &Header, target: &Path) -> Result<(), ModelError> {
    let misfit = || ModelError::Input {
        item: "tensor type",
        expected: "whole blocks per row".into(),
        found: "a shape that does not fit".into(),
    };
    let bytes = header.bytes().ok_or_else(misfit)?;
    write_whole(target, |out| {
        let failed = |e| ModelError::Write { path: target.to_owned(), source: e };
        out.write_all(&bytes).map_err(failed)?;
        for tensor in &plan.targets {
            let numbers = float(source, &tensor.source, &tensor.shape)?;
            let numbers = match tensor.scale {
                Some(scale) => (numbers * scale)?,
                None => numbers,
            };
            if tensor.dtype == GgmlDType::F16 {
                fits_f16(source, tensor, &numbers)?;
            }
            let blocks = QTensor::quantize(&numbers, tensor.dtype)?;
            let data = blocks.data()?;
            out.write_all(&data).map_err(failed)?;
            out.write_all(Header::padding(data.len())).map_err(failed)?;
        }
        Ok(())
    })
}

fn fits_f16(source: &Weights, target: &Target, numbers: &Tensor) -> Result<(), ModelError> {
    let largest = numbers.abs()?.max_all()?.to_scalar::<f32>()?;
    if largest > f32::from(f16::MAX) {
        return Err(ModelError::Unsupported {
            path: source.path().to_owned(),
            item: format!("tensor {}", target.source),
            expected: format!("numbers up to {} as f16; choose f32 or q8_0", f16::MAX),
            found: largest.to_string(),
        });
    }
    Ok(())
}

fn float(source: &Weights, name: &str, shape: &[usize]) -> Result<Tensor, ModelError> {
    let stored = source.get(name, shape)?;
    match stored.quantization() {
        None => Ok(stored.into_float()?),
        Some(found) => Err(ModelError::Unsupported {
            path: source.path().to_owned(),
            item: format!("tensor {name}"),
            expected: "float weights as a source".into(),
            found: format!("{found:?}"),
        }),
    }
}

/// Refuses what llama.cpp's T5 cannot express.
fn expressible(source: &Weights) -> Result<(), ModelError> {
    let config = source.config();
    let wrong = |item: &str, expected: &str, found: String| ModelError::Unsupported {
        path: source.path().to_owned(),
        item: item.into(),
        expected: expected.into(),
        found,
    };
    let feed_forward = config.feed_forward;
    if !matches!(
        (feed_forward.activation, feed_forward.gated),
        (Activation::Relu, false) | (Activation::GeluTanh, true)
    ) {
        return Err(wrong("feed_forward_proj", "relu and gated-gelu", format!("{feed_forward:?}")));
    }
    let distance = config.relative_attention_max_distance;
    if distance != MAX_DISTANCE {
        return Err(wrong("relative_attention_max_distance", "128", distance.to_string()));
    }
    Ok(())
}

/// Refuses tensors that would be left behind.
fn known(source: &Weights) -> Result<(), ModelError> {
    let tensors = names::tensors(source.config());
    for name in source.checkpoint_names() {
        if !tensors.iter().any(|(known, _)| known == name) && !names::is_redundant(name) {
            return Err(ModelError::Unsupported {
                path: source.path().to_owned(),
                item: format!("tensor {name}"),
                expected: "the tensors of a T5 with this configuration".into(),
                found: "another one".into(),
            });
        }
    }
    Ok(())
}

/// The last part of a folder's name, as a model's name.
fn name_of(folder: &Path) -> String {
    folder.file_name().map_or_else(|| "t5".to_owned(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests;
