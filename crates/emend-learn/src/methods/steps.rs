//! Direct advantages: what the reference wrote, judged sentence by sentence.

use std::ops::Range;

use emend_decode::TokenId;
use serde::{Deserialize, Serialize};

use super::sampled::{Sampled, shown};
use super::{Made, Sum, Update};
use crate::examples::Prompt;
use crate::feedback::{Attempt, Judge};
use crate::mixing::Memory;
use crate::objectives::steps::Step;
use crate::objectives::{StepLoss, StepScores};
use crate::rollout::{Rollout, Sample, Writer};
use crate::train::Run;
use crate::{Checked, LearnError};

/// Learning how much each sentence is worth. What is learned from does not change with the policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// The loss.
    pub objective: StepLoss,
    /// What is judged.
    pub sampled: Sampled,
}

impl Steps {
    pub(crate) fn check(&self) -> Checked {
        self.objective.check()?;
        self.sampled.check_without_constraints()
    }
}

pub(crate) fn step(
    method: &Steps,
    prompts: &[&Prompt],
    update: &mut Update<'_>,
    judge: Judge<'_>,
) -> Result<Option<Made>, LearnError> {
    let (run, sampled) = (update.run, &method.sampled);
    let reference = Writer::Alone(&run.learner.reference);
    let written = sampled.write(run, reference, prompts, (update.number, 0), &mut *judge)?;
    let Some(rollouts) = written else { return Ok(None) };
    let mut steps = advantages(run, sampled, &rollouts, judge)?.into_iter();
    let (mut sum, mut count) = (Sum::new(run), 0);
    for chunk in rollouts.chunks((run.recipe.pass / sampled.draw.samples).max(1)) {
        let sources: Vec<&[TokenId]> = chunk.iter().map(|rollout| rollout.prompt.source.as_slice()).collect();
        let samples = chunk.iter().flat_map(|rollout| &rollout.samples);
        let targets: Vec<&[TokenId]> = samples.map(|sample| sample.tokens.as_slice()).collect();
        let steps: Vec<Vec<Step>> = steps.by_ref().take(targets.len()).collect();
        count += steps.iter().map(Vec::len).sum::<usize>();
        let scores = StepScores {
            policy: run.learner.score(&sources, &targets)?,
            reference: run.learner.score_reference(&sources, &targets)?,
            steps,
        };
        sum.add(run, &method.objective.loss(&scores)?)?;
    }
    let mut metrics = update.apply(sum)?;
    metrics.extend(sampled.end(&rollouts, &mut Memory::default()));
    metrics.insert("steps".into(), count as f64);
    Ok(Some((metrics, shown(&rollouts))))
}

/// The steps of every sample with what each of them added to the reward of the text, in which the sentences before it are
/// already rewritten and those behind it are not yet. Where a rewrite has another number of sentences than its text, nobody
/// can tell which belongs to which, and all of it is one step.
fn advantages(
    run: &Run<'_>,
    sampled: &Sampled,
    rollouts: &[Rollout<'_>],
    judge: Judge<'_>,
) -> Result<Vec<Vec<Step>>, LearnError> {
    let mut between: Vec<(&Prompt, String)> = Vec::new();
    let mut cuts = Vec::new();
    for rollout in rollouts {
        let before = sentences(&rollout.prompt.text);
        for sample in &rollout.samples {
            let after = sentences(&sample.text);
            let cut = if after.len() == before.len() && after.len() > 1 {
                for (old, new) in before.iter().zip(&after).take(after.len() - 1) {
                    let mixed = format!(
                        "{} {}",
                        &sample.text[..new.end],
                        &rollout.prompt.text[old.end..].trim_start()
                    );
                    between.push((rollout.prompt, mixed));
                }
                tokens_until(run, sample, &after)?
            } else {
                vec![sample.tokens.len()]
            };
            cuts.push(cut);
        }
    }
    let attempts: Vec<Attempt<'_>> =
        between.iter().map(|(prompt, rewrite)| Attempt { prompt, rewrite }).collect();
    let said =
        if attempts.is_empty() { Vec::new() } else { judge(&attempts).map_err(LearnError::Feedback)? };
    // There are no constraints here, so nothing is remembered.
    let worth = |prompt: &Prompt, parts: &[f32]| sampled.worth(prompt, parts, &Memory::default());
    let mut said = between.iter().zip(&said).map(|((prompt, _), parts)| worth(prompt, parts));
    let samples = rollouts.iter().flat_map(|rollout| rollout.samples.iter().map(move |one| (rollout, one)));
    Ok(samples
        .zip(cuts)
        .map(|((rollout, sample), cut)| {
            let (mut from, mut before) = (0, worth(rollout.prompt, &rollout.original));
            let last = cut.len() - 1;
            let step = |(number, end): (usize, usize)| {
                let whole = worth(rollout.prompt, &sample.parts);
                let after = if number == last { whole } else { said.next().unwrap_or(whole) };
                let step = Step { tokens: end - from, advantage: after - before };
                (from, before) = (end, after);
                step
            };
            cut.into_iter().enumerate().map(step).collect()
        })
        .collect())
}

/// How many of the sample's tokens there are up to the end of each sentence; the last has the end token.
fn tokens_until(
    run: &Run<'_>,
    sample: &Sample,
    sentences: &[Range<usize>],
) -> Result<Vec<usize>, LearnError> {
    let mut ends = Vec::with_capacity(sentences.len());
    let mut count = 0;
    for sentence in &sentences[..sentences.len() - 1] {
        while count < sample.tokens.len() && run.tokens.decode(&sample.tokens[..count])?.len() < sentence.end
        {
            count += 1;
        }
        ends.push(count);
    }
    ends.push(sample.tokens.len());
    Ok(ends)
}

/// Where sentences are: up to a closing mark with white space behind it. A rough cut is enough, as long as it is the same
/// for a text and its rewrite.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut closed = false;
    for (at, letter) in text.char_indices() {
        if letter.is_whitespace() && closed && at > from {
            found.push(from..at);
            from = at + letter.len_utf8();
        }
        closed = matches!(letter, '.' | '!' | '?' | '…');
    }
    if !text[from..].trim().is_empty() || found.is_empty() {
        found.push(from..text.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_closing_marks() {
        let of =
            |text: &'static str| sentences(text).into_iter().map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(of("It rains. Is it 3.5 mm? Yes"), ["It rains.", "Is it 3.5 mm?", "Yes"]);
        assert_eq!(of("It rains. "), ["It rains."]);
        assert_eq!(of(""), [""]);
    }
}
