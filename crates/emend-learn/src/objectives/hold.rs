//! What a policy must not forget while it learns something else.

use candle_core::Result;

use super::Loss;
use super::numeric::total;
use crate::Scores;

/// `L = Σ_t max(0, log p_ref(y_t) − log p(y_t))`, added up over targets; its weight is in targets.
///
/// It is 0 as long as no token of the targets is less likely than under the reference, and more than that it does not ask
/// for. Each token on its own: what greedy search writes hangs on the least likely one, which others cannot make up for.
/// Source: the penalty of DPO-Positive (Pal et al. 2024, equation 3), there on the sum over tokens of preferred targets.
pub fn hold(policy: &Scores, reference: &Scores) -> Result<Loss> {
    let lost = (reference.tokens() - policy.tokens())?.relu()?.sum_all()?; // (B, T) to a scalar
    let metrics = vec![("lost/left-alone", total(&lost)?)];
    Ok(Loss { sum: lost, weight: policy.lengths().len() as f64, metrics })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::objectives::testing::{check_loss, metric, near, scores, value};

    #[test]
    fn a_gain_makes_up_for_no_loss() {
        // Tokens lose ½, gain 3 and stay; the second target loses 2.
        let policy = scores(&[&[-1.5, -1.0, -2.0], &[-3.0]]);
        let reference = scores(&[&[-1.0, -4.0, -2.0], &[-1.0]]);
        let loss = hold(&policy, &reference).unwrap();
        near(value(&loss.sum), 2.5);
        near(loss.weight, 2.0);
        near(metric(&loss, "lost/left-alone"), 2.5);
        near(value(&hold(&policy, &policy).unwrap().sum), 0.0);
    }

    #[test]
    fn promises() {
        check_loss(1, |[policy, reference], _| hold(&policy, &reference).unwrap());
    }
}
