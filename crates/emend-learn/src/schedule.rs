//! The learning rate over a run.

use serde::{Deserialize, Serialize};

/// From zero to `peak` over the warm-up, then along the decay to the last step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// The highest rate, above 0.
    pub peak: f64,
    /// Steps of linear warm-up.
    #[serde(default)]
    pub warmup: usize,
    /// What follows.
    #[serde(default)]
    pub decay: Decay,
}

/// How the rate falls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decay {
    /// Not at all.
    #[default]
    Constant,
    /// On a straight line to zero.
    Linear,
    /// Along half a cosine to zero.
    Cosine,
}

impl Schedule {
    /// The rate of `step`, counted from 0, of `steps`.
    pub fn at(&self, step: usize, steps: usize) -> f64 {
        if step < self.warmup {
            return self.peak * (step + 1) as f64 / self.warmup as f64;
        }
        let left = steps.saturating_sub(self.warmup).max(1) as f64;
        let done = ((step - self.warmup) as f64 / left).min(1.0);
        self.peak
            * match self.decay {
                Decay::Constant => 1.0,
                Decay::Linear => 1.0 - done,
                Decay::Cosine => 0.5 * (1.0 + (std::f64::consts::PI * done).cos()),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(decay: Decay, step: usize, expected: f64) {
        let found = Schedule { peak: 2.0, warmup: 4, decay }.at(step, 12);
        assert!((found - expected).abs() < 1e-12, "{found}");
    }

    #[test]
    fn rates_rise_and_fall() {
        check(Decay::Constant, 0, 0.5);
        check(Decay::Constant, 3, 2.0);
        check(Decay::Constant, 11, 2.0);
        check(Decay::Linear, 4, 2.0);
        check(Decay::Linear, 8, 1.0);
        check(Decay::Cosine, 8, 1.0);
        check(Decay::Cosine, 12, 0.0);
        check(Decay::Linear, 99, 0.0);
    }
}
