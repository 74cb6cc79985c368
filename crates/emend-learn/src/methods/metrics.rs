//! What a step on the policy's own rewrites has to tell, whatever is learned from them.

use std::collections::BTreeMap;

use crate::mixing::{Memory, Mixing};
use crate::rollout::Rollout;

/// Numbers of a step, by name.
pub(crate) type Metrics = BTreeMap<String, f64>;

/// How long rewrites are in tokens, how many left the text as it is, and how unsure the policy was of their tokens:
/// `−log p` of what it drew is its entropy on average, in nats a token. `begun` says how many tokens of the rewrites of
/// each text somebody else wrote.
pub(crate) fn of_rewrites(rollouts: &[Rollout<'_>], begun: impl Fn(usize) -> usize, metrics: &mut Metrics) {
    let samples = || rollouts.iter().flat_map(|rollout| &rollout.samples);
    metrics.insert("tokens".into(), mean(&mut samples().map(|sample| sample.tokens.len() as f64)));
    let unchanged = rollouts.iter().flat_map(|rollout| {
        rollout.samples.iter().map(|sample| f64::from(u8::from(sample.text == rollout.prompt.text)))
    });
    metrics.insert("unchanged".into(), mean(&mut { unchanged }));
    let own = rollouts.iter().enumerate().flat_map(|(at, rollout)| {
        let begun = begun(at);
        rollout.samples.iter().flat_map(move |sample| sample.logprobs.iter().skip(begun))
    });
    metrics.insert("entropy".into(), mean(&mut own.map(|&logprob| -f64::from(logprob))));
}

/// What the parts' numbers are on average, of rewrites and of the texts as they are; nothing without rewrites.
pub(crate) fn of_parts(parts: &[String], rollouts: &[Rollout<'_>], metrics: &mut Metrics) {
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
pub(crate) fn of_multipliers(
    parts: &[String],
    mixing: &Mixing,
    memory: &Memory,
    metrics: &mut Metrics,
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
pub(crate) fn mean(numbers: &mut dyn Iterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), number| (sum + number, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}
