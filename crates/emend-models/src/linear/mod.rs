//! A matrix that is float or quantized, with or without a low-rank adapter.
//!
//! T5 has no biases, so y = x Wᵀ, and with an adapter y = x Wᵀ + s·(x Aᵀ) Bᵀ (Hu et al. 2021, LoRA). `forward` is for
//! training and works on tensors, `apply` is for inference and works on slices; the numbers agree to rounding.

mod frozen;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use candle_core::{Result, Tensor};
use emend_kernels::{Input, Matrix, Numbers};

use crate::adapter::Dropout;
use crate::error::ModelError;
use crate::slices::numbers;
use crate::weights::Stored;

pub(crate) use frozen::Frozen;

/// A linear layer: the matrix W is (out, in).
#[derive(Debug, Clone)]
pub struct Linear {
    weight: Weight,
    lora: Option<Lora>,
    /// Of what goes into the adapter, where it learns.
    dropout: Option<Dropout>,
}

#[derive(Debug, Clone)]
enum Weight {
    /// In memory: a variable, or made by a program.
    Float(Tensor),
    /// Where a file has it.
    Frozen(Frozen),
}

/// A low-rank addition to a matrix.
///
/// Give it variables to train it: the base is left alone, and gradients reach A and B through float and
/// quantized bases alike.
#[derive(Debug, Clone)]
pub struct Lora {
    /// A (r, in): `lora_A.weight` in PEFT.
    pub a: Tensor,
    /// B (out, r): `lora_B.weight` in PEFT. Zero before training.
    pub b: Tensor,
    /// s: what the product is multiplied by, in PEFT α / r.
    pub scale: f64,
}

/// What an adapter computes on its way. Kept from product to product, so that a token costs no allocation.
#[derive(Default)]
struct Between {
    /// x Aᵀ, (N, r), as it is written and as it is read.
    low: Vec<f32>,
    input: Input,
    /// x Aᵀ Bᵀ, (N, out).
    up: Vec<f32>,
}

thread_local! {
    static BETWEEN: RefCell<Between> = RefCell::default();
}

impl Lora {
    /// Adds s · x Aᵀ Bᵀ to y (N, out).
    fn add(&self, x: &mut Input, y: &mut [f32]) -> Result<()> {
        BETWEEN.with_borrow_mut(|Between { low, input, up }| {
            multiply(x, &self.a, low)?;
            input.take(low, self.a.dim(0)?);
            multiply(input, &self.b, up)?;
            let scale = self.scale as f32;
            y.iter_mut().zip(up).for_each(|(y, up)| *y += *up * scale);
            Ok(())
        })
    }
}

impl Linear {
    /// The matrix (out, in) as the file stores it.
    pub(crate) fn new(weight: Stored) -> Result<Self> {
        let weight = match weight {
            Stored::Mapped(mapped) => Weight::Frozen(Frozen::Mapped(mapped)),
            Stored::Float(tensor) => Weight::Float(tensor.contiguous()?),
            Stored::Quantized(tensor) => Weight::Frozen(Frozen::Blocks(tensor)),
        };
        Ok(Self { weight, lora: None, dropout: None })
    }

    /// x (N, in) → (N, out). Gradients flow to x and, where they are variables, to W, A and B.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = match (&self.weight, &self.lora) {
            (Weight::Frozen(frozen), Some(lora)) if self.dropout.is_none() => {
                return frozen.forward_with(x, lora);
            }
            (Weight::Frozen(frozen), _) => frozen.forward(x)?,
            (Weight::Float(weight), _) => x.matmul(&weight.t()?)?,
        }; // (N, out)
        match &self.lora {
            None => Ok(y),
            Some(lora) => {
                let low = match &self.dropout {
                    Some(dropout) => dropout.forward(x)?.matmul(&lora.a.t()?)?,
                    None => x.matmul(&lora.a.t()?)?,
                }; // (N, r)
                y + (low.matmul(&lora.b.t()?)? * lora.scale)?
            }
        }
    }

    /// x (N, in) → y (N, out), in the place of what `y` held. A row of y does not depend on the other rows of x, to the
    /// bit.
    pub(crate) fn apply(&self, x: &mut Input, y: &mut Vec<f32>) -> Result<()> {
        match &self.weight {
            Weight::Float(weight) => multiply(x, weight, y)?,
            Weight::Frozen(frozen) => frozen.apply(x, y)?,
        }
        self.lora.as_ref().map_or(Ok(()), |lora| lora.add(x, y))
    }

    /// The matrix, where neither it nor an adapter on it can learn.
    pub(crate) fn frozen(&self) -> Option<&Frozen> {
        match (&self.weight, &self.lora) {
            (Weight::Frozen(frozen), None) => Some(frozen),
            _ => None,
        }
    }

    /// (out, in).
    pub fn dims(&self) -> (usize, usize) {
        let dims = match &self.weight {
            Weight::Float(weight) => weight.dims(),
            Weight::Frozen(frozen) => frozen.dims(),
        };
        match dims {
            [out, width] => (*out, *width),
            _ => (0, 0),
        }
    }

    /// Puts an adapter on, without dropout, in place of the one that was there; `None` takes it off.
    ///
    /// [`ModelError::Input`] when A and B do not fit the matrix.
    pub fn set_lora(&mut self, lora: Option<Lora>) -> std::result::Result<(), ModelError> {
        if let Some(lora) = &lora {
            let (out, input) = self.dims();
            let rank = lora.a.dims().first().copied().unwrap_or(0);
            if lora.a.dims() != [rank, input] || lora.b.dims() != [out, rank] || rank == 0 {
                return Err(ModelError::Input {
                    item: "LoRA matrices A and B",
                    expected: format!("shapes (r, {input}) and ({out}, r)"),
                    found: format!("{:?} and {:?}", lora.a.dims(), lora.b.dims()),
                });
            }
        }
        self.dropout = None;
        // The kernels read rows; a variable is contiguous and stays itself.
        self.lora = match lora {
            Some(Lora { a, b, scale }) => Some(Lora { a: a.contiguous()?, b: b.contiguous()?, scale }),
            None => None,
        };
        Ok(())
    }

    /// Drops some of what goes into the adapter whenever gradients flow, never otherwise.
    pub(crate) fn set_dropout(&mut self, dropout: Option<Dropout>) {
        self.dropout = dropout;
    }

    /// The adapter that is on.
    pub fn lora(&self) -> Option<&Lora> {
        self.lora.as_ref()
    }
}

/// y = x Wᵀ with W (out, in) in memory.
fn multiply(x: &mut Input, weight: &Tensor, y: &mut Vec<f32>) -> Result<()> {
    let (out, width) = weight.dims2()?;
    let numbers = numbers(weight)?;
    let Some(matrix) = Matrix::new(Numbers::F32(&numbers), out, width) else {
        candle_core::bail!("a matrix of {out} by {width} has {} numbers", numbers.len());
    };
    x.multiply(&matrix, y);
    Ok(())
}
