//! Constraints instead of weights: stay near the reference while each part reaches its threshold.
//!
//! Each part has a multiplier that grows while the part falls short and shrinks once it does not, so that no part is
//! pushed beyond the point where it stops meaning anything, and the reference regains its weight when all is reached.
//!
//! Source: Moskovitz et al. 2024 (μ-PPO for inequality, ξ-PPO for equality) and its released code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::constraint::{Constraint, Multiplier};
use super::{IntentMemory, Judged, Memory};
use crate::Checked;
use crate::advantages::{Estimator, Rewards};
use crate::range::{positive, require};

/// What is kept of the mean square of advantages at each step.
const DECAY: f64 = 0.9;
/// Least spread of a reward in [0, 1], and of a log-ratio in nats. Smaller ones are not blown up: in the first steps the
/// policy still is the reference, and all that differs is rounding.
const FLOORS: (f64, f64) = (0.01, 0.1);

/// `A = (N − Σ_i g_i)·A_KL + Σ_i g_i·A_i`, with `g_i = σ(m_i)` for "at least" and `tanh(m_i)` for "equal"
///
/// Each A is in units of its spread. After the step m follows the gradient of `Σ_i g_i·(J_i − θ_i)` downwards, where
/// `J_i` is the mean of part i over the step's rewrites.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lagrange {
    /// One of each part.
    pub constraints: Vec<Constraint>,
    /// The same for intents that have their own.
    #[serde(default)]
    pub intents: BTreeMap<String, Vec<Constraint>>,
    /// Step of m, above 0. Default 0.1.
    #[serde(default = "tenth")]
    pub learning_rate: f64,
    /// What a step of m keeps of the one before, in [0, 1). Default 0.1.
    #[serde(default = "tenth")]
    pub momentum: f64,
    /// The gradient of an intent's m is shortened to this length, above 0. Default 1.
    #[serde(default = "one")]
    pub clip: f64,
}

fn tenth() -> f64 {
    0.1
}

fn one() -> f64 {
    1.0
}

/// How a constraint stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// For which intent.
    pub intent: String,
    /// Which part.
    pub part: usize,
    /// g: in (0, 1), or (−1, 1) for an equality.
    pub weight: f64,
    /// J at the last step.
    pub mean: f64,
    /// θ.
    pub threshold: f64,
    /// The weight is at its end and the threshold still is not reached: it cannot be, beside the others.
    pub saturated: bool,
}

impl Lagrange {
    /// The constraints of an intent.
    pub fn of(&self, intent: &str) -> &[Constraint] {
        self.intents.get(intent).unwrap_or(&self.constraints)
    }

    /// How the constraints of the intents seen so far stand.
    pub fn standings(&self, memory: &Memory) -> Vec<Standing> {
        let of = |(intent, memory): (&String, &IntentMemory)| -> Vec<Standing> {
            let pairs = self.of(intent).iter().zip(&memory.constraints).enumerate();
            let standing = |(part, (constraint, multiplier)): (usize, (&Constraint, &Multiplier))| Standing {
                intent: intent.clone(),
                part,
                weight: constraint.weight(multiplier.m),
                mean: multiplier.mean,
                threshold: constraint.threshold(),
                saturated: multiplier.saturated(*constraint),
            };
            pairs.map(standing).collect()
        };
        memory.intents.iter().flat_map(of).collect()
    }

    /// Advantages of an intent's groups with the multipliers as they are, which then move.
    pub(super) fn advantages(
        &self,
        intent: &str,
        groups: &[&Judged<'_>],
        estimator: Estimator,
        memory: &mut IntentMemory,
    ) -> Vec<Option<Vec<f32>>> {
        let constraints = self.of(intent);
        let parts = constraints.len();
        memory.averages.resize(parts + 1, None);
        memory.squares.resize(parts + 1, None);
        memory.constraints.resize(parts, Multiplier::default());
        let weights: Vec<f64> = constraints
            .iter()
            .zip(&memory.constraints)
            .map(|(c, multiplier)| c.weight(multiplier.m))
            .collect();
        let distance = parts as f64 - weights.iter().sum::<f64>();

        let mut mixed: Vec<Option<Vec<f32>>> = vec![None; groups.len()];
        for (part, weight) in weights.into_iter().chain([distance]).enumerate() {
            let (estimator, floor) =
                if part == parts { (estimator.unscaled(), FLOORS.1) } else { (estimator, FLOORS.0) };
            let rewards: Vec<Rewards> = groups.iter().map(|group| rewards(group, part, parts)).collect();
            let found = estimator.advantages(&rewards, &mut memory.averages[part]);
            let spread = spread(&found, &mut memory.squares[part]).max(floor);
            add(&mut mixed, found, weight / if estimator.scales() { 1.0 } else { spread });
        }
        self.update(constraints, groups, &mut memory.constraints);
        mixed
    }

    /// Moves the multipliers by what the step's rewrites reached.
    fn update(&self, constraints: &[Constraint], groups: &[&Judged<'_>], multipliers: &mut [Multiplier]) {
        let samples: Vec<&[f32]> = groups.iter().flat_map(|group| group.samples.iter().copied()).collect();
        let slopes: Vec<f64> = multipliers
            .iter_mut()
            .zip(constraints)
            .enumerate()
            .map(|(part, (multiplier, constraint))| {
                multiplier.observe(samples.iter().map(|sample| sample[part]));
                multiplier.slope(*constraint)
            })
            .collect();
        let length = slopes.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
        let shorten = if length > self.clip { self.clip / length } else { 1.0 };
        for (multiplier, slope) in multipliers.iter_mut().zip(slopes) {
            multiplier.step(shorten * slope, self.learning_rate, self.momentum);
        }
    }

    pub(super) fn check(&self, parts: usize) -> Checked {
        for constraints in self.intents.values().chain([&self.constraints]) {
            let found = constraints.len();
            require("constraints", found as f64, "a constraint for each reward part", found == parts)?;
            for constraint in constraints {
                let threshold = constraint.threshold();
                require("threshold", threshold, "a number", true)?;
            }
        }
        positive("learning_rate", self.learning_rate)?;
        require("momentum", self.momentum, "at least 0 and below 1", (0.0..1.0).contains(&self.momentum))?;
        positive("clip", self.clip)
    }
}

/// Part `part` of each rewrite; the number after the last part is the nearness to the reference, which the original has
/// no number for.
fn rewards(group: &Judged<'_>, part: usize, parts: usize) -> Rewards {
    if part == parts {
        return Rewards { samples: group.log_ratios.iter().map(|ratio| -ratio).collect(), original: None };
    }
    Rewards {
        samples: group.samples.iter().map(|sample| sample[part]).collect(),
        original: Some(group.original[part]),
    }
}

/// `mixed` + `factor`·`found`, group by group.
fn add(mixed: &mut [Option<Vec<f32>>], found: Vec<Option<Vec<f32>>>, factor: f64) {
    for (mixed, found) in mixed.iter_mut().zip(found) {
        let Some(found) = found else { continue };
        let mixed = mixed.get_or_insert_with(|| vec![0.0; found.len()]);
        for (total, advantage) in mixed.iter_mut().zip(found) {
            *total += (factor * f64::from(advantage)) as f32;
        }
    }
}

/// The running root mean square of advantages; 0 before there are any.
fn spread(found: &[Option<Vec<f32>>], square: &mut Option<f64>) -> f64 {
    let numbers = || found.iter().flatten().flatten().copied().map(f64::from);
    let count = numbers().count();
    if count > 0 {
        let now = numbers().map(|number| number * number).sum::<f64>() / count as f64;
        *square = Some(square.map_or(now, |before| DECAY * before + (1.0 - DECAY) * now));
    }
    square.map_or(0.0, f64::sqrt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lagrange(constraints: &[Constraint], learning_rate: f64) -> Lagrange {
        let constraints = constraints.to_vec();
        Lagrange { constraints, intents: BTreeMap::new(), learning_rate, momentum: 0.1, clip: 1.0 }
    }

    fn judged<'j>(samples: &[&'j [f32]], log_ratios: &[f32]) -> Judged<'j> {
        let log_ratios = log_ratios.to_vec();
        Judged { intent: "formal", samples: samples.to_vec(), original: &[0.5, 0.5], log_ratios }
    }

    fn step(how: &Lagrange, judged: &Judged<'_>, memory: &mut Memory) -> Option<Vec<f32>> {
        let memory = memory.intents.entry("formal".into()).or_default();
        how.advantages("formal", &[judged], Estimator::LeaveOneOut, memory).remove(0)
    }

    #[test]
    fn two_parts_and_the_reference() {
        // At m = 0 both g are ½, so the distance weighs 2 − 1 = 1. Part one: 1 against (0 + ½)/2 and 0 against
        // (1 + ½)/2, ±¾ in units of ¾; part two is the same for all; distances 1 and 3 make ±2 in units of 2. So ½ + 1 and −½ − 1.
        let how = lagrange(&[Constraint::AtLeast(0.75), Constraint::AtLeast(0.25)], 0.1);
        let mut memory = Memory::default();
        let found = step(&how, &judged(&[&[1.0, 0.5], &[0.0, 0.5]], &[1.0, 3.0]), &mut memory);
        assert_eq!(found, Some(vec![1.5, -1.5]));
        // J = ½ is ¼ below the first threshold and ¼ above the second: m = ±0.1·¼·¼.
        let standings = how.standings(&memory);
        let sigmoid = |m: f64| 1.0 / (1.0 + (-m).exp());
        assert!((standings[0].weight - sigmoid(0.006_25)).abs() < 1e-12);
        assert!((standings[1].weight - sigmoid(-0.006_25)).abs() < 1e-12);
        assert!((standings[0].mean - 0.5).abs() < 1e-12 && !standings[0].saturated);
    }

    #[test]
    fn the_reference_regains_what_the_parts_lose() {
        let how = lagrange(&[Constraint::AtLeast(0.1), Constraint::AtLeast(0.1)], 10.0);
        let mut memory = Memory::default();
        let rewrites = judged(&[&[1.0, 1.0], &[0.9, 0.9]], &[1.0, 3.0]);
        // Only the first has a positive advantage in the parts and in nearness alike.
        let first = step(&how, &rewrites, &mut memory).unwrap();
        for _ in 0..200 {
            step(&how, &rewrites, &mut memory);
        }
        assert!(how.standings(&memory).iter().all(|standing| standing.weight < 0.05));
        // All is reached: what is left is the distance with nearly the weight 2.
        let last = step(&how, &rewrites, &mut memory).unwrap();
        assert!(first[1] > -2.0 && (last[1] + 2.0).abs() < 0.1, "{first:?} {last:?}");
    }

    #[test]
    fn what_cannot_be_reached_saturates() {
        let how = lagrange(&[Constraint::AtLeast(0.9), Constraint::Equal(0.2)], 10.0);
        let mut memory = Memory::default();
        for _ in 0..300 {
            step(&how, &judged(&[&[0.5, 0.6], &[0.4, 0.5]], &[0.0, 1.0]), &mut memory);
        }
        let standings = how.standings(&memory);
        assert!(standings[0].saturated && standings[0].weight > 0.95, "{standings:?}");
        assert!(
            standings[1].saturated && standings[1].weight < -0.95,
            "an equality pushes down: {standings:?}"
        );
    }

    #[test]
    fn going_on_from_a_saved_memory_is_never_having_stopped() {
        let how = lagrange(&[Constraint::AtLeast(0.7), Constraint::Equal(0.3)], 0.3);
        let rewrites = judged(&[&[0.3, 0.6], &[0.1, 0.7]], &[0.7, 1.3]);
        let (mut whole, mut resumed) = (Memory::default(), Memory::default());
        for number in 0..20 {
            let read = serde_json::from_str(&serde_json::to_string(&resumed).unwrap());
            resumed = read.unwrap();
            assert_eq!(
                step(&how, &rewrites, &mut whole),
                step(&how, &rewrites, &mut resumed),
                "step {number}"
            );
        }
        assert_eq!(whole, resumed);
    }

    #[test]
    fn rounding_is_not_blown_up() {
        let how = lagrange(&[Constraint::AtLeast(0.5)], 0.1);
        let rewrites = judged(&[&[0.5], &[0.5]], &[1e-5, -1e-5]);
        for estimator in [Estimator::LeaveOneOut, Estimator::GroupNormalised] {
            let found =
                how.advantages("formal", &[&rewrites], estimator, &mut IntentMemory::default()).remove(0);
            assert!(found.into_iter().flatten().all(|advantage| advantage.abs() < 1e-3));
        }
    }

    #[test]
    fn sameness_is_skipped_but_counts_for_the_constraint() {
        let how = lagrange(&[Constraint::AtLeast(0.9), Constraint::AtLeast(0.4)], 0.1);
        let mut memory = Memory::default();
        assert_eq!(step(&how, &judged(&[&[0.5, 0.5], &[0.5, 0.5]], &[0.2, 0.2]), &mut memory), None);
        assert!(how.standings(&memory)[0].weight > 0.5);
    }

    #[test]
    fn intents_have_their_own_thresholds() {
        let mut how = lagrange(&[Constraint::AtLeast(0.9)], 0.1);
        how.intents.insert("formal".into(), vec![Constraint::AtLeast(0.3)]);
        assert_eq!(how.of("formal"), [Constraint::AtLeast(0.3)]);
        assert_eq!(how.of("shorter"), [Constraint::AtLeast(0.9)]);
        assert!(how.check(1).is_ok());
        how.intents.insert("own".into(), vec![]);
        assert!(how.check(1).is_err());
    }
}
