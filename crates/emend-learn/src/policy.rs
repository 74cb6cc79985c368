//! Log-probabilities of given targets.

use candle_core::Tensor;
use emend_decode::TokenId;
use emend_models::ModelError;
use emend_models::t5::{Ops, T5};

use crate::Scores;

/// Log-probabilities of targets under a model, the same number of successive targets for each source.
///
/// Sources and targets have their end tokens. With [`Ops::Differentiable`] gradients reach the adapter's variables.
/// Errors as in [`T5::logits`].
pub fn score(
    model: &T5,
    sources: &[&[TokenId]],
    targets: &[&[TokenId]],
    how: Ops,
) -> Result<Scores, ModelError> {
    let log_probs = model.log_probs(sources, targets, how)?; // (B, T)
    Ok(Scores::new(&log_probs, targets.iter().map(|target| target.len()).collect())?)
}

/// The same from the logits (B, T, V).
pub(crate) fn of_logits(logits: &Tensor, targets: &[&[TokenId]], pad: TokenId) -> Result<Scores, ModelError> {
    let (rows, longest, _) = logits.dims3()?;
    let mut tokens = Vec::with_capacity(rows * longest);
    for target in targets {
        tokens.extend_from_slice(target);
        tokens.resize(tokens.len() + longest - target.len(), pad);
    }
    let tokens = Tensor::from_vec(tokens, (rows, longest, 1), logits.device())?;
    let chosen = logits.gather(&tokens, 2)?.squeeze(2)?; // (B, T)
    let log_probs = (chosen - logits.log_sum_exp(2)?)?;
    Ok(Scores::new(&log_probs, targets.iter().map(|target| target.len()).collect())?)
}
