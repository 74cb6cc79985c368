//! A step on rewrites that were taken or refused, each on its own.

use super::Sum;
use crate::LearnError;
use crate::examples::Verdict;
use crate::objectives::{VerdictLoss, VerdictScores};
use crate::train::Run;

pub(crate) fn pass(run: &Run<'_>, loss: &VerdictLoss, batch: &[&Verdict]) -> Result<Sum, LearnError> {
    let divergence = divergence(run, batch)?;
    let mut sum = Sum::new(run);
    for part in batch.chunks(run.recipe.pass) {
        let sources: Vec<_> = part.iter().map(|verdict| verdict.prompt.source.as_slice()).collect();
        let targets: Vec<_> = part.iter().map(|verdict| verdict.target.as_slice()).collect();
        let scores = VerdictScores {
            policy: run.learner.score(&sources, &targets)?,
            reference: run.learner.score_reference(&sources, &targets)?,
            accepted: part.iter().map(|verdict| verdict.accepted).collect(),
            weights: part.iter().map(|verdict| verdict.weight).collect(),
            divergence,
        };
        sum.add(run, &loss.loss(&scores)?)?;
    }
    Ok(sum)
}

/// KTO's z₀ (Ethayarajh et al. 2024, section 4.1): the mean log-ratio of targets that answer another source of the
/// step, not below 0. Over the whole step, so that it does not depend on how the step is split into passes.
fn divergence(run: &Run<'_>, batch: &[&Verdict]) -> Result<f32, LearnError> {
    let mut total = 0.0;
    for (number, part) in batch.chunks(run.recipe.pass).enumerate() {
        let first = number * run.recipe.pass;
        let sources: Vec<_> = part.iter().map(|verdict| verdict.prompt.source.as_slice()).collect();
        let targets: Vec<_> =
            (first..first + part.len()).map(|row| batch[(row + 1) % batch.len()].target.as_slice()).collect();
        let policy = run.learner.score_now(&sources, &targets)?.sums()?;
        let reference = run.learner.score_reference(&sources, &targets)?.sums()?;
        total += (policy - reference)?.sum_all()?.to_scalar::<f32>()?;
    }
    Ok((total / batch.len().max(1) as f32).max(0.0))
}
