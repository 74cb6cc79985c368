//! Every recipe on the same texts, measured on held-out ones.
//!
//! Recipes that learn from rewrites, preferences or decisions get those that the critics make of the base's own samples, so
//! that all learn from the same feedback.

use std::collections::BTreeMap;

use emend_engine::chat::Graded as Answer;
use emend_learn::examples::{Demonstration, Examples, Pair, Prompt, Verdict};
use emend_learn::grades::Graded;
use emend_learn::promote::{Bounds, Evidence, Report, judge};
use emend_learn::rollout::{self, Draw, Rollout, Writer};
use emend_learn::{LearnError, Recipe};
use serde::Serialize;

use super::bench::{Bench, Curve, Looks, SECONDS};
use super::{BenchAt, LearningBench};
use crate::AppError;
use crate::large_tier::grader::Grader;
use crate::learning::feedback::{USUAL, watched};
use crate::learning::held_out::{Examiner, Held};
use crate::learning::prompts;

/// Samples of each text that preferences are made of.
const SAMPLES: usize = 4;

/// One recipe, over all its seeds.
#[derive(Debug, Clone, Serialize)]
pub struct BenchRow {
    /// The recipe.
    pub recipe: String,
    /// The paper that it follows.
    pub paper: String,
    /// What the gate says of it, and all measures with intervals.
    pub report: Report,
    /// Share of held-out rewrites that are what was asked for, by the judge: of the base, and with the adapter.
    pub style_accuracy: (f64, f64),
    /// How far the policy has moved from the base, in nats per rewrite, at the last step, where the recipe tells.
    pub kl: Option<f64>,
    /// Rewrites that were sampled and judged, per seed.
    pub samples: usize,
    /// Seconds of training, per seed.
    pub seconds: f64,
    /// What the judge made of held-out texts before the first step, where it was to look at them now and then.
    pub looked: Option<BTreeMap<String, f64>>,
    /// Metrics of each step of each seed.
    pub curves: Vec<Curve>,
    /// Some held-out texts, their rewrites by the base and with the adapter of the first seed.
    pub examples: Vec<[String; 3]>,
}

impl Bench<'_> {
    /// The texts, with what critics make of the base's own samples and, where it is asked, what the large model thinks of them.
    pub(super) fn examples(&self, texts: Vec<Prompt>, graded: bool) -> Result<Option<Examples>, AppError> {
        let feedback = self.feedback(USUAL.map(|(part, _)| part.to_owned()).into(), &Examples::default())?;
        let all: Vec<&Prompt> = texts.iter().collect();
        let draw = Draw { samples: SAMPLES, ..Draw::default() };
        let written =
            rollout::write(Writer::Alone(&self.model.t5), &self.model.tokens, &all, draw, 0, self.cancel)?;
        let Some(mut rollouts) = written else { return Ok(None) };
        rollout::judge(&mut rollouts, USUAL.len(), &mut |attempts| feedback.judge(attempts))?;
        let worth =
            |parts: &[f32]| USUAL.iter().zip(parts).map(|((_, weight), part)| weight * part).sum::<f32>();
        let mut examples = Examples::default();
        if graded {
            let Some(grades) = self.graded(&rollouts)? else { return Ok(None) };
            examples.graded = grades;
        }
        for rollout in &rollouts {
            let mut samples: Vec<_> = rollout.samples.iter().collect();
            samples.sort_by(|a, b| worth(&b.parts).total_cmp(&worth(&a.parts)));
            let (Some(best), Some(worst)) = (samples.first(), samples.last()) else { continue };
            let (prompt, weight) = (rollout.prompt.clone(), 1.0);
            let (chosen, rejected) = (best.tokens.clone(), worst.tokens.clone());
            let verdict = |target: &[_], accepted| Verdict {
                prompt: rollout.prompt.clone(),
                target: target.to_vec(),
                accepted,
                weight,
            };
            examples.verdicts.extend([verdict(&chosen, true), verdict(&rejected, false)]);
            examples.demonstrations.push(Demonstration {
                prompt: prompt.clone(),
                target: chosen.clone(),
                weight,
            });
            examples.pairs.push(Pair { prompt, chosen, rejected, weight });
        }
        examples.prompts = texts;
        Ok(Some(examples))
    }

    /// What the large model thinks of rewrites; `None` when cancelled.
    fn graded(&self, rollouts: &[Rollout<'_>]) -> Result<Option<Vec<Graded>>, AppError> {
        let choice = self.app.chosen_large()?.ok_or(AppError::NoLargeTier)?;
        let grader = Grader::open(&choice, &self.app.model_folders)?;
        let mut found = Vec::new();
        for rollout in rollouts {
            let instruction = prompts::instruction(rollout.prompt)?;
            for sample in &rollout.samples {
                match grader.grade(&instruction, &rollout.prompt.text, &sample.text, self.cancel)? {
                    Answer::Cancelled => return Ok(None),
                    Answer::Done(None) => {}
                    Answer::Done(Some(grade)) => {
                        found.push(prompts::graded(rollout.prompt, &sample.text, grade));
                    }
                }
            }
        }
        Ok(Some(found))
    }

    /// A recipe with several seeds, measured.
    pub(super) fn row(
        &self,
        recipe: &Recipe,
        examples: &Examples,
        LearningBench { seeds, look_every, .. }: &LearningBench,
        on: &mut dyn FnMut(BenchAt<'_>),
    ) -> Result<Option<BenchRow>, AppError> {
        let parts = watched(recipe);
        let examiner =
            Examiner::new(&parts, &self.app.model_folders, |asked| self.feedback(asked, examples))?;
        let Some((base, base_clean)) = self.examine(&examiner, &self.model.t5)? else { return Ok(None) };
        let (mut evidence, mut curves) = (Evidence::default(), Vec::new());
        let (mut accuracy, mut seconds, mut samples, mut last_kl) = (0.0, 0.0, 0, Vec::new());
        let mut shown = Vec::new();
        let looks = look_every.map(|every| Looks { examiner: &examiner, every: every.get() });
        let looked = match looks {
            Some(looks) => self.look(looks.examiner, &self.model.t5)?,
            None => None,
        };
        for seed in 0..*seeds {
            let recipe = Recipe { seed, ..recipe.clone() };
            let Some((learned, curve)) = self.train(&recipe.name, &recipe, examples, looks, on)? else {
                return Ok(None);
            };
            seconds += curve.iter().filter_map(|step| step.get(SECONDS)).sum::<f64>();
            samples += recipe.samples();
            last_kl
                .extend(curve.last().and_then(|metrics: &BTreeMap<String, f64>| metrics.get("kl").copied()));
            curves.push(curve);
            let Some((held, clean)) = self.examine(&examiner, &learned)? else { return Ok(None) };
            examiner.add(&mut evidence, (&base, &held), (&base_clean, &clean));
            accuracy += share(&held);
            if seed == 0 {
                let of = |((prompt, base), held): ((&Prompt, &Held), &Held)| {
                    [prompt.text.clone(), base.rewrite.clone(), held.rewrite.clone()]
                };
                shown = self.held_out.iter().zip(&base).zip(&held).take(12).map(of).collect();
            }
        }
        let report =
            judge(&evidence, &Bounds::default()).map_err(|error| LearnError::Feedback(error.into()))?;
        Ok(Some(BenchRow {
            recipe: recipe.name.clone(),
            paper: recipe.paper.clone(),
            report,
            style_accuracy: (share(&base), accuracy / *seeds as f64),
            kl: (!last_kl.is_empty()).then(|| last_kl.iter().sum::<f64>() / last_kl.len() as f64),
            samples: samples / *seeds as usize,
            seconds: seconds / *seeds as f64,
            looked,
            curves,
            examples: shown,
        }))
    }
}

/// Share of rewrites that the judge finds to be what was asked for.
fn share(held: &[Held]) -> f64 {
    let opinions: Vec<f64> = held.iter().filter_map(|held| held.style).collect();
    opinions.iter().filter(|&&style| style > 0.5).count() as f64 / opinions.len().max(1) as f64
}
