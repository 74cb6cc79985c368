//! Generalised advantage estimation: credit for each token, from a value model.

use serde::{Deserialize, Serialize};

use crate::Checked;
use crate::range::proportion;

/// How far ahead credit reaches.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gae {
    /// γ in [0, 1]: what a reward one token later is worth. Default 1.
    pub gamma: f64,
    /// λ in [0, 1]: 0 trusts the value model alone, 1 the rewards alone. Default 0.95.
    pub lambda: f64,
}

impl Default for Gae {
    fn default() -> Self {
        Self { gamma: 1.0, lambda: 0.95 }
    }
}

impl Gae {
    /// Advantages `A_t` and returns `R_t = A_t + V_t` of the tokens of one target, from their rewards and the values
    /// before each of them. Nothing follows the last token.
    ///
    /// `δ_t = r_t + γV_{t+1} − V_t`, `A_t = δ_t + γλA_{t+1}`. Source: Schulman et al. 2016, equation 16.
    pub fn advantages(&self, rewards: &[f32], values: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let mut advantages: Vec<f32> = Vec::with_capacity(rewards.len());
        let (mut later, mut next) = (0.0, 0.0);
        for (&reward, &value) in rewards.iter().zip(values).rev() {
            let (reward, value) = (f64::from(reward), f64::from(value));
            later = reward + self.gamma * next - value + self.gamma * self.lambda * later;
            next = value;
            advantages.push(later as f32);
        }
        advantages.reverse();
        let returns = advantages.iter().zip(values).map(|(advantage, value)| advantage + value).collect();
        (advantages, returns)
    }

    /// Whether γ and λ are in their ranges.
    pub fn check(&self) -> Checked {
        proportion("gamma", self.gamma)?;
        proportion("lambda", self.lambda)
    }
}

/// Shifts and scales the advantages of a step to mean 0 and spread 1 over all its tokens; leaves them when all are
/// equal.
pub fn whiten(advantages: &mut [Vec<f32>]) {
    let count = advantages.iter().map(Vec::len).sum::<usize>() as f64;
    let numbers = || advantages.iter().flatten().copied().map(f64::from);
    let mean = numbers().sum::<f64>() / count.max(1.0);
    let spread = (numbers().map(|number| (number - mean).powi(2)).sum::<f64>() / count.max(1.0)).sqrt();
    if spread > 1e-6 * mean.abs().max(1e-6) {
        for number in advantages.iter_mut().flatten() {
            *number = ((f64::from(*number) - mean) / spread) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(gamma: f64, lambda: f64, expected: [f32; 3]) {
        let (found, returns) = Gae { gamma, lambda }.advantages(&[0.0, 0.0, 1.0], &[0.5, 0.25, 0.75]);
        assert_eq!(found, expected);
        assert_eq!(returns, [expected[0] + 0.5, expected[1] + 0.25, expected[2] + 0.75]);
    }

    #[test]
    fn three_tokens() {
        // δ = (0.25 − 0.5, 0.75 − 0.25, 1 − 0.75) = (−0.25, 0.5, 0.25).
        check(1.0, 0.0, [-0.25, 0.5, 0.25]);
        // λ = 1 telescopes to R − V.
        check(1.0, 1.0, [0.5, 0.75, 0.25]);
        // A₂ = 0.25, A₁ = 0.5 + 0.125, A₀ = −0.25 + 0.3125.
        check(1.0, 0.5, [0.0625, 0.625, 0.25]);
        // γ = ½: δ = (0.125 − 0.5, 0.375 − 0.25, 0.25).
        check(0.5, 0.0, [-0.375, 0.125, 0.25]);
        // and with γλ = ¼: A₁ = 0.125 + 0.0625, A₀ = −0.375 + 0.046875.
        check(0.5, 0.5, [-0.328_125, 0.1875, 0.25]);
        assert_eq!(Gae::default().advantages(&[], &[]), (Vec::new(), Vec::new()));
    }

    #[test]
    fn whitened_over_all_tokens() {
        // 1, 3, 5: mean 3, spread √(8/3).
        let mut advantages = vec![vec![1.0, 3.0], vec![5.0]];
        whiten(&mut advantages);
        assert!((advantages[0][0] + 1.5_f32.sqrt()).abs() < 1e-6, "{advantages:?}");
        assert!(advantages[0][1].abs() < 1e-6);
        let mut equal = vec![vec![2.0, 2.0], Vec::new()];
        whiten(&mut equal);
        assert_eq!(equal, [vec![2.0, 2.0], vec![]]);
        whiten(&mut []);
    }
}
