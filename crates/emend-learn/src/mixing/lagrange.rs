//! Constraints instead of weights: stay near the reference while each part reaches its threshold.
//!
//! Each part has a multiplier that grows while the part falls short and shrinks once it does not, so that no part is
//! pushed beyond the point where it stops meaning anything, and the reference regains its weight when all is reached.
//!
//! Source: Moskovitz et al. 2024 (μ-PPO for inequality, ξ-PPO for equality) and its released code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::constraint::{Constraint, Multiplier};
use super::log_sigmoid::{above, check_references};
use super::{IntentMemory, Judged, Memory};
use crate::Checked;
use crate::advantages::{Estimator, Rewards};
use crate::range::{positive, require};

/// What is kept of the mean square of advantages at each step.
const DECAY: f64 = 0.9;
/// Least spread of a reward in [0, 1], and of a log-ratio in nats. Smaller ones are not blown up: in the first steps the
/// policy still is the reference, and all that differs is rounding.
const FLOORS: (f64, f64) = (0.01, 0.1);

/// Rewrites that were taken from which on they set an intent's thresholds.
const ACCEPTED: usize = 8;

/// `A = (N − Σ_i g_i)·A_KL + Σ_i g_i·A_i`, with `g_i = σ(m_i)` for "at least" and `tanh(m_i)` for "equal"
///
/// Each A is in units of its spread. After the step m follows the gradient of `Σ_i g_i·(J_i − θ_i)` downwards, where
/// `J_i` is the mean of part i over the step's rewrites.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lagrange {
    /// One of each part.
    pub constraints: Vec<Constraint>,
    /// ref, one of each part, in (0, 1): rewrites are then compared by log-sigmoids of the parts ([`LogSigmoid`]), so that what
    /// is still wrong in one counts most. Thresholds stay those of the parts themselves. Default none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<f32>,
    /// The same for intents that have their own.
    #[serde(default)]
    pub intents: BTreeMap<String, Vec<Constraint>>,
    /// Whether an intent's thresholds are what rewrites that the person took reach, where there are enough of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
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

    /// Takes the thresholds of an intent from the parts' numbers of rewrites that were taken, N each, if it is to and there are
    /// enough. An intent with constraints of its own keeps them, and an equality stays one.
    pub fn learn_thresholds(&mut self, intent: &str, taken: &[Vec<f32>]) {
        if !self.accepted || taken.len() < ACCEPTED || self.intents.contains_key(intent) {
            return;
        }
        let learned = self.constraints.iter().enumerate().map(|(part, &constraint)| {
            let numbers: Vec<f32> = taken.iter().filter_map(|parts| parts.get(part).copied()).collect();
            match constraint {
                Constraint::AtLeast(_) => Constraint::from_accepted(&numbers).unwrap_or(constraint),
                Constraint::Equal(_) => constraint,
            }
        });
        self.intents.insert(intent.to_owned(), learned.collect());
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
        let weights = weights(constraints, &memory.constraints);
        let distance = parts as f64 - weights.iter().sum::<f64>();

        let mut mixed: Vec<Option<Vec<f32>>> = vec![None; groups.len()];
        for (part, weight) in weights.into_iter().chain([distance]).enumerate() {
            let (estimator, floor) =
                if part == parts { (estimator.unscaled(), FLOORS.1) } else { (estimator, FLOORS.0) };
            let rewards: Vec<Rewards> = groups.iter().map(|group| self.rewards(group, part, parts)).collect();
            let found = estimator.advantages(&rewards, &mut memory.averages[part]);
            let spread = spread(&found, &mut memory.squares[part]).max(floor);
            add(&mut mixed, found, weight / if estimator.scales() { 1.0 } else { spread });
        }
        let samples: Vec<&[f32]> = groups.iter().flat_map(|group| group.samples.iter().copied()).collect();
        self.observe(intent, &samples, memory);
        mixed
    }

    /// `Σ_i g_i·r_i / N` of an intent's rewrite, where nothing is there to compare it with: 1 at most, and the less the
    /// more thresholds are reached, so that where a loss has a pull to the reference and looks at the size of rewards (PPO,
    /// Nash-MD), that gains weight. Losses that look at their order alone see which part counts most.
    pub(super) fn worth(&self, intent: &str, parts: &[f32], memory: Option<&IntentMemory>) -> f32 {
        let constraints = self.of(intent);
        let mut multipliers = memory.map(|memory| memory.constraints.clone()).unwrap_or_default();
        multipliers.resize(constraints.len(), Multiplier::default());
        let weights = weights(constraints, &multipliers);
        let sum: f64 =
            weights.iter().enumerate().map(|(part, g)| g * f64::from(self.number(parts, part))).sum();
        (sum / weights.len().max(1) as f64) as f32
    }

    /// Part `part` of a rewrite, as rewrites are compared by it.
    fn number(&self, parts: &[f32], part: usize) -> f32 {
        self.references.get(part).map_or(parts[part], |&reference| above(parts[part], reference))
    }

    /// Part `part` of each rewrite; the number after the last part is the nearness to the reference, which the original
    /// has no number for.
    fn rewards(&self, group: &Judged<'_>, part: usize, parts: usize) -> Rewards {
        if part == parts {
            return Rewards {
                samples: group.log_ratios.iter().map(|ratio| -ratio).collect(),
                original: None,
            };
        }
        Rewards {
            samples: group.samples.iter().map(|sample| self.number(sample, part)).collect(),
            original: Some(self.number(group.original, part)),
        }
    }

    /// Moves an intent's multipliers by what a step's rewrites reached.
    pub(super) fn observe(&self, intent: &str, samples: &[&[f32]], memory: &mut IntentMemory) {
        let (constraints, multipliers) = (self.of(intent), &mut memory.constraints);
        multipliers.resize(constraints.len(), Multiplier::default());
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
            require("number of constraints", found as f64, "one for each reward part", found == parts)?;
            for constraint in constraints {
                let threshold = constraint.threshold();
                require("threshold", threshold, "a number", true)?;
            }
        }
        if !self.references.is_empty() {
            check_references(&self.references, parts)?;
        }
        positive("learning_rate", self.learning_rate)?;
        require("momentum", self.momentum, "at least 0 and below 1", (0.0..1.0).contains(&self.momentum))?;
        positive("clip", self.clip)
    }
}

/// g of each constraint.
fn weights(constraints: &[Constraint], multipliers: &[Multiplier]) -> Vec<f64> {
    constraints.iter().zip(multipliers).map(|(constraint, now)| constraint.weight(now.m)).collect()
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
mod tests;
