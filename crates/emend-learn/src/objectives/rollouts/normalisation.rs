//! What a loss per token is divided by.

use candle_core::{Result, Tensor};
use serde::{Deserialize, Serialize};

use crate::Scores;
use crate::objectives::numeric::total;

/// How losses of tokens become one of a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalisation {
    /// Mean over all tokens of the step (Yu et al. 2025, DAPO): long targets count more.
    #[default]
    Token,
    /// Mean over each target's tokens, then over targets (Shao et al. 2024, GRPO): tokens of long targets count less.
    Sequence,
    /// Sum over each target's tokens, divided by the longest that a target may be, then mean over targets (Liu et al.
    /// 2025, Dr. GRPO): every token counts the same, whatever the others' lengths.
    ConstantLength,
}

impl Normalisation {
    /// Sum and weight of losses (B, T), which are zero behind the end. `longest` is that of the targets.
    pub(crate) fn sum(self, losses: &Tensor, scores: &Scores, longest: usize) -> Result<(Tensor, f64)> {
        let sums = losses.sum(1)?; // (B)
        let lengths = scores.lengths();
        match self {
            Self::Token => Ok((sums.sum_all()?, lengths.iter().sum::<usize>() as f64)),
            Self::Sequence => Ok(((sums / scores.divisors()?)?.sum_all()?, lengths.len() as f64)),
            Self::ConstantLength => Ok(((sums.sum_all()? / longest.max(1) as f64)?, lengths.len() as f64)),
        }
    }

    /// The sum of a metric (B, T), which divided by the same weight is a mean over tokens.
    pub(crate) fn metric(self, numbers: &Tensor, scores: &Scores) -> Result<f64> {
        let how = if self == Self::Token { Self::Token } else { Self::Sequence };
        total(&how.sum(numbers, scores, 0)?.0)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::objectives::testing::{near, scores, value};

    #[test]
    fn three_ways_to_divide() {
        // Losses 1 + 2 and 6 of targets with two tokens and one; a target may have four.
        let losses = Tensor::new(&[[1f64, 2.0], [6.0, 0.0]], &Device::Cpu).unwrap();
        let scores = scores(&[&[-1.0, -1.0], &[-1.0]]);
        let sum = |how: Normalisation| {
            let (sum, weight) = how.sum(&losses, &scores, 4).unwrap();
            value(&sum) / weight
        };
        near(sum(Normalisation::Token), 9.0 / 3.0);
        near(sum(Normalisation::Sequence), 7.5 / 2.0);
        near(sum(Normalisation::ConstantLength), 2.25 / 2.0);
        near(Normalisation::ConstantLength.metric(&losses, &scores).unwrap(), 7.5);
    }
}
