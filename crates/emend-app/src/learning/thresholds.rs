//! What rewrites that the person took reach, as thresholds of a recipe's constraints.

use std::collections::{BTreeMap, HashSet};

use emend_learn::examples::Prompt;
use emend_learn::mixing::Mixing;
use emend_learn::{Attempt, LearnError, Recipe};
use emend_models::Seq2Seq;

use super::feedback::Feedback;
use super::prompts;
use super::texts::{Known, LearnText};
use crate::AppError;

/// The recipe with thresholds of its own for each intent of which enough was taken, where it asks for that. The same texts
/// and critics give the same thresholds, so that a run which goes on has those that it began with.
pub(crate) fn of_accepted(
    mut recipe: Recipe,
    model: &Seq2Seq,
    texts: &[LearnText],
    feedback: &Feedback,
) -> Result<Recipe, AppError> {
    let Some(Mixing::Lagrange(mixing)) = recipe.method.mixing_mut() else { return Ok(recipe) };
    if !mixing.accepted {
        return Ok(recipe);
    }
    let mut seen = HashSet::new();
    let taken: Vec<(Prompt, &str)> = texts
        .iter()
        .filter_map(|text| Some((text, taken(text)?)))
        .filter(|(text, rewrite)| seen.insert((prompts::name(&text.instruction), &text.source, *rewrite)))
        .filter_map(|(text, rewrite)| {
            Some((prompts::prompt(model, &text.instruction, &text.source)?, rewrite))
        })
        .collect();
    let attempts: Vec<Attempt<'_>> =
        taken.iter().map(|(prompt, rewrite)| Attempt { prompt, rewrite }).collect();
    let said = feedback.judge(&attempts).map_err(LearnError::Feedback)?;
    let mut intents: BTreeMap<&str, Vec<Vec<f32>>> = BTreeMap::new();
    for ((prompt, _), numbers) in taken.iter().zip(said) {
        intents.entry(&prompt.intent).or_default().push(numbers);
    }
    for (intent, numbers) in intents {
        mixing.learn_thresholds(intent, &numbers);
    }
    Ok(recipe)
}

/// A rewrite that the person took; a text that he left as it was is none.
fn taken(text: &LearnText) -> Option<&str> {
    let rewrite = match &text.known {
        Known::Rewrite(rewrite) | Known::Verdict { rewrite, accepted: true } => rewrite,
        Known::Preference { chosen, .. } => chosen,
        Known::Nothing
        | Known::Clean
        | Known::Guided(_)
        | Known::Verdict { accepted: false, .. }
        | Known::Graded { .. } => {
            return None;
        }
    };
    (*rewrite != text.source).then_some(rewrite)
}
