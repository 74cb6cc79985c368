//! From a folder to a model with the adapter on.

use std::collections::HashSet;
use std::path::Path;

use candle_core::Tensor;

use super::card::Card;
use super::peft::PeftConfig;
use super::probe::effect;
use super::{MATRICES, Part, peft_name};
use crate::error::ModelError;
use crate::linear::Lora;
use crate::seq2seq::Seq2Seq;
use crate::t5::T5;
use crate::weights::SafeTensors;

/// A model with an adapter on. The base's weights are shared, so that it costs the adapter alone.
#[derive(Debug, Clone)]
pub struct Adapted {
    /// The base with the adapter on. To take it off, use the base again.
    pub t5: T5,
    /// Where the adapter comes from.
    pub origin: Origin,
    /// r.
    pub rank: usize,
    /// How many matrices of the model it changes.
    pub matrices: usize,
    /// The largest difference that it makes to a score of a fixed short text; above 0.
    pub effect: f32,
}

/// Where an adapter comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// Made here, for exactly this base.
    Bound(Card),
    /// Made elsewhere: its shapes fit, but nothing says that it was trained on these weights.
    Unbound,
}

/// Reads the adapter in `folder`, an untrusted PEFT folder, and puts it on a clone of the base.
///
/// Refused are: another kind of adapter than LoRA, and variants of it ([`ModelError::Unsupported`]); one that was
/// trained on other weights or another tokenizer ([`ModelError::OtherBase`]); matrices that are missing
/// ([`ModelError::NoTensor`]), too many, of another shape ([`ModelError::Shape`]) or not finite; and one that changes
/// nothing ([`ModelError::NoEffect`]). Shapes are checked before a number is copied, so that no file takes more memory
/// than an adapter of this base can have.
pub fn open(folder: &Path, base: &Seq2Seq) -> Result<Adapted, ModelError> {
    let origin = match Card::read(folder)? {
        Some(card) => {
            card.check(folder, base)?;
            Origin::Bound(card)
        }
        None => Origin::Unbound,
    };
    let mut worn = put_on(folder, &base.t5)?;
    if let Origin::Bound(card) = &origin {
        worn.t5.set_prefix(&base.tokens.encode(&card.prefix));
    }
    Ok(Adapted { t5: worn.t5, origin, rank: worn.rank, matrices: worn.matrices, effect: worn.effect })
}

/// What is left of [`Adapted`] where nothing is known of the origin.
pub(super) struct Worn {
    pub(super) t5: T5,
    rank: usize,
    matrices: usize,
    effect: f32,
}

/// A clone of `base` with the adapter in `folder` on, whatever it was trained on.
pub(super) fn put_on(folder: &Path, base: &T5) -> Result<Worn, ModelError> {
    let config = PeftConfig::read(folder)?;
    let file = folder.join(MATRICES);
    if !file.exists() {
        return Err(ModelError::Missing { folder: folder.to_owned(), expected: MATRICES.into() });
    }
    let tensors = SafeTensors::open(&file)?;
    let mut unread: HashSet<&str> = tensors.names().collect();
    let missing = |name: String| ModelError::NoTensor { path: file.clone(), name };

    let mut t5 = base.clone();
    t5.set_dropout(None);
    let mut matrices = Vec::new();
    for (matrix, linear) in t5.linears_mut() {
        linear.set_lora(None)?;
        let (a, b) = (peft_name(&matrix, Part::A), peft_name(&matrix, Part::B));
        let is_there = |name: &str| tensors.shape(name).is_some();
        // In the file of a tied model the head's scale may be folded into it, where an adapter would not be scaled.
        if matrix == "lm_head" || !(is_there(&a) || is_there(&b) || config.promises(&matrix)) {
            continue;
        }
        let (out, input) = linear.dims();
        for (name, expected) in [(&a, [config.rank, input]), (&b, [out, config.rank])] {
            let found = tensors.shape(name).ok_or_else(|| missing(name.clone()))?;
            if found != expected {
                return Err(ModelError::Shape {
                    path: file,
                    name: name.clone(),
                    expected: expected.to_vec(),
                    found: found.to_vec(),
                });
            }
            unread.remove(name.as_str());
        }
        matrices.push((linear, a, b));
    }
    if let Some(name) = unread.into_iter().min() {
        return Err(ModelError::Unsupported {
            path: file,
            item: format!("tensor {name}"),
            expected: "LoRA matrices of this model's attention and feed-forward layers".into(),
            found: "such a name".into(),
        });
    }

    let count = matrices.len();
    for (linear, a, b) in matrices {
        let read = |name: &str| -> Result<Tensor, ModelError> {
            let stored = tensors.tensor(name).ok_or_else(|| missing(name.to_owned()))??;
            finite(&file, name, stored.into_float()?)
        };
        linear.set_lora(Some(Lora { a: read(&a)?, b: read(&b)?, scale: config.scale }))?;
    }
    let effect = effect(folder, base, &t5)?;
    Ok(Worn { t5, rank: config.rank, matrices: count, effect })
}

fn finite(file: &Path, name: &str, tensor: Tensor) -> Result<Tensor, ModelError> {
    let numbers: Vec<f32> = tensor.flatten_all()?.to_vec1()?;
    if numbers.iter().all(|number| number.is_finite()) {
        return Ok(tensor);
    }
    Err(ModelError::Config {
        path: file.to_owned(),
        field: format!("tensor {name}"),
        expected: "finite numbers".into(),
        found: "infinity or not a number".into(),
    })
}
