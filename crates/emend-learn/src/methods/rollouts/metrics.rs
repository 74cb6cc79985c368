//! What a step on rollouts has to tell.

use std::collections::BTreeMap;

use super::{RolloutState, Rollouts};
use crate::mixing::{Memory, Mixing};
use crate::rollout::Rollout;

pub(super) fn measured(
    method: &Rollouts,
    state: &RolloutState,
    rollouts: &[Rollout<'_>],
    log_ratios: &[Vec<f32>],
    advantages: &[Option<Vec<f32>>],
) -> BTreeMap<String, f64> {
    let samples = || rollouts.iter().flat_map(|rollout| &rollout.samples);
    let mut metrics = BTreeMap::new();
    rewards(&method.parts, rollouts, &mut metrics);
    metrics.insert("kl".into(), mean(&mut log_ratios.iter().flatten().map(|&ratio| f64::from(ratio))));
    metrics.insert("tokens".into(), mean(&mut samples().map(|sample| sample.tokens.len() as f64)));
    let unchanged = rollouts.iter().flat_map(|rollout| {
        rollout.samples.iter().map(|sample| f64::from(u8::from(sample.text == rollout.prompt.text)))
    });
    metrics.insert("unchanged".into(), mean(&mut { unchanged }));
    let skipped = advantages.iter().map(|found| f64::from(u8::from(found.is_none())));
    metrics.insert("skipped".into(), mean(&mut { skipped }));
    if !multipliers(&method.parts, &method.mixing, &state.memory, &mut metrics) {
        metrics.insert("kl_weight".into(), state.kl);
    }
    metrics
}

/// What the parts' numbers are on average, of rewrites and of the texts as they are; nothing without rewrites.
pub(super) fn rewards(parts: &[String], rollouts: &[Rollout<'_>], metrics: &mut BTreeMap<String, f64>) {
    if rollouts.is_empty() {
        return;
    }
    for (at, part) in parts.iter().enumerate() {
        let samples = rollouts.iter().flat_map(|rollout| &rollout.samples);
        let found = mean(&mut { samples }.map(|sample| f64::from(sample.parts[at])));
        metrics.insert(format!("reward/{part}"), found);
        let originals = &mut rollouts.iter().map(|rollout| f64::from(rollout.original[at]));
        metrics.insert(format!("original/{part}"), mean(originals));
    }
}

/// How constraints stand; whether there are any.
pub(super) fn multipliers(
    parts: &[String],
    mixing: &Mixing,
    memory: &Memory,
    metrics: &mut BTreeMap<String, f64>,
) -> bool {
    let Mixing::Lagrange(lagrange) = mixing else { return false };
    for standing in lagrange.standings(memory) {
        let part = &parts[standing.part];
        metrics.insert(format!("multiplier/{part}/{}", standing.intent), standing.weight);
        let saturated = f64::from(u8::from(standing.saturated));
        metrics.insert(format!("saturated/{part}/{}", standing.intent), saturated);
    }
    true
}

/// 0 of no numbers.
fn mean(numbers: &mut dyn Iterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), number| (sum + number, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}
