//! Root-mean-square normalisation: no mean, no bias (Zhang and Sennrich 2019).

use candle_core::{Result, Tensor};
use candle_nn::ops;

use super::Ops;
use super::load::Branch;
use crate::error::ModelError;

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

    /// x (N, D) → (N, D).
    pub(super) fn forward(&self, x: &Tensor, how: Ops) -> Result<Tensor> {
        match how {
            Ops::Fused => ops::rms_norm(&x.contiguous()?, &self.weight, self.epsilon),
            Ops::Differentiable => ops::rms_norm_slow(x, &self.weight, self.epsilon),
        }
    }
}
