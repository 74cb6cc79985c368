//! Root-mean-square normalisation: no mean, no bias (Zhang and Sennrich 2019).

use candle_core::{CpuStorage, CustomOp2, Device, Layout, Result, Shape, Tensor};
use emend_kernels::{Input, norm};

use super::load::Branch;
use crate::error::ModelError;
use crate::slices::{given, numbers};

/// y = w ⊙ x / sqrt(mean(x²) + ε).
#[derive(Debug, Clone)]
pub(super) struct RmsNorm {
    weight: Tensor, // (D)
    epsilon: f32,
}

impl RmsNorm {
    pub(super) fn load(
        branch: &Branch<'_>,
        width: usize,
        epsilon: f32,
    ) -> std::result::Result<Self, ModelError> {
        Ok(Self { weight: branch.tensor(&[width])?, epsilon })
    }

    /// x (N, D) → (N, D), with gradients to x and, where it is a variable, to w.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.contiguous()?.apply_op2(&self.weight, Rms { epsilon: self.epsilon })
    }

    /// The same for rows of numbers.
    pub(super) fn apply(&self, x: &[f32], y: &mut Input) -> Result<()> {
        let weight = numbers(&self.weight)?;
        norm::rms(x, &weight, self.epsilon, y.begin(x.len() / weight.len(), weight.len()));
        Ok(())
    }
}

/// The norm on tensors.
struct Rms {
    epsilon: f32,
}

impl CustomOp2 for Rms {
    fn name(&self) -> &'static str {
        "rms-norm"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, weight) = (given(x, x_layout)?, given(weight, weight_layout)?);
        let mut y = vec![0.0; x.len()];
        norm::rms(x, weight, self.epsilon, &mut y);
        Ok((CpuStorage::F32(y), x_layout.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        _y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let dy = dy.contiguous()?;
        let (x_numbers, weight_numbers, dy) = (numbers(x)?, numbers(weight)?, numbers(&dy)?);
        let (mut dx, mut dw) = (vec![0.0; x_numbers.len()], vec![0.0; weight_numbers.len()]);
        norm::rms_back(&x_numbers, &weight_numbers, self.epsilon, &dy, &mut dx, &mut dw);
        let dw = Tensor::from_vec(dw, weight.shape(), &Device::Cpu)?;
        Ok((Some(Tensor::from_vec(dx, x.shape(), &Device::Cpu)?), weight.is_variable().then_some(dw)))
    }
}
