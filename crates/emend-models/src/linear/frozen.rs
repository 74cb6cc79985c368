//! A matrix that does not learn, with a backward pass to x and to an adapter: candle's own product of quantized matrices has
//! none, and would cut every gradient below it; its product of float matrices computes a gradient of the matrix that nobody
//! asks for.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use candle_core::quantized::QTensor;
use candle_core::{CpuStorage, CustomOp1, CustomOp3, Device, Layout, Result, Shape, Tensor};
use emend_kernels::product::{View, product, product_with};
use emend_kernels::threads::pass;
use emend_kernels::{Input, Matrix, Numbers};

use super::Lora;
use crate::slices::{given, numbers};
use crate::weights::Mapped;

/// Where a file has it. A clone is the same matrix.
#[derive(Clone)]
pub(crate) enum Frozen {
    /// Multiplied by our kernels.
    Mapped(Mapped),
    /// A quantization that only candle's kernels know.
    Blocks(Arc<QTensor>),
}

impl fmt::Debug for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mapped(mapped) => mapped.fmt(f),
            Self::Blocks(tensor) => tensor.fmt(f),
        }
    }
}

impl Frozen {
    /// (out, in).
    pub(super) fn dims(&self) -> &[usize] {
        match self {
            Self::Mapped(mapped) => mapped.shape(),
            Self::Blocks(tensor) => tensor.shape().dims(),
        }
    }

    pub(super) fn apply(&self, x: &mut Input, y: &mut Vec<f32>) -> Result<()> {
        match self {
            Self::Mapped(mapped) => x.multiply(&mapped.matrix(), y),
            Self::Blocks(tensor) => {
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

    /// x (N, in) → x Wᵀ (N, out), with a gradient to x.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.contiguous()?.apply_op1(Product(self.clone()))
    }

    /// The same with an adapter on, which learns.
    pub(super) fn forward_with(&self, x: &Tensor, lora: &Lora) -> Result<Tensor> {
        let adapted = Adapted { base: self.clone(), scale: lora.scale as f32, low: OnceLock::new() };
        x.contiguous()?.apply_op3(&lora.a, &lora.b, adapted)
    }

    /// x Wᵀ of whole rows of x.
    pub(crate) fn multiply(&self, x: &[f32]) -> Result<Vec<f32>> {
        let (out, width) = self.shape()?;
        match self {
            Self::Mapped(mapped) => {
                let (mut input, mut y) = (Input::default(), Vec::new());
                input.begin(x.len() / width, width).copy_from_slice(x);
                pass(x.len() * out, || input.multiply(&mapped.matrix(), &mut y));
                Ok(y)
            }
            Self::Blocks(tensor) => {
                let storage = CpuStorage::F32(x.to_vec());
                let (y, _) = tensor.cpu_fwd(&storage, &Layout::contiguous((x.len() / width, width)))?;
                Ok(y.as_slice::<f32>()?.to_vec())
            }
        }
    }

    /// `factor` · dy W of whole rows of dy.
    pub(crate) fn multiply_back(&self, factor: f32, dy: &[f32]) -> Result<Vec<f32>> {
        let (out, width) = self.shape()?;
        let mut dx = vec![0.0; dy.len() / out * width];
        match self {
            Self::Mapped(mapped) => product_with(factor, dy, &mapped.matrix(), &mut dx),
            Self::Blocks(tensor) => {
                let tensor = tensor.dequantize(&Device::Cpu)?;
                let plain: Cow<'_, [f32]> = Cow::Owned(tensor.flatten_all()?.to_vec1()?);
                let Some(matrix) = Matrix::new(Numbers::F32(&plain), out, width) else {
                    candle_core::bail!("a matrix of {out} by {width} has {} numbers", plain.len());
                };
                product_with(factor, dy, &matrix, &mut dx);
            }
        }
        Ok(dx)
    }

    /// (out, in).
    fn shape(&self) -> Result<(usize, usize)> {
        match self.dims() {
            [out, width] => Ok((*out, *width)),
            other => candle_core::bail!("expected a matrix, found a tensor of {other:?}"),
        }
    }

    /// The given rows, if they are as long as those of the matrix.
    fn rows<'s>(&self, storage: &'s CpuStorage, layout: &Layout) -> Result<&'s [f32]> {
        let (_, width) = self.shape()?;
        match layout.shape().dims2()? {
            (_, found) if found != width => {
                candle_core::bail!("expected rows of {width} numbers, found {found}")
            }
            _ => given(storage, layout),
        }
    }
}

/// y = x Wᵀ forwards; ∂x = ∂y W backwards.
struct Product(Frozen);

impl CustomOp1 for Product {
    fn name(&self) -> &'static str {
        "frozen-linear"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = self.0.rows(x, layout)?;
        let (out, width) = self.0.shape()?;
        Ok((CpuStorage::F32(self.0.multiply(x)?), Shape::from((x.len() / width, out))))
    }

    fn bwd(&self, x: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let dy = dy.contiguous()?;
        let dx = self.0.multiply_back(1.0, &numbers(&dy)?)?;
        Ok(Some(Tensor::from_vec(dx, x.shape(), &Device::Cpu)?))
    }
}

/// y = x Wᵀ + s (x Aᵀ) Bᵀ forwards. Backwards, with g = s ∂y B: ∂x = ∂y W + g A, ∂A = gᵀ x, ∂B = s ∂yᵀ (x Aᵀ).
struct Adapted {
    base: Frozen,
    scale: f32,
    /// x Aᵀ, (N, r), from the forward pass to the backward pass.
    low: OnceLock<Vec<f32>>,
}

impl Adapted {
    fn low(&self, x: View<'_>, a: View<'_>) -> &[f32] {
        self.low.get_or_init(|| {
            let mut low = vec![0.0; x.rows() * a.rows()];
            product::<false>(1.0, x, a.t(), &mut low);
            low
        })
    }
}

impl CustomOp3 for Adapted {
    fn name(&self) -> &'static str {
        "adapted-linear"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        a: &CpuStorage,
        a_layout: &Layout,
        b: &CpuStorage,
        b_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, a, b) = (self.base.rows(x, x_layout)?, given(a, a_layout)?, given(b, b_layout)?);
        let (out, width) = self.base.shape()?;
        let (rows, rank) = (x.len() / width, a.len() / width);
        let mut y = self.base.multiply(x)?;
        let low = self.low(View::new(x, width), View::new(a, width));
        product::<true>(self.scale, View::new(low, rank), View::new(b, rank).t(), &mut y);
        Ok((CpuStorage::F32(y), Shape::from((rows, out))))
    }

    fn bwd(
        &self,
        x: &Tensor,
        a: &Tensor,
        b: &Tensor,
        _y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let dy = dy.contiguous()?;
        let (rank, out, width) = (a.dim(0)?, b.dim(0)?, a.dim(1)?);
        let (x_numbers, a_numbers, b_numbers, dy) = (numbers(x)?, numbers(a)?, numbers(b)?, numbers(&dy)?);
        let (x_rows, dy_rows) = (View::new(&x_numbers, width), View::new(&dy, out));
        let (a_rows, b_rows) = (View::new(&a_numbers, width), View::new(&b_numbers, rank));

        let mut g = vec![0.0; dy.len() / out * rank];
        product::<false>(self.scale, dy_rows, b_rows, &mut g);
        let g_rows = View::new(&g, rank);
        // The first matrices of the encoder read embeddings, which do not learn.
        let dx = if x.track_op() {
            let mut dx = self.base.multiply_back(1.0, &dy)?;
            product::<true>(1.0, g_rows, a_rows, &mut dx);
            Some(Tensor::from_vec(dx, x.shape(), &Device::Cpu)?)
        } else {
            None
        };

        let mut da = vec![0.0; rank * width];
        product::<false>(1.0, g_rows.t(), x_rows, &mut da);
        let low = View::new(self.low(x_rows, a_rows), rank);
        // Turned at the end: ∂Bᵀ = s (x Aᵀ)ᵀ ∂y is the product that need not turn ∂y.
        let mut db = vec![0.0; rank * out];
        product::<false>(self.scale, low.t(), dy_rows, &mut db);
        let db = View::new(&db, out).t().plain().into_owned();
        let (da, db) =
            (Tensor::from_vec(da, a.shape(), &Device::Cpu)?, Tensor::from_vec(db, b.shape(), &Device::Cpu)?);
        Ok((dx, Some(da), Some(db)))
    }
}
