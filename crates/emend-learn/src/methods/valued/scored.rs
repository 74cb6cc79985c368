//! What was written, scored by everybody: advantages and returns of every token.

use candle_core::Tensor;
use emend_decode::logits::TopP;
use emend_decode::{Limits, TokenId};
use emend_models::t5::Ops;

use super::Valued;
use crate::advantages::penalised;
use crate::companions::Companions;
use crate::objectives::valued::restriction;
use crate::rollout::Rollout;
use crate::train::Run;
use crate::{LearnError, Scores, score};

/// Targets of some prompts that go through the network together.
pub(super) struct Part<'p> {
    pub(super) sources: Vec<&'p [TokenId]>,
    pub(super) targets: Vec<&'p [TokenId]>,
    /// What is added to logits, (B, T, V), where the policy is restricted.
    pub(super) restriction: Option<Tensor>,
    pub(super) behaviour: Scores,
    /// When they were written, (B, T).
    pub(super) values: Tensor,
    /// One of each token of each target.
    pub(super) advantages: Vec<Vec<f32>>,
    pub(super) returns: Vec<Vec<f32>>,
    /// `log p − log p_ref` of each target.
    pub(super) log_ratios: Vec<f64>,
}

/// `gains` are what each rewrite of each text is worth beside leaving it alone; `kl` is the present weight of the pull to the
/// reference.
pub(super) fn scored<'p>(
    method: &Valued,
    companions: &Companions,
    run: &Run<'_>,
    (rollouts, gains): (&'p [Rollout<'p>], &[Vec<f32>]),
    kl: f64,
) -> Result<Vec<Part<'p>>, LearnError> {
    let size = (run.recipe.pass / method.sampled.draw.samples).max(1);
    let chunks = rollouts.chunks(size).zip(gains.chunks(size));
    chunks.map(|chunk| part(method, companions, run, chunk, kl)).collect()
}

fn part<'p>(
    method: &Valued,
    companions: &Companions,
    run: &Run<'_>,
    (rollouts, gains): (&'p [Rollout<'p>], &[Vec<f32>]),
    kl: f64,
) -> Result<Part<'p>, LearnError> {
    let sources: Vec<&[TokenId]> = rollouts.iter().map(|rollout| rollout.prompt.source.as_slice()).collect();
    let samples =
        || rollouts.iter().flat_map(|rollout| rollout.samples.iter().map(move |one| (rollout, one)));
    let targets: Vec<&[TokenId]> = samples().map(|(_, sample)| sample.tokens.as_slice()).collect();
    let restriction = match method.restriction {
        Some(how) => {
            let limits: Vec<Limits> = samples().map(|(rollout, _)| rollout.prompt.limits).collect();
            let lagged = companions.copy()?.logits(&sources, &targets, Ops::Fused)?;
            Some(restriction(&lagged, &targets, &limits, &TopP(how.top_p))?)
        }
        None => None,
    };
    let seen = run.learner.see(&sources, &targets, restriction.as_ref())?;
    let (behaviour, values) = (seen.scores.detached(), companions.values(&seen.states)?.detach());
    let reference = run.learner.score_reference(&sources, &targets)?;
    let ratios = rows(&(behaviour.tokens() - reference.tokens())?, behaviour.lengths())?;
    let credit = match &method.credit {
        Some(credit) => {
            let preferred = score(companions.copy()?, &sources, &targets, Ops::Fused)?;
            let worth = rows(&(preferred.tokens() - reference.tokens())?, behaviour.lengths())?;
            Some((credit.rewards, worth))
        }
        None => None,
    };
    let of_values = rows(&values, behaviour.lengths())?;
    let (mut advantages, mut returns) = (Vec::new(), Vec::new());
    for (place, &gain) in gains.iter().flatten().enumerate() {
        let rewards = match &credit {
            Some((how, worth)) => how.rewards(gain, &worth[place], &ratios[place]),
            None => penalised(gain, &ratios[place], kl),
        };
        let (advantage, expected) = method.advantage.advantages(&rewards, &of_values[place]);
        advantages.push(advantage);
        returns.push(expected);
    }
    let log_ratios = ratios.iter().map(|ratios| ratios.iter().map(|&ratio| f64::from(ratio)).sum()).collect();
    Ok(Part { sources, targets, restriction, behaviour, values, advantages, returns, log_ratios })
}

/// (B, T) as lists without what stands behind the end.
fn rows(numbers: &Tensor, lengths: &[usize]) -> candle_core::Result<Vec<Vec<f32>>> {
    let mut rows: Vec<Vec<f32>> = numbers.to_vec2()?;
    rows.iter_mut().zip(lengths).for_each(|(row, &length)| row.truncate(length));
    Ok(rows)
}

/// Lists as (B, T), with 0 behind the end.
pub(super) fn tokens(rows: &[Vec<f32>], like: &Tensor) -> candle_core::Result<Tensor> {
    let (count, longest) = like.dims2()?;
    let mut numbers = Vec::with_capacity(count * longest);
    for row in rows {
        numbers.extend_from_slice(row);
        numbers.resize(numbers.len() + longest - row.len(), 0.0);
    }
    Tensor::from_vec(numbers, (count, longest), like.device())?.to_dtype(like.dtype())
}
