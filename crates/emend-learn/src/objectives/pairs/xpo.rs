//! Exploratory preference optimisation: DPO that also moves away from what the reference would write.

use candle_core::{Result, bail};
use serde::{Deserialize, Serialize};

use super::{PairScores, Written, logistic};
use crate::Checked;
use crate::objectives::Loss;
use crate::objectives::numeric::{column, total};
use crate::range::{not_negative, positive};

/// `L = −log σ(β·[Δ(y⁺) − Δ(y⁻)]) + α·max(log p(ỹ), log p_ref(ỹ) − c)`
///
/// Each pair is a sample of the policy and one of the reference, ỹ, in either order. The second term is optimism: it
/// makes the reference's samples less likely and so all others more. It has no lower bound in the paper; here it stops
/// once ỹ is c nats less likely than under the reference.
/// Source: Xie et al. 2024, algorithm 1.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Xpo {
    /// β > 0. Default 0.1.
    pub beta: f64,
    /// α ≥ 0: the weight of optimism; 0 is online DPO. Default 1e-5.
    pub alpha: f64,
    /// c ≥ 0: how far optimism may go, in nats per target. Default 10.
    pub limit: f64,
}

impl Default for Xpo {
    fn default() -> Self {
        Self { beta: 0.1, alpha: 1e-5, limit: 10.0 }
    }
}

impl Xpo {
    /// The loss over some pairs; its weight is in pairs.
    pub fn loss(&self, batch: &PairScores) -> Result<Loss> {
        let Some(written) = &batch.from_reference else {
            bail!("XPO needs to know which half of each pair the reference wrote")
        };
        let margins = (batch.gap()? * self.beta)?;
        let one: Vec<f32> =
            written.iter().map(|half| f32::from(u8::from(*half == Written::Chosen))).collect();
        let chosen = column(&one, &margins)?; // (P), 1 where ỹ was preferred
        let rejected = (1.0 - &chosen)?;
        let of_both = |one, other| (one * &chosen)? + (other * &rejected)?;
        let policy = of_both(batch.chosen.sums()?, batch.rejected.sums()?)?;
        let reference = of_both(batch.reference_chosen.sums()?, batch.reference_rejected.sums()?)?;
        let optimism = policy.maximum(&(&reference - self.limit)?)?; // (P)
        let losses = (logistic(&margins, 0.0)? + (optimism * self.alpha)?)?;
        let mut loss = batch.sum(&losses, &margins)?;
        let weights = column(&batch.weights, &margins)?;
        loss.metrics.push(("reference_log_ratio", total(&((policy - reference)? * weights)?)?));
        Ok(loss)
    }

    /// Whether α, β and c are in their ranges.
    pub fn check(&self) -> Checked {
        positive("beta", self.beta)?;
        not_negative("alpha", self.alpha)?;
        not_negative("limit", self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{pair, pairs};
    use super::*;
    use crate::objectives::testing::{check_loss, near, value};

    #[test]
    fn optimism_about_either_half() {
        // DPO's part as there: log(1 + e^−1.5). log p(y⁺) = −3 and log p(y⁻) = −3, their reference −4 and −1.
        let dpo = (1.0 + (-1.5_f64).exp()).ln();
        let with = |written, limit| {
            let batch = PairScores { from_reference: Some(vec![written]), ..pair() };
            value(&Xpo { beta: 0.5, alpha: 0.1, limit }.loss(&batch).unwrap().sum)
        };
        near(with(Written::Chosen, 10.0), dpo - 0.3);
        near(with(Written::Rejected, 10.0), dpo - 0.3);
        // One nat below the reference is the end: max(−3, −1 − 1) = −2.
        near(with(Written::Rejected, 1.0), dpo - 0.2);
        assert!(Xpo::default().loss(&pair()).is_err());
    }

    #[test]
    fn promises() {
        // A limit of ½ nat is passed by some pairs and not by others.
        check_loss(2, |scores, items| {
            Xpo { beta: 0.5, alpha: 0.3, limit: 0.5 }.loss(&pairs(scores, items)).unwrap()
        });
    }
}
