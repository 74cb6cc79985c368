//! What a reward part must reach, and how hard it is pushed there.

use serde::{Deserialize, Serialize};

/// From this weight on, a constraint that is not met cannot be met beside the others.
const SATURATED: f64 = 0.95;

/// What a part must reach: `{ at-least = 0.8 }` or `{ equal = 0.5 }`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Constraint {
    /// J ≥ θ.
    AtLeast(f64),
    /// J = θ: beyond θ the part is pushed back down.
    Equal(f64),
}

/// m of one part and its memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
pub(super) struct Multiplier {
    #[serde(with = "crate::exact")]
    pub(super) m: f64,
    #[serde(with = "crate::exact")]
    velocity: f64,
    /// J at the last step.
    #[serde(with = "crate::exact")]
    pub(super) mean: f64,
}

impl Constraint {
    /// θ.
    pub fn threshold(self) -> f64 {
        match self {
            Self::AtLeast(threshold) | Self::Equal(threshold) => threshold,
        }
    }

    /// What rewrites that a person took reach in three of four cases: the first quartile of their numbers. `None`
    /// without any.
    pub fn from_accepted(numbers: &[f32]) -> Option<Self> {
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f32::total_cmp);
        sorted.get(sorted.len() / 4).map(|&quartile| Self::AtLeast(f64::from(quartile)))
    }

    /// g: how strongly a multiplier m pushes.
    pub(super) fn weight(self, m: f64) -> f64 {
        match self {
            Self::AtLeast(_) => 1.0 / (1.0 + (-m).exp()),
            Self::Equal(_) => m.tanh(),
        }
    }
}

impl Multiplier {
    /// J: the mean of a part over a step's rewrites, if there are any.
    pub(super) fn observe(&mut self, numbers: impl ExactSizeIterator<Item = f32>) {
        let count = numbers.len();
        if count > 0 {
            self.mean = numbers.map(f64::from).sum::<f64>() / count as f64;
        }
    }

    /// The derivative by m of g·(J − θ).
    pub(super) fn slope(&self, constraint: Constraint) -> f64 {
        let g = constraint.weight(self.m);
        let derivative = match constraint {
            Constraint::AtLeast(_) => g * (1.0 - g),
            Constraint::Equal(_) => 1.0 - g * g,
        };
        derivative * (self.mean - constraint.threshold())
    }

    /// v ← momentum·v + slope, m ← m − rate·v.
    pub(super) fn step(&mut self, slope: f64, rate: f64, momentum: f64) {
        self.velocity = momentum * self.velocity + slope;
        self.m -= rate * self.velocity;
    }

    /// Whether the weight is at its end and the threshold still is not reached.
    pub(super) fn saturated(&self, constraint: Constraint) -> bool {
        let (weight, missing) = (constraint.weight(self.m), constraint.threshold() - self.mean);
        // An equality can also be pushed down and still be above.
        weight.abs() >= SATURATED && missing * weight > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_what_was_taken_lies_below() {
        assert_eq!(Constraint::from_accepted(&[0.5, 0.875, 0.75, 1.0]), Some(Constraint::AtLeast(0.75)));
        assert_eq!(Constraint::from_accepted(&[0.5]), Some(Constraint::AtLeast(0.5)));
        assert_eq!(Constraint::from_accepted(&[]), None);
    }

    #[test]
    fn two_steps_of_a_multiplier() {
        // At least ½ with J = ¼: slope ¼·(−¼) = −0.0625 at m = 0, so m = 0.00625; then v = −0.00625 + the new slope.
        let constraint = Constraint::AtLeast(0.5);
        let mut multiplier = Multiplier::default();
        multiplier.observe([0.0, 0.5].into_iter());
        multiplier.step(multiplier.slope(constraint), 0.1, 0.1);
        assert!((multiplier.m - 0.006_25).abs() < 1e-12);
        let slope = multiplier.slope(constraint);
        assert!((slope + 0.062_499_4).abs() < 1e-6);
        multiplier.step(slope, 0.1, 0.1);
        assert!((multiplier.m - (0.006_25 + 0.000_625 - 0.1 * slope)).abs() < 1e-12);
    }

    #[test]
    fn slopes_are_derivatives() {
        for constraint in [Constraint::AtLeast(0.7), Constraint::Equal(0.7)] {
            for m in [-2.0, 0.0, 0.5, 3.0] {
                let slope = Multiplier { m, velocity: 0.0, mean: 0.4 }.slope(constraint);
                let difference = (constraint.weight(m + 1e-6) - constraint.weight(m - 1e-6)) / 2e-6 * -0.3;
                assert!((slope - difference).abs() < 1e-8, "{constraint:?} at {m}");
            }
        }
    }

    #[test]
    fn saturation_needs_a_missed_threshold() {
        let saturated = |m, mean, constraint| Multiplier { m, velocity: 0.0, mean }.saturated(constraint);
        assert!(saturated(4.0, 0.4, Constraint::AtLeast(0.5)));
        assert!(!saturated(4.0, 0.6, Constraint::AtLeast(0.5)));
        assert!(!saturated(1.0, 0.4, Constraint::AtLeast(0.5)));
        assert!(saturated(-4.0, 0.6, Constraint::Equal(0.5)), "pushed down and still above");
        assert!(!saturated(-4.0, 0.4, Constraint::Equal(0.5)));
    }
}
