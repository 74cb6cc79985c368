//! Direct advantage policy optimisation: each step's log-ratio should be its advantage.

use candle_core::{Result, Tensor, bail};
use serde::{Deserialize, Serialize};

use super::StepScores;
use crate::Checked;
use crate::objectives::Loss;
use crate::objectives::numeric::{column, total};
use crate::range::positive;

/// `L = (β·Σ_{t ∈ step} [log p(y_t) − log p_ref(y_t)] − A_step)²`, mean over steps
///
/// Offline: the critic is trained first and stays as it is, and steps come from a log.
/// Source: Liu et al. 2024 (DAPO, direct advantage policy optimization), equation 12 times 2β².
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct DirectAdvantage {
    /// β > 0: an advantage of A is a log-ratio of A / β nats. Default 0.1.
    pub beta: f64,
}

impl Default for DirectAdvantage {
    fn default() -> Self {
        Self { beta: 0.1 }
    }
}

impl DirectAdvantage {
    /// The loss over some targets; its weight is in steps.
    pub fn loss(&self, batch: &StepScores) -> Result<Loss> {
        let ratios = (batch.policy.tokens() - batch.reference.tokens())?; // (B, T)
        let (rows, longest) = ratios.dims2()?;
        let lengths = batch.policy.lengths();
        let fits = |(steps, &length): (&Vec<super::Step>, &usize)| {
            steps.iter().map(|step| step.tokens).sum::<usize>() <= length
        };
        if batch.steps.len() != rows || !batch.steps.iter().zip(lengths).all(fits) {
            bail!("steps {:?} of targets with {lengths:?} tokens", batch.steps);
        }
        let mut advantages = Vec::new();
        let mut belongs: Vec<f32> = Vec::new(); // (S, B·T), 1 where a token is part of a step
        for (row, steps) in batch.steps.iter().enumerate() {
            let mut first = row * longest;
            for step in steps {
                let inside = first..first + step.tokens;
                belongs.extend((0..rows * longest).map(|place| f32::from(u8::from(inside.contains(&place)))));
                advantages.push(step.advantage);
                first = inside.end;
            }
        }
        let count = advantages.len();
        let belongs = Tensor::from_vec(belongs, (count, rows * longest), ratios.device())?;
        let sums = belongs.to_dtype(ratios.dtype())?.matmul(&ratios.reshape((rows * longest, 1))?)?; // (S, 1)
        let reached = (sums.squeeze(1)? * self.beta)?;
        let errors = (&reached - column(&advantages, &reached)?)?.sqr()?;
        Ok(Loss {
            sum: errors.sum_all()?,
            weight: count as f64,
            metrics: vec![("reached", total(&reached)?)],
        })
    }

    /// Whether β is in its range.
    pub fn check(&self) -> Checked {
        positive("beta", self.beta)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Step;
    use super::*;
    use crate::objectives::testing::{check_loss, metric, near, scores, value};

    fn step(tokens: usize, advantage: f32) -> Step {
        Step { tokens, advantage }
    }

    #[test]
    fn three_steps_of_two_targets() {
        // Log-ratios 1 + 1, −1 and 2; β = ½: (1 − ½)² + (−½ − ½)² + (1 − 1)². The last token of the second is in no step.
        let batch = StepScores {
            policy: scores(&[&[-1.0, -1.0, -3.0], &[-1.0, -9.0]]),
            reference: scores(&[&[-2.0, -2.0, -2.0], &[-3.0, -1.0]]),
            steps: vec![vec![step(2, 0.5), step(1, 0.5)], vec![step(1, 1.0)]],
        };
        let loss = DirectAdvantage { beta: 0.5 }.loss(&batch).unwrap();
        near(value(&loss.sum), 1.25);
        near(loss.weight, 3.0);
        near(metric(&loss, "reached"), 1.5);
        let too_long = StepScores { steps: vec![vec![step(4, 0.5)], vec![]], ..batch };
        assert!(DirectAdvantage::default().loss(&too_long).is_err());
    }

    #[test]
    fn promises() {
        check_loss(1, |[policy, reference], items| {
            let steps = [
                vec![step(2, 0.5), step(3, -1.0)],
                vec![step(1, 0.25)],
                vec![step(1, -0.5)],
                vec![step(1, 1.0), step(2, 0.0), step(1, -1.0)],
            ];
            let batch = StepScores { policy, reference, steps: steps[items].to_vec() };
            DirectAdvantage { beta: 0.3 }.loss(&batch).unwrap()
        });
    }
}
