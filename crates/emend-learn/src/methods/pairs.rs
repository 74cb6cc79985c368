//! A step on preferences.

use super::Sum;
use crate::LearnError;
use crate::examples::Pair;
use crate::objectives::{PairLoss, PairScores, Written};
use crate::train::Run;

/// `from_reference` says which half of each pair the reference wrote, where the pairs are samples of both.
pub(crate) fn pass(
    run: &Run<'_>,
    loss: &PairLoss,
    batch: &[&Pair],
    from_reference: Option<&[Written]>,
) -> Result<Sum, LearnError> {
    let mut sum = Sum::new(run);
    // Two targets of each source, scored together: the encoder reads a source once.
    let size = (run.recipe.pass / 2).max(1);
    for (number, part) in batch.chunks(size).enumerate() {
        let sources: Vec<_> = part.iter().map(|pair| pair.prompt.source.as_slice()).collect();
        let targets: Vec<_> =
            part.iter().flat_map(|pair| [pair.chosen.as_slice(), pair.rejected.as_slice()]).collect();
        let chosen: Vec<usize> = (0..part.len()).map(|pair| 2 * pair).collect();
        let rejected: Vec<usize> = chosen.iter().map(|row| row + 1).collect();
        let policy = run.learner.score(&sources, &targets)?;
        let reference = run.learner.score_reference(&sources, &targets)?;
        let scores = PairScores {
            chosen: policy.pick(&chosen)?,
            rejected: policy.pick(&rejected)?,
            reference_chosen: reference.pick(&chosen)?,
            reference_rejected: reference.pick(&rejected)?,
            weights: part.iter().map(|pair| pair.weight).collect(),
            from_reference: from_reference.map(|all| all[number * size..][..part.len()].to_vec()),
        };
        sum.add(run, &loss.loss(&scores)?)?;
    }
    Ok(sum)
}
