//! How strongly the policy is held to the reference.

use serde::{Deserialize, Serialize};

use crate::Checked;
use crate::range::{not_negative, positive};

/// The weight of the distance to the reference over a run: `{ fixed = 0.05 }` or
/// `{ adaptive = { initial = 0.01, target = 1.0 } }`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KlControl {
    /// Always the same, at least 0.
    Fixed(f64),
    /// Whatever keeps the distance at a target.
    Adaptive(Adaptive),
}

/// c ← c·(1 + 0.1·clip((KL − target) / target, ±0.2)) after each step.
///
/// Source: Ziegler et al. 2019, section 2.2, with the constants of Ramamurthy et al. 2023 (RL4LMs).
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Adaptive {
    /// c at the first step, above 0.
    pub initial: f64,
    /// The distance aimed at, above 0, in nats per target.
    pub target: f64,
}

impl KlControl {
    /// The weight at the first step.
    pub fn initial(&self) -> f64 {
        match self {
            Self::Fixed(coefficient) => *coefficient,
            Self::Adaptive(how) => how.initial,
        }
    }

    /// The weight after a step that was made with weight `coefficient` and found the policy at the distance `kl`.
    pub fn next(&self, coefficient: f64, kl: f64) -> f64 {
        match self {
            Self::Fixed(coefficient) => *coefficient,
            Self::Adaptive(how) => {
                coefficient * (1.0 + 0.1 * ((kl - how.target) / how.target).clamp(-0.2, 0.2))
            }
        }
    }

    /// Whether every number is in its range.
    pub fn check(&self) -> Checked {
        match self {
            Self::Fixed(coefficient) => not_negative("fixed", *coefficient),
            Self::Adaptive(how) => {
                positive("initial", how.initial)?;
                positive("target", how.target)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kl: f64, expected: f64) {
        let control = KlControl::Adaptive(Adaptive { initial: 0.5, target: 2.0 });
        let found = control.next(control.initial(), kl);
        assert!((found - expected).abs() < 1e-12, "{found}");
    }

    #[test]
    fn it_tightens_when_too_far_and_loosens_when_near() {
        check(2.0, 0.5);
        check(2.2, 0.5 * 1.01);
        check(1.8, 0.5 * 0.99);
        check(100.0, 0.5 * 1.02);
        check(0.0, 0.5 * 0.98);
        assert!((KlControl::Fixed(0.1).next(0.1, 100.0) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn a_recipe_names_a_control() {
        #[derive(Deserialize)]
        struct Recipe {
            kl: KlControl,
        }
        let read = |toml: &str| toml::from_str::<Recipe>(toml).map(|recipe| recipe.kl);
        assert_eq!(read("kl = { fixed = 0.05 }").unwrap(), KlControl::Fixed(0.05));
        let adaptive = read("kl = { adaptive = { initial = 0.01, target = 1.0 } }").unwrap();
        assert!(adaptive.check().is_ok());
        assert!(read("kl = { adaptive = { initial = 0.01, target = 0.0 } }").unwrap().check().is_err());
        assert!(read("kl = { fixed = -1.0 }").unwrap().check().is_err());
    }
}
