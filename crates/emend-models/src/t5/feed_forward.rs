//! The feed-forward layer: `DenseReluDense` in the checkpoints, whatever its activation.

use candle_core::{Result, Tensor};
use emend_kernels::activation::{self, activate};

use super::activated::{Activated, Gated};
use super::buffers::Buffers;
use super::config::{Activation, T5Config};
use super::load::Branch;
use crate::error::ModelError;
use crate::linear::Linear;

/// `wo(act(wi x))`, or gated `wo(act(wi_0 x) ⊙ wi_1 x)` (Shazeer 2020).
#[derive(Debug, Clone)]
pub(super) struct FeedForward {
    wi: Linear,
    gate: Option<Linear>,
    wo: Linear,
    activation: Activation,
}

impl FeedForward {
    pub(super) fn load(branch: &Branch<'_>, config: &T5Config) -> std::result::Result<Self, ModelError> {
        let (outer, inner) = (config.d_model, config.d_ff);
        let (wi, gate) = if config.feed_forward.gated {
            (branch.at("wi_0").linear(inner, outer)?, Some(branch.at("wi_1").linear(inner, outer)?))
        } else {
            (branch.at("wi").linear(inner, outer)?, None)
        };
        let wo = branch.at("wo").linear(outer, inner)?;
        Ok(Self { wi, gate, wo, activation: config.feed_forward.activation })
    }

    /// x (N, D) → (N, D).
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let inner = self.wi.forward(x)?; // (N, F)
        let inner = match &self.gate {
            Some(gate) => inner.apply_op2(&gate.forward(x)?, Gated(self.kind()))?,
            None => inner.apply_op1(Activated(self.kind()))?,
        };
        self.wo.forward(&inner)
    }

    /// The same for the normalised rows in `buffers`, whose `y` becomes the result.
    pub(super) fn apply(&self, buffers: &mut Buffers) -> Result<()> {
        let Buffers { normed, inner, gate, between, y, .. } = buffers;
        self.wi.apply(normed, inner)?; // (N, F)
        if let Some(matrix) = &self.gate {
            matrix.apply(normed, gate)?;
        }
        activate(self.kind(), inner, self.gate.as_ref().map(|_| gate.as_slice()));
        between.take(inner, self.wo.dims().1);
        self.wo.apply(between, y)
    }

    fn kind(&self) -> activation::Activation {
        match self.activation {
            Activation::Relu => activation::Activation::Relu,
            Activation::Gelu => activation::Activation::Gelu,
            Activation::GeluTanh => activation::Activation::GeluTanh,
            Activation::Silu => activation::Activation::Silu,
        }
    }

    /// Multiplications for one position.
    pub(super) fn multiplications(&self) -> usize {
        let matrices = [Some(&self.wi), self.gate.as_ref(), Some(&self.wo)];
        matrices.into_iter().flatten().map(|linear| linear.dims().0 * linear.dims().1).sum()
    }

    pub(super) fn linears_mut<'a>(&'a mut self, path: &str, list: &mut Vec<(String, &'a mut Linear)>) {
        match &mut self.gate {
            Some(gate) => {
                list.push((format!("{path}.wi_0"), &mut self.wi));
                list.push((format!("{path}.wi_1"), gate));
            }
            None => list.push((format!("{path}.wi"), &mut self.wi)),
        }
        list.push((format!("{path}.wo"), &mut self.wo));
    }
}
