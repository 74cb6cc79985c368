//! The model that learns: a base that stays as it is, and an adapter on it whose numbers change.

use candle_core::{Tensor, Var};
use emend_decode::TokenId;
use emend_models::t5::{Ops, T5};
use emend_models::{ModelError, Tokens};

use crate::objectives::rollouts::entropies;
use crate::policy::of_logits;
use crate::{Recipe, Scores, score};

/// A base with an adapter that learns. The base alone is its reference, at no cost in memory.
#[derive(Debug)]
pub struct Learner {
    /// The base with the adapter on.
    pub policy: T5,
    /// The base alone.
    pub reference: T5,
    /// The adapter's matrices by name, in a fixed order; a change of one is a change of `policy`.
    pub variables: Vec<(String, Var)>,
}

impl Learner {
    /// The policy as its adapter answers once it is in use.
    pub fn answering(&self, recipe: &Recipe, tokens: &Tokens) -> T5 {
        let mut model = self.policy.clone();
        model.set_prefix(&tokens.encode(&recipe.method.prefix()));
        model
    }

    /// Scores with a gradient.
    pub(crate) fn score(&self, sources: &[&[TokenId]], targets: &[&[TokenId]]) -> Result<Scores, ModelError> {
        score(&self.policy, sources, targets, Ops::Differentiable)
    }

    /// Scores with a gradient, and the entropies of the distributions that the tokens come from, (B, T).
    pub(crate) fn score_with_entropies(
        &self,
        sources: &[&[TokenId]],
        targets: &[&[TokenId]],
    ) -> Result<(Scores, Option<Tensor>), ModelError> {
        let logits = self.policy.logits(sources, targets, Ops::Differentiable)?; // (B, T, V)
        let scores = of_logits(&logits, targets, self.policy.config().pad_token_id)?;
        Ok((scores, Some(entropies(&logits)?)))
    }

    /// Scores with a gradient, and what else the policy says of the tokens. `added` is put on the logits, (B, T, V).
    pub(crate) fn see(
        &self,
        sources: &[&[TokenId]],
        targets: &[&[TokenId]],
        added: Option<&Tensor>,
    ) -> Result<Seen, ModelError> {
        let (mut logits, states) = self.policy.logits_and_states(sources, targets)?; // (B, T, V), (B, T, D)
        if let Some(added) = added {
            logits = (logits + added)?;
        }
        let scores = of_logits(&logits, targets, self.policy.config().pad_token_id)?;
        Ok(Seen { scores, states, logits })
    }

    /// Scores without one: of the policy as it is now.
    pub(crate) fn score_now(
        &self,
        sources: &[&[TokenId]],
        targets: &[&[TokenId]],
    ) -> Result<Scores, ModelError> {
        Ok(score(&self.policy, sources, targets, Ops::Fused)?.detached())
    }

    /// Scores with the adapter off.
    pub(crate) fn score_reference(
        &self,
        sources: &[&[TokenId]],
        targets: &[&[TokenId]],
    ) -> Result<Scores, ModelError> {
        score(&self.reference, sources, targets, Ops::Fused)
    }
}

/// What the policy says of targets, with gradients.
pub(crate) struct Seen {
    pub(crate) scores: Scores,
    /// The decoder's states before each token, (B, T, D).
    pub(crate) states: Tensor,
    /// (B, T, V).
    logits: Tensor,
}

impl Seen {
    /// Of the distributions that the tokens come from, (B, T).
    pub(crate) fn entropies(&self) -> candle_core::Result<Tensor> {
        entropies(&self.logits)
    }
}
