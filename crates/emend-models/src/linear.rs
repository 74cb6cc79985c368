//! A matrix that is float or quantized, with or without a low-rank adapter, behind one `forward`.
//!
//! T5 has no biases, so y = x Wᵀ, and with an adapter y = x Wᵀ + s·(x Aᵀ) Bᵀ (Hu et al. 2021, LoRA).

use std::fmt;
use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{CpuStorage, CudaStorage, CustomOp1, Layout, MetalStorage, Result, Shape, Tensor};

use crate::error::ModelError;
use crate::weights::Stored;

/// A linear layer: the matrix W is (out, in) in the file.
#[derive(Debug, Clone)]
pub struct Linear {
    weight: Weight,
    lora: Option<Lora>,
}

#[derive(Debug, Clone)]
enum Weight {
    /// Wᵀ (in, out): with few positions, candle's product of x and a transposed view spends most of its time on
    /// rearranging W, several times what the product itself takes.
    Float(Tensor),
    Quantized(QuantizedMatrix),
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
    /// The matrix (out, in) as the file stores it. A float matrix is copied into another order, unless it is a
    /// variable; GGUF's unquantized types become f32.
    pub(crate) fn new(weight: Stored) -> Result<Self> {
        let weight = match weight {
            Stored::Float(weight) => Self::float(&weight)?,
            Stored::Quantized(weight) => match weight.dtype() {
                GgmlDType::F32 | GgmlDType::F16 | GgmlDType::BF16 => {
                    Self::float(&weight.dequantize(&weight.device())?)?
                }
                _ => Weight::Quantized(QuantizedMatrix::new(weight)),
            },
        };
        Ok(Self { weight, lora: None })
    }

    fn float(weight: &Tensor) -> Result<Weight> {
        let transposed = weight.t()?;
        // A view of a variable follows it when it learns.
        let transposed = if weight.is_variable() { transposed } else { transposed.contiguous()? };
        Ok(Weight::Float(transposed))
    }

    /// x (N, in) → (N, out). Gradients flow to x and, where they are variables, to W, A and B.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = match &self.weight {
            Weight::Float(transposed) if x.dims().first() == Some(&1) && x.device().is_cpu() => {
                // The same row twice, without a copy: candle's kernel for one row of x is slower than that for two.
                x.broadcast_as((2, x.dim(1)?))?.matmul(transposed)?.narrow(0, 0, 1)?
            }
            Weight::Float(transposed) => x.matmul(transposed)?,
            Weight::Quantized(weight) => weight.forward(x)?,
        }; // (N, out)
        match &self.lora {
            None => Ok(y),
            Some(lora) => {
                let low = x.matmul(&lora.a.t()?)?; // (N, r)
                y + (low.matmul(&lora.b.t()?)? * lora.scale)?
            }
        }
    }

    /// (out, in).
    pub fn dims(&self) -> (usize, usize) {
        let (rows, columns) = match &self.weight {
            Weight::Float(transposed) => (transposed.dims().last(), transposed.dims().first()),
            Weight::Quantized(matrix) => {
                (matrix.weight.shape().dims().first(), matrix.weight.shape().dims().last())
            }
        };
        (rows.copied().unwrap_or(0), columns.copied().unwrap_or(0))
    }

    /// Puts an adapter on, in place of the one that was there; `None` takes it off.
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
        self.lora = lora;
        Ok(())
    }

    /// The adapter that is on.
    pub fn lora(&self) -> Option<&Lora> {
        self.lora.as_ref()
    }
}

/// A quantized matrix (out, in). Candle's own product has no backward pass, so a frozen quantized base would
/// cut every gradient below it.
#[derive(Clone)]
struct QuantizedMatrix {
    weight: Arc<QTensor>,
    product: Arc<Box<dyn CustomOp1 + Send + Sync>>,
}

impl QuantizedMatrix {
    fn new(weight: Arc<QTensor>) -> Self {
        Self { product: Arc::new(Box::new(Product(weight.clone()))), weight }
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.contiguous()?.apply_op1_arc(self.product.clone())
    }
}

impl fmt::Debug for QuantizedMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.weight.dtype(), self.weight.shape())
    }
}

/// y = x Wᵀ forwards by candle's quantized kernels; ∂x = ∂y W backwards, by the dequantized matrix, which
/// lives only as long as that product.
struct Product(Arc<QTensor>);

impl CustomOp1 for Product {
    fn name(&self) -> &'static str {
        "quantized-linear"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        self.0.cpu_fwd(storage, layout)
    }

    fn cuda_fwd(&self, storage: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Shape)> {
        self.0.cuda_fwd(storage, layout)
    }

    fn metal_fwd(&self, storage: &MetalStorage, layout: &Layout) -> Result<(MetalStorage, Shape)> {
        self.0.metal_fwd(storage, layout)
    }

    fn bwd(&self, _x: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let weight = self.0.dequantize(dy.device())?; // (out, in)
        Ok(Some(dy.matmul(&weight)?)) // (N, in)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_cmp)]

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
