//! Root-mean-square normalisation: no mean, no bias (Zhang and Sennrich 2019).

use candle_core::{Result, Tensor};
use candle_nn::ops;
use emend_kernels::{Input, norm};

use super::load::Branch;
use crate::error::ModelError;
use crate::slices::numbers;

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
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        ops::rms_norm_slow(x, &self.weight, self.epsilon)
    }

    /// The same for rows of numbers.
    pub(super) fn apply(&self, x: &[f32], y: &mut Input) -> Result<()> {
        let weight = numbers(&self.weight)?;
        norm::rms(x, &weight, self.epsilon, y.begin(x.len() / weight.len(), weight.len()));
        Ok(())
    }
}
