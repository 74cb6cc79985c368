//! The clipped policy gradient: PPO's surrogate without a value model, as in GRPO and RLOO.

use candle_core::{Result, Tensor};
use serde::{Deserialize, Serialize};

use super::entropy::bonus;
use super::{Normalisation, RolloutScores};
use crate::Checked;
use crate::objectives::Loss;
use crate::objectives::numeric::{column, k3};
use crate::range::{not_negative, positive, require};

/// `L = −min(ρA, clip(ρ, 1 − ε₋, 1 + ε₊)·A) + β·k3 − η·H`, `ρ = p(y) / p_behaviour(y)`
///
/// Source: Schulman et al. 2017, equation 7; per group and with k3: Shao et al. 2024 (GRPO), equations 3 and 4; two
/// widths: Yu et al. 2025 (DAPO), equation 10.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Clipped {
    /// ε₋ in (0, 1). Default 0.2.
    pub clip_low: f64,
    /// ε₊ > 0. Default 0.2.
    pub clip_high: f64,
    /// What has a ratio. Default each token.
    pub ratio: Ratio,
    /// How tokens become a loss. Default the mean over all tokens.
    pub normalisation: Normalisation,
    /// β ≥ 0: pull towards the reference at each token. Default 0, where the advantages have it already.
    pub kl: f64,
    /// η ≥ 0: weight of the tokens' entropy, which is divided as the rest is. Default 0.
    pub entropy: f64,
}

/// What the ratio of probabilities is taken of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ratio {
    /// Each token (PPO, GRPO).
    #[default]
    Token,
    /// The whole target; each of its tokens counts with that ratio (RLOO).
    Sequence,
}

impl Default for Clipped {
    fn default() -> Self {
        Self {
            clip_low: 0.2,
            clip_high: 0.2,
            ratio: Ratio::default(),
            normalisation: Normalisation::default(),
            kl: 0.0,
            entropy: 0.0,
        }
    }
}

impl Clipped {
    /// The loss over some targets.
    pub fn loss(&self, batch: &RolloutScores) -> Result<Loss> {
        let (policy, how) = (&batch.policy, self.normalisation);
        let advantages = column(&batch.advantages, policy.tokens())?.unsqueeze(1)?; // (B, 1)
        let change = (policy.tokens() - batch.behaviour.tokens())?; // (B, T)
        let change = match self.ratio {
            Ratio::Token => change,
            Ratio::Sequence => change.sum_keepdim(1)?.broadcast_as(change.shape())?,
        };
        let advantages = advantages.broadcast_as(change.shape())?;
        let (gains, clipped) = surrogate(&change.exp()?, &advantages, self.clip_low, self.clip_high)?;
        let mask = policy.mask();
        let divergence = k3(policy, &batch.reference)?;
        let losses = ((&divergence * self.kl)? - (gains * mask)?)?;
        let (sum, weight) = how.sum(&losses, policy, batch.longest)?;
        let metrics = vec![
            ("clipped", how.metric(&(clipped * mask)?, policy)?),
            ("kl", how.metric(&divergence, policy)?),
        ];
        let loss = Loss { sum, weight, metrics };
        bonus(loss, self.entropy, batch.entropies.as_ref(), policy, (how, batch.longest))
    }

    /// Whether all numbers are in their ranges.
    pub fn check(&self) -> Checked {
        // From 1 on, the ratio would have no lower bound.
        let low = self.clip_low;
        require("clip_low", low, "above 0 and below 1", 0.0 < low && low < 1.0)?;
        positive("clip_high", self.clip_high)?;
        not_negative("kl", self.kl)?;
        not_negative("entropy", self.entropy)
    }
}

/// min(ρA, clip(ρ)·A), and 1 where the clip made a difference, both of the shape of ρ.
pub(crate) fn surrogate(
    ratio: &Tensor,
    advantages: &Tensor,
    low: f64,
    high: f64,
) -> Result<(Tensor, Tensor)> {
    let free = (ratio * advantages)?;
    let bounded = (ratio.clamp(1.0 - low, 1.0 + high)? * advantages)?;
    let clipped = bounded.lt(&free)?.to_dtype(free.dtype())?;
    Ok((free.minimum(&bounded)?, clipped))
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::super::PolicyGradient;
    use super::super::tests::rollouts;
    use super::*;
    use crate::Scores;
    use crate::objectives::testing::{check_loss, metric, near, scores, value};

    fn batch(policy: &[&[f64]], behaviour: &[&[f64]], advantages: &[f32]) -> RolloutScores {
        RolloutScores {
            policy: scores(policy),
            behaviour: scores(behaviour),
            reference: scores(behaviour),
            entropies: None,
            advantages: advantages.to_vec(),
            longest: 4,
        }
    }

    #[test]
    fn a_gain_is_cut_and_a_loss_is_not() {
        // Ratios 2 and ½ with A = 1: min(2, 1.2) + min(½, 0.8) = 1.7, one of two tokens clipped.
        let two = std::f64::consts::LN_2;
        let (now, then): (&[f64], &[f64]) = (&[two - 2.0, -two - 2.0], &[-2.0, -2.0]);
        let loss = Clipped::default().loss(&batch(&[now], &[then], &[1.0])).unwrap();
        near(value(&loss.sum), -1.7);
        near(loss.weight, 2.0);
        near(metric(&loss, "clipped"), 1.0);
        // With A = −1: min(−2, −1.2) + min(−½, −0.8) = −2.8.
        let loss = Clipped::default().loss(&batch(&[now], &[then], &[-1.0])).unwrap();
        near(value(&loss.sum), 2.8);
        // The ratio of the whole target is 2 · ½ = 1 at both tokens; twice as likely at both, 4.
        let whole = Clipped { ratio: Ratio::Sequence, ..Clipped::default() };
        near(value(&whole.loss(&batch(&[now], &[then], &[1.0])).unwrap().sum), -2.0);
        let both: &[f64] = &[two - 2.0, two - 2.0];
        near(value(&whole.loss(&batch(&[both], &[then], &[-1.0])).unwrap().sum), 8.0);
    }

    #[test]
    fn each_side_has_its_width() {
        // Ratios 2 and ½ with widths ½ and ¼: min(2, 1.25) for A = 1, min(−1, −1) for A = −2.
        let two = std::f64::consts::LN_2;
        let how = Clipped { clip_low: 0.5, clip_high: 0.25, ..Clipped::default() };
        let batch = batch(&[&[two - 2.0], &[-two - 2.0]], &[&[-2.0], &[-2.0]], &[1.0, -2.0]);
        near(value(&how.loss(&batch).unwrap().sum), -1.25 + 1.0);
    }

    #[test]
    fn undecided_tokens_earn_a_bonus() {
        // A = 0 and entropies of 1, 3 and 5 nats, weighed by ½; the 7 is behind the end.
        let entropies = Tensor::new(&[[1f64, 3.0], [5.0, 7.0]], &Device::Cpu).unwrap();
        let one: &[&[f64]] = &[&[-1.0, -1.0], &[-1.0]];
        let batch = RolloutScores { entropies: Some(entropies), ..batch(one, one, &[0.0, 0.0]) };
        let loss = Clipped { entropy: 0.5, ..Clipped::default() }.loss(&batch).unwrap();
        near(value(&loss.sum), -4.5);
        near(metric(&loss, "entropy"), 9.0);
    }

    #[test]
    fn the_pull_is_k3() {
        // A = 0, p = ½, p_ref = ¼: β·(log 2 − ½).
        let two = std::f64::consts::LN_2;
        let loss = Clipped { kl: 3.0, ..Clipped::default() }
            .loss(&batch(&[&[-two]], &[&[-2.0 * two]], &[0.0]))
            .unwrap();
        near(value(&loss.sum), 3.0 * (two - 0.5));
    }

    #[test]
    fn in_the_first_pass_it_is_the_policy_gradient() {
        let variable = Var::new(&[[-1f64, -2.0], [-0.5, -0.1]], &Device::Cpu).unwrap();
        let policy = Scores::new(variable.as_tensor(), vec![2, 1]).unwrap();
        let batch = RolloutScores {
            behaviour: policy.detached(),
            reference: policy.detached(),
            policy,
            entropies: None,
            advantages: vec![0.5, -1.5],
            longest: 4,
        };
        let how = Normalisation::ConstantLength;
        let gradient = |loss: Loss| -> Vec<f64> {
            let store = loss.sum.backward().unwrap();
            store.get(&variable).unwrap().flatten_all().unwrap().to_vec1().unwrap()
        };
        let clipped = Clipped { normalisation: how, ..Clipped::default() };
        let clipped = gradient(clipped.loss(&batch).unwrap());
        let plain = gradient(PolicyGradient { normalisation: how, entropy: 0.0 }.loss(&batch).unwrap());
        for (clipped, plain) in clipped.iter().zip(plain) {
            near(*clipped, plain);
        }
    }

    #[test]
    fn promises() {
        use Normalisation::{ConstantLength, Sequence, Token};
        for normalisation in [Token, Sequence, ConstantLength] {
            for ratio in [Ratio::Token, Ratio::Sequence] {
                let loss = Clipped { ratio, normalisation, kl: 0.3, entropy: 0.1, ..Clipped::default() };
                check_loss(1, |scores, items| loss.loss(&rollouts(scores, items)).unwrap());
            }
        }
    }
}
