//! Whether an adapter does anything.

use std::path::Path;

use emend_decode::TokenId;

use crate::error::ModelError;
use crate::t5::{Ops, T5};

/// Tokens of the source and of the target that are scored.
const TOKENS: usize = 12;

/// Largest difference of a score (logit) that the adapter makes on a fixed short text.
///
/// [`ModelError::NoEffect`] when it makes none: B is still zero, or the adapter did not reach the model.
/// [`ModelError::Config`] when a score is no longer a number.
pub(super) fn effect(folder: &Path, base: &T5, adapted: &T5) -> Result<f32, ModelError> {
    let (without, with) = (scores(base)?, scores(adapted)?);
    if with.iter().any(|score| !score.is_finite()) {
        return Err(ModelError::Config {
            path: folder.to_owned(),
            field: "scores with the adapter on".into(),
            expected: "finite numbers".into(),
            found: "infinity or not a number".into(),
        });
    }
    let effect = without.iter().zip(&with).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    if effect == 0.0 {
        return Err(ModelError::NoEffect { folder: folder.to_owned() });
    }
    Ok(effect)
}

/// Whether a model still has scores: one whose adapter took too long a step has none that are finite.
pub fn has_scores(model: &T5) -> Result<bool, ModelError> {
    Ok(scores(model)?.iter().all(|score| score.is_finite()))
}

/// Scores (logits) of a fixed short text.
fn scores(model: &T5) -> Result<Vec<f32>, ModelError> {
    let config = model.config();
    // Spread over the vocabulary, so that no part of the embedding decides.
    let mut source: Vec<TokenId> = (0..TOKENS).map(|i| (i * config.vocab_size / TOKENS) as TokenId).collect();
    let target: Vec<TokenId> = source.iter().rev().copied().collect();
    source.push(config.eos_token_id);
    Ok(model.logits(&[&source], &[&target], Ops::Fused)?.flatten_all()?.to_vec1()?)
}
