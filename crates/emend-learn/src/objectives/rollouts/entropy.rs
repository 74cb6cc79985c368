//! A bonus for staying undecided, so that samples stay different.

use candle_core::{D, Result, Tensor, bail};
use candle_nn::ops::log_softmax;

use super::Normalisation;
use crate::Scores;
use crate::objectives::Loss;

/// `H = −Σ_v p_v·log p_v` of each distribution, in nats: logits (B, T, V) → (B, T).
pub fn entropies(logits: &Tensor) -> Result<Tensor> {
    let log_probs = log_softmax(logits, D::Minus1)?; // (B, T, V)
    (log_probs.exp()? * log_probs)?.sum(D::Minus1)?.neg()
}

/// `loss` − `coefficient`·H, where H is the mean of the entropies (B, T) of the scored tokens.
pub(crate) fn bonus(
    loss: Loss,
    coefficient: f64,
    entropies: Option<&Tensor>,
    scores: &Scores,
    (normalisation, longest): (Normalisation, usize),
) -> Result<Loss> {
    if coefficient <= 0.0 {
        return Ok(loss);
    }
    let Some(entropies) = entropies else {
        bail!("an entropy bonus of {coefficient} needs the policy's entropies")
    };
    let entropies = (entropies * scores.mask())?; // (B, T)
    let (sum, _) = normalisation.sum(&entropies, scores, longest)?;
    let mut metrics = loss.metrics;
    metrics.push(("entropy", normalisation.metric(&entropies, scores)?));
    Ok(Loss { sum: (loss.sum - (sum * coefficient)?)?, weight: loss.weight, metrics })
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::objectives::testing::near;

    #[test]
    fn entropy_of_a_fair_and_of_a_decided_die() {
        let logits = Tensor::new(&[[[7f64, 7.0, 7.0, 7.0], [50.0, 0.0, 0.0, 0.0]]], &Device::Cpu).unwrap();
        let found: Vec<f64> = entropies(&logits).unwrap().get(0).unwrap().to_vec1().unwrap();
        near(found[0], 4_f64.ln());
        near(found[1], 0.0);
    }
}
