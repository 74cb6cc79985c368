//! From several reward parts and the distance to the reference to one advantage per rewrite.
//!
//! Fixed weights, products and log-sigmoids make one reward of the parts before anything is compared; constraints mix the parts'
//! advantages, and weigh each part by how far it still is from its threshold. Losses that have no advantages (they compare,
//! rank or imitate rewrites, or have values of tokens) take what a rewrite is worth by itself, by the same rules.

mod constraint;
mod fixed_weights;
mod kl_control;
mod lagrange;
mod log_sigmoid;
mod product;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use constraint::Constraint;
pub use fixed_weights::FixedWeights;
pub use kl_control::{Adaptive, KlControl};
pub use lagrange::{Lagrange, Standing};
pub use log_sigmoid::LogSigmoid;
pub use product::Product;

use crate::Checked;
use crate::advantages::{Estimator, Rewards};

/// What the critics say about the rewrites of one text.
#[derive(Debug, Clone)]
pub struct Judged<'j> {
    /// What was wanted: an intent's id.
    pub intent: &'j str,
    /// The N reward parts of each rewrite, G times.
    pub samples: Vec<&'j [f32]>,
    /// Those of the text as it is.
    pub original: &'j [f32],
    /// `log p(y) − log p_ref(y)` of each rewrite when it was written.
    pub log_ratios: Vec<f32>,
}

/// How parts are mixed.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Mixing {
    /// See [`FixedWeights`].
    FixedWeights(FixedWeights),
    /// See [`Product`].
    Product(Product),
    /// See [`LogSigmoid`].
    LogSigmoid(LogSigmoid),
    /// See [`Lagrange`].
    Lagrange(Lagrange),
}

/// What mixing remembers between steps; part of a checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub struct Memory {
    intents: BTreeMap<String, IntentMemory>,
}

/// Intents differ in what is easy and in what a number means, so each is compared with itself only.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
struct IntentMemory {
    /// The estimator's average: of each part under constraints, of the one reward otherwise; the distance last.
    #[serde(with = "crate::exact::list")]
    averages: Vec<Option<f64>>,
    constraints: Vec<constraint::Multiplier>,
    /// Mean squares of advantages, of each part and of the distance.
    #[serde(with = "crate::exact::list")]
    squares: Vec<Option<f64>>,
}

impl Mixing {
    /// Advantages of the rewrites of each text of a step; `None` for a text whose rewrites all are the same to the
    /// critics and the reference.
    ///
    /// `kl` weighs the distance to the reference against rewards; constraints weigh it themselves.
    pub fn advantages(
        &self,
        step: &[Judged<'_>],
        estimator: Estimator,
        kl: f64,
        memory: &mut Memory,
    ) -> Vec<Option<Vec<f32>>> {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, judged) in step.iter().enumerate() {
            places.entry(judged.intent).or_default().push(place);
        }
        let mut advantages = vec![None; step.len()];
        for (intent, places) in places {
            let memory = memory.intents.entry(intent.to_owned()).or_default();
            let groups: Vec<&Judged<'_>> = places.iter().map(|&place| &step[place]).collect();
            let found = match self {
                Self::FixedWeights(how) => {
                    one_reward(&groups, |parts| how.reward(parts), estimator, kl, memory)
                }
                Self::Product(how) => one_reward(&groups, |parts| how.reward(parts), estimator, kl, memory),
                Self::LogSigmoid(how) => {
                    one_reward(&groups, |parts| how.reward(parts), estimator, kl, memory)
                }
                Self::Lagrange(how) => how.advantages(intent, &groups, estimator, memory),
            };
            for (place, found) in places.into_iter().zip(found) {
                advantages[place] = found;
            }
        }
        advantages
    }

    /// What a rewrite is worth by itself, as one number. Constraints weigh each part by its multiplier.
    pub fn worth(&self, intent: &str, parts: &[f32], memory: &Memory) -> f32 {
        match self {
            Self::FixedWeights(how) => how.reward(parts),
            Self::Product(how) => how.reward(parts),
            Self::LogSigmoid(how) => how.reward(parts),
            Self::Lagrange(how) => how.worth(intent, parts, memory.intents.get(intent)),
        }
    }

    /// Lets constraints see what the policy's rewrites reached in a step, after which their multipliers are others. For
    /// [`Mixing::worth`]; [`Mixing::advantages`] does this by itself.
    pub fn observe<'j>(&self, step: impl Iterator<Item = (&'j str, &'j [f32])>, memory: &mut Memory) {
        let Self::Lagrange(how) = self else { return };
        let mut intents: BTreeMap<&str, Vec<&[f32]>> = BTreeMap::new();
        step.for_each(|(intent, parts)| intents.entry(intent).or_default().push(parts));
        for (intent, samples) in intents {
            how.observe(intent, &samples, memory.intents.entry(intent.to_owned()).or_default());
        }
    }

    /// Whether every number is in its range, for a recipe with this many reward parts.
    pub fn check(&self, parts: usize) -> Checked {
        match self {
            Self::FixedWeights(how) => how.check(parts),
            Self::Product(_) => Ok(()),
            Self::LogSigmoid(how) => how.check(parts),
            Self::Lagrange(how) => how.check(parts),
        }
    }
}

/// Advantages of `R = r − β·(log p − log p_ref)`. The original's distance is not known and is taken to be the group's
/// mean, so that it says nothing.
fn one_reward(
    groups: &[&Judged<'_>],
    reward: impl Fn(&[f32]) -> f32,
    estimator: Estimator,
    kl: f64,
    memory: &mut IntentMemory,
) -> Vec<Option<Vec<f32>>> {
    let kl = kl as f32;
    let rewards: Vec<Rewards> = groups
        .iter()
        .map(|group| {
            let distance = group.log_ratios.iter().sum::<f32>() / group.log_ratios.len().max(1) as f32;
            let samples = group.samples.iter().zip(&group.log_ratios);
            Rewards {
                samples: samples.map(|(parts, ratio)| reward(parts) - kl * ratio).collect(),
                original: Some(reward(group.original) - kl * distance),
            }
        })
        .collect();
    memory.averages.resize(1, None);
    estimator.advantages(&rewards, &mut memory.averages[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(weights: &[f32]) -> Mixing {
        Mixing::FixedWeights(FixedWeights { weights: weights.to_vec() })
    }

    fn judged<'j>(intent: &'j str, samples: &[&'j [f32]], log_ratios: &[f32]) -> Judged<'j> {
        Judged { intent, samples: samples.to_vec(), original: &[0.5, 0.5], log_ratios: log_ratios.to_vec() }
    }

    #[test]
    fn weighted_parts_less_the_distance() {
        // Rewards ¾ and ¼ (weights ½, ½), the original's ½; distances 2 and 0 at β = ⅛ take ¼, 0 and ⅛. So R = ½, ¼, ⅜
        // and A = ½ − 5⁄16, ¼ − 7⁄16.
        let step = [judged("formal", &[&[1.0, 0.5], &[0.5, 0.0]], &[2.0, 0.0])];
        let mut memory = Memory::default();
        let mixing = weights(&[0.5, 0.5]);
        let found = mixing.advantages(&step, Estimator::LeaveOneOut, 0.125, &mut memory);
        assert_eq!(found, [Some(vec![0.1875, -0.1875])]);
    }

    #[test]
    fn a_rewrite_by_itself_is_worth_what_the_multipliers_say() {
        let toml = "rule = 'lagrange'\nlearning_rate = 16.0\nconstraints = [{ at-least = 0.75 }, { at-least = 0.25 }]";
        let mixing: Mixing = toml::from_str(toml).unwrap();
        let mut memory = Memory::default();
        // Both g are ½ at first: (½·1 + ½·½) / 2.
        assert!((mixing.worth("formal", &[1.0, 0.5], &memory) - 0.375).abs() < 1e-6);
        // J = ½ and ½: slopes ¼·(−¼) and ¼·¼, so m = 1 and −1, g = σ(1) and σ(−1).
        let samples: [&[f32]; 2] = [&[0.0, 1.0], &[1.0, 0.0]];
        mixing.observe(samples.into_iter().map(|parts| ("formal", parts)), &mut memory);
        let sigmoid = |m: f32| 1.0 / (1.0 + (-m).exp());
        let expected = f32::midpoint(sigmoid(1.0), sigmoid(-1.0) * 0.5);
        assert!((mixing.worth("formal", &[1.0, 0.5], &memory) - expected).abs() < 1e-6);
        assert!((mixing.worth("shorter", &[1.0, 0.5], &memory) - 0.375).abs() < 1e-6, "intents are apart");
        // The other rules remember nothing.
        let before = memory.clone();
        weights(&[0.5, 0.25]).observe(samples.into_iter().map(|parts| ("formal", parts)), &mut memory);
        assert_eq!(memory, before);
        assert!((weights(&[0.5, 0.25]).worth("formal", &[1.0, 0.5], &memory) - 0.625).abs() < 1e-6);
    }

    #[test]
    fn texts_come_back_in_their_places_and_sameness_is_skipped() {
        let step = [
            judged("shorter", &[&[1.0, 0.0], &[0.0, 0.0]], &[0.0, 0.0]),
            judged("formal", &[&[0.5, 0.5], &[0.5, 0.5]], &[0.3, 0.3]),
            judged("shorter", &[&[0.0, 0.0], &[1.0, 0.0]], &[0.0, 0.0]),
        ];
        let mixing = weights(&[1.0, 0.0]);
        let found = mixing.advantages(&step, Estimator::LeaveOneOut, 0.0, &mut Memory::default());
        assert_eq!(found, [Some(vec![0.75, -0.75]), None, Some(vec![-0.75, 0.75])]);
    }

    #[test]
    fn the_memory_is_each_intents_own() {
        let mixing = weights(&[1.0, 0.0]);
        let mut memory = Memory::default();
        let one = |intent, reward: &'static [f32]| [judged(intent, &[reward], &[0.0])];
        // Averages begin at (0 + ½)/2 and (1 + ½)/2.
        for (intent, reward) in [("shorter", &[0.0, 0.0]), ("formal", &[1.0, 0.0])] {
            mixing.advantages(&one(intent, reward), Estimator::MovingAverage, 0.0, &mut memory);
        }
        let found =
            mixing.advantages(&one("shorter", &[1.0, 0.0]), Estimator::MovingAverage, 0.0, &mut memory);
        assert_eq!(found, [Some(vec![0.75])]);
        let read: Memory = serde_json::from_str(&serde_json::to_string(&memory).unwrap()).unwrap();
        assert_eq!(read, memory);
    }

    #[test]
    fn a_recipe_names_a_rule() {
        let mixing: Mixing = toml::from_str("rule = 'fixed-weights'\nweights = [0.4, 0.6]").unwrap();
        assert_eq!(mixing, weights(&[0.4, 0.6]));
        assert!(mixing.check(2).is_ok());
        assert!(mixing.check(3).is_err());
        let toml = "rule = 'lagrange'\nconstraints = [{ at-least = 0.8 }, { equal = 0.5 }]";
        let mixing: Mixing = toml::from_str(toml).unwrap();
        assert!(mixing.check(2).is_ok());
        assert!(toml::from_str::<Mixing>("rule = 'product'\npower = 2").is_err());
        assert!(toml::from_str::<Mixing>("rule = 'product'").is_ok());
    }
}
