//! Learning from what the policy writes itself, one advantage per token, from a model of values.
//!
//! A value is what the rest of a target is expected to bring; a small linear head on the decoder's states gives it.
//! [`Gae`](crate::advantages::Gae) makes advantages and returns of values and token rewards.

mod ppo;
mod restriction;

use candle_core::Tensor;

pub use ppo::Ppo;
pub use restriction::restriction;

use crate::Scores;

/// B targets that the policy itself wrote, with values of their tokens.
#[derive(Debug, Clone)]
pub struct ValuedScores {
    /// The policy's, now.
    pub policy: Scores,
    /// When it wrote them; without gradient.
    pub behaviour: Scores,
    /// [`entropies`](super::rollouts::entropies) of the policy at each token, (B, T), where the loss asks for them.
    pub entropies: Option<Tensor>,
    /// A, (B, T).
    pub advantages: Tensor,
    /// V now, before each token, (B, T); with gradient.
    pub values: Tensor,
    /// V when the targets were written, (B, T).
    pub behaviour_values: Tensor,
    /// R, (B, T).
    pub returns: Tensor,
}

losses! {
    /// How the policy's own targets are learned from with a value model.
    ValuedLoss(ValuedScores) { Ppo }
}

impl ValuedLoss {
    /// Whether the loss looks at entropies.
    pub fn needs_entropies(&self) -> bool {
        let Self::Ppo(loss) = self;
        loss.entropy > 0.0
    }
}
