//! A reward for each token, where the critics give one for the whole target.

use serde::{Deserialize, Serialize};

use crate::Checked;
use crate::range::not_negative;

/// `r_t = −β·(log p(y_t) − log p_ref(y_t))`, plus the reward of the whole target at its last token.
///
/// Source: Ziegler et al. 2019, section 2, a token at a time.
pub fn penalised(reward: f32, log_ratios: &[f32], beta: f64) -> Vec<f32> {
    let mut rewards: Vec<f32> = log_ratios.iter().map(|&ratio| (-beta * f64::from(ratio)) as f32).collect();
    if let Some(last) = rewards.last_mut() {
        *last += reward;
    }
    rewards
}

/// Credit per token from a model that DPO trained, plus the reward of the whole target at its last token:
/// `r_t = clip(β₁·(log p_DPO(y_t) − log p_ref(y_t)), ±c) − β₂·(log p(y_t) − log p_ref(y_t))`
///
/// Source: Zhong et al. 2024 (RTO), equation 4.7, with the constants of its released code.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rto {
    /// β₁ ≥ 0. Default 0.05.
    pub shaping: f64,
    /// c ≥ 0: most that one token may get, so that shaping does not outweigh the reward. Default 0.05.
    pub limit: f64,
    /// β₂ ≥ 0: pull towards the reference. Default 0.01.
    pub kl: f64,
}

impl Default for Rto {
    fn default() -> Self {
        Self { shaping: 0.05, limit: 0.05, kl: 0.01 }
    }
}

impl Rto {
    /// Rewards of the tokens of one target; `dpo` holds `log p_DPO − log p_ref` and `log_ratios` `log p − log p_ref`.
    pub fn rewards(&self, reward: f32, dpo: &[f32], log_ratios: &[f32]) -> Vec<f32> {
        let mut rewards = penalised(reward, log_ratios, self.kl);
        for (total, &ratio) in rewards.iter_mut().zip(dpo) {
            *total += (self.shaping * f64::from(ratio)).clamp(-self.limit, self.limit) as f32;
        }
        rewards
    }

    /// Whether all numbers are in their ranges.
    pub fn check(&self) -> Checked {
        not_negative("shaping", self.shaping)?;
        not_negative("limit", self.limit)?;
        not_negative("kl", self.kl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pull_at_each_token_and_the_reward_at_the_last() {
        assert_eq!(penalised(1.0, &[2.0, -1.0], 0.5), [-1.0, 1.5]);
        assert!(penalised(1.0, &[], 0.5).is_empty());
    }

    #[test]
    fn shaping_is_limited() {
        // β₁ = ½: 0.25 fits; 2 and −1 are cut to ±½. β₂ = ¼ takes ½ at the second token.
        let how = Rto { shaping: 0.5, limit: 0.5, kl: 0.25 };
        assert_eq!(how.rewards(1.0, &[0.5, 4.0, -2.0], &[0.0, 2.0, 0.0]), [0.25, 0.0, 0.5]);
    }
}
