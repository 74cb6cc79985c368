//! A step on rewrites to imitate.

use emend_decode::TokenId;

use super::Sum;
use crate::examples::Demonstration;
use crate::objectives::{DemonstrationLoss, DemonstrationScores};
use crate::train::Run;
use crate::{LearnError, Scores};

pub(crate) fn pass(
    run: &Run<'_>,
    loss: &DemonstrationLoss,
    batch: &[&Demonstration],
) -> Result<Sum, LearnError> {
    let mut sum = Sum::new(run);
    for part in batch.chunks(run.recipe.pass) {
        let sources: Vec<_> = part.iter().map(|example| example.prompt.source.as_slice()).collect();
        let targets: Vec<_> = part.iter().map(|example| example.target.as_slice()).collect();
        let scores = DemonstrationScores {
            policy: run.learner.score(&sources, &targets)?,
            reference: reference(run, loss, &sources, &targets)?,
            weights: part.iter().map(|example| example.weight).collect(),
            advantages: None,
        };
        sum.add(run, &loss.loss(&scores)?)?;
    }
    Ok(sum)
}

fn reference(
    run: &Run<'_>,
    loss: &DemonstrationLoss,
    sources: &[&[TokenId]],
    targets: &[&[TokenId]],
) -> Result<Option<Scores>, LearnError> {
    if !loss.needs_reference() {
        return Ok(None);
    }
    Ok(Some(run.learner.score_reference(sources, targets)?))
}
