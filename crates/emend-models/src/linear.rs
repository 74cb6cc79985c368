//! A matrix that is float or quantized, with or without a low-rank adapter.
//!
//! T5 has no biases, so y = x Wᵀ, and with an adapter y = x Wᵀ + s·(x Aᵀ) Bᵀ (Hu et al. 2021, LoRA). `forward` is for
//! training and works on tensors, `apply` is for inference and works on slices; the numbers agree to rounding.

use std::fmt;
use std::sync::Arc;

use candle_core::quantized::QTensor;
use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor};
use emend_kernels::{Input, Matrix, Numbers};

use crate::adapter::Dropout;
use crate::error::ModelError;
use crate::slices::numbers;
use crate::weights::{Mapped, Stored};

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

impl Linear {
    /// The matrix (out, in) as the file stores it.
    pub(crate) fn new(weight: Stored) -> Result<Self> {
        let weight = match weight {
            Stored::Mapped(mapped) => Weight::Frozen(Frozen::new(Base::Mapped(mapped))),
            Stored::Float(tensor) => Weight::Float(tensor.contiguous()?),
            Stored::Quantized(tensor) => Weight::Frozen(Frozen::new(Base::Blocks(tensor))),
        };
        Ok(Self { weight, lora: None, dropout: None })
    }

    /// x (N, in) → (N, out). Gradients flow to x and, where they are variables, to W, A and B.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = match &self.weight {
            Weight::Float(weight) => x.matmul(&weight.t()?)?,
            Weight::Frozen(frozen) => frozen.forward(x)?,
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
            Weight::Frozen(frozen) => frozen.base.apply(x, y)?,
        }
        if let Some(lora) = &self.lora {
            let (mut low, mut up) = (Vec::new(), Vec::new());
            multiply(x, &lora.a, &mut low)?; // (N, r)
            let mut between = Input::default();
            between.take(&mut low, lora.a.dim(0)?);
            multiply(&mut between, &lora.b, &mut up)?; // (N, out)
            let scale = lora.scale as f32;
            y.iter_mut().zip(&up).for_each(|(y, up)| *y += up * scale);
        }
        Ok(())
    }

    /// (out, in).
    pub fn dims(&self) -> (usize, usize) {
        let dims = match &self.weight {
            Weight::Float(weight) => weight.dims(),
            Weight::Frozen(frozen) => frozen.base.dims(),
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

/// A matrix that does not learn, with a backward pass to x: candle's own product of quantized matrices has none, and
/// would cut every gradient below it.
#[derive(Clone)]
struct Frozen {
    base: Base,
    product: Arc<Box<dyn CustomOp1 + Send + Sync>>,
}

#[derive(Debug, Clone)]
enum Base {
    /// Multiplied by our kernels.
    Mapped(Mapped),
    /// A quantization that only candle's kernels know.
    Blocks(Arc<QTensor>),
}

impl Frozen {
    fn new(base: Base) -> Self {
        Self { product: Arc::new(Box::new(Product(base.clone()))), base }
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.contiguous()?.apply_op1_arc(self.product.clone())
    }
}

impl fmt::Debug for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}

impl Base {
    /// (out, in).
    fn dims(&self) -> &[usize] {
        match self {
            Base::Mapped(mapped) => mapped.shape(),
            Base::Blocks(tensor) => tensor.shape().dims(),
        }
    }

    fn apply(&self, x: &mut Input, y: &mut Vec<f32>) -> Result<()> {
        match self {
            Base::Mapped(mapped) => x.multiply(&mapped.matrix(), y),
            Base::Blocks(tensor) => {
                y.clear();
                // Row by row: candle chooses among its kernels by the number of rows, and does not promise that they round alike.
                for row in x.floats().chunks_exact(x.width()) {
                    let storage = CpuStorage::F32(row.to_vec());
                    let layout = Layout::contiguous((1, row.len()));
                    y.extend_from_slice(tensor.cpu_fwd(&storage, &layout)?.0.as_slice()?);
                }
            }
        }
        Ok(())
    }

    fn to_float(&self) -> Result<Tensor> {
        match self {
            Base::Mapped(mapped) => Stored::Mapped(mapped.clone()).into_float(),
            Base::Blocks(tensor) => tensor.dequantize(&Device::Cpu),
        }
    }
}

/// y = x Wᵀ forwards; ∂x = ∂y W backwards, by the dequantized matrix, which lives only as long as that product.
struct Product(Base);

impl CustomOp1 for Product {
    fn name(&self) -> &'static str {
        "frozen-linear"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mapped = match &self.0 {
            Base::Mapped(mapped) => mapped,
            Base::Blocks(tensor) => return tensor.cpu_fwd(storage, layout),
        };
        let matrix = mapped.matrix();
        let (rows, width) = layout.shape().dims2()?;
        let Some((start, end)) = layout.contiguous_offsets() else {
            candle_core::bail!("expected contiguous rows, found {layout:?}");
        };
        if width != matrix.width() {
            candle_core::bail!("expected rows of {} numbers, found {width}", matrix.width());
        }
        let (mut x, mut y) = (Input::default(), Vec::new());
        x.begin(rows, width).copy_from_slice(&storage.as_slice::<f32>()?[start..end]);
        x.multiply(&matrix, &mut y);
        Ok((CpuStorage::F32(y), Shape::from((rows, matrix.out()))))
    }

    fn bwd(&self, _x: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(dy.matmul(&self.0.to_float()?)?)) // (N, in)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_cmp)]

    use candle_core::quantized::GgmlDType;
    use candle_core::{DType, Device, Var};

    use super::*;

    /// Numbers between −1 and 1 that look random and are always the same.
    fn numbers(rows: usize, columns: usize, seed: u32) -> Tensor {
        let mut state = seed;
        let values: Vec<f32> = (0..rows * columns)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 23) as f32 - 1.0
            })
            .collect();
        Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap()
    }

    fn distance(a: &Tensor, b: &Tensor) -> f32 {
        (a - b).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    fn quantized(weight: &Tensor) -> (Linear, Tensor) {
        let stored = Arc::new(QTensor::quantize(weight, GgmlDType::Q8_0).unwrap());
        let dequantized = stored.dequantize(&Device::Cpu).unwrap();
        (Linear::new(Stored::Quantized(stored)).unwrap(), dequantized)
    }

    #[test]
    fn quantized_is_close_to_float_and_its_gradient_is_that_of_the_dequantized_matrix() {
        let weight = numbers(48, 64, 1);
        let x = Var::from_tensor(&numbers(5, 64, 2)).unwrap();
        let (linear, dequantized) = quantized(&weight);

        let y = linear.forward(&x).unwrap();
        let float = Linear::new(Stored::Float(dequantized)).unwrap().forward(&x).unwrap();
        // The input is quantized to eight bits as well: 1/254 of |x| ≤ 1 per element, 64 elements, random signs.
        assert!(distance(&y, &float) < 0.05, "{}", distance(&y, &float));

        let upstream = numbers(5, 48, 3);
        let gradient = |y: &Tensor| {
            let store = (y * &upstream).unwrap().sum_all().unwrap().backward().unwrap();
            store.get(&x).expect("x has a gradient").clone()
        };
        assert!(distance(&gradient(&y), &gradient(&float)) < 1e-5);
    }

    #[test]
    fn an_adapter_adds_its_product_and_learns_on_both_bases() {
        let weight = numbers(32, 64, 4);
        let (on_quantized, dequantized) = quantized(&weight);
        for mut linear in [Linear::new(Stored::Float(dequantized.clone())).unwrap(), on_quantized] {
            let x = numbers(3, 64, 5);
            let base = linear.forward(&x).unwrap();
            let (a, b) = (
                Var::from_tensor(&numbers(4, 64, 6)).unwrap(),
                Var::from_tensor(&numbers(32, 4, 7)).unwrap(),
            );
            let lora = Lora { a: a.as_tensor().clone(), b: b.as_tensor().clone(), scale: 0.5 };
            linear.set_lora(Some(lora)).unwrap();

            let merged = (b.matmul(&a).unwrap() * 0.5).unwrap(); // (32, 64)
            let expected = (base.clone() + x.matmul(&merged.t().unwrap()).unwrap()).unwrap();
            let y = linear.forward(&x).unwrap();
            assert!(distance(&y, &expected) < 1e-4);
            let gradients = y.sqr().unwrap().sum_all().unwrap().backward().unwrap();
            for variable in [&a, &b] {
                let size: f32 =
                    gradients.get(variable).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap();
                assert!(size > 1e-3);
            }

            linear.set_lora(None).unwrap();
            assert!(distance(&linear.forward(&x).unwrap(), &base) == 0.0, "taken off without a trace");
        }
    }

    #[test]
    fn an_adapter_of_another_shape_is_refused() {
        let mut linear = Linear::new(Stored::Float(numbers(32, 64, 1))).unwrap();
        let zeros = |rows, columns| Tensor::zeros((rows, columns), DType::F32, &Device::Cpu).unwrap();
        for (a, b) in
            [(zeros(4, 63), zeros(32, 4)), (zeros(4, 64), zeros(32, 5)), (zeros(64, 4), zeros(4, 32))]
        {
            let error = linear.set_lora(Some(Lora { a, b, scale: 1.0 })).unwrap_err();
            assert!(error.to_string().contains("(r, 64) and (32, r)"), "{error}");
        }
        assert!(linear.lora().is_none());
    }

    #[test]
    fn unquantized_gguf_types_become_float() {
        let weight = numbers(32, 64, 9);
        let stored = Arc::new(QTensor::quantize(&weight, GgmlDType::F16).unwrap());
        let linear = Linear::new(Stored::Quantized(stored)).unwrap();
        let x = numbers(2, 64, 10);
        let exact = x.matmul(&weight.t().unwrap()).unwrap();
        assert!(distance(&linear.forward(&x).unwrap(), &exact) < 0.02);
    }
}
