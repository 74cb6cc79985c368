//! Simulated writers: does what is learned from decisions please who made them, and does the gate see it?
//!
//! Each writer has a hidden taste and decides about the base's own samples. His decisions go the way of a person's: one
//! text in five is held out, the rest is learned from. Then the gate is asked many times, each time with other decisions
//! about texts that were held out. A writer who decides by chance shows how often the gate lets through what it should not.

use emend_learn::examples::{Examples, Prompt};
use emend_learn::preferences::{Asked, Weighing, derive, settle, split};
use emend_learn::promote::{
    Bounds, Comparison, Difference, Evidence, Paired, Role, Share, compare, judge, share, shares,
};
use emend_learn::rollout::{self, Draw, Writer as Model};
use emend_learn::simulate::{Offer, Opinion, STYLES, Style, Writer};
use emend_learn::{LearnError, Recipe};
use emend_models::t5::T5;
use serde::Serialize;

use super::bench::{Bench, Examined, SECONDS};
use super::gate_runs::GateRuns;
use super::{BenchAt, LearningBench};
use crate::AppError;
use crate::learning::examples::examples;
use crate::learning::held_out::{Examiner, Held};
use crate::learning::preferences::learn_texts;
use crate::verbs::preferences::HELD_OUT;

/// What a writer may be shown of each text: drawn as where the application offers several rewrites.
const OFFERED: Draw = Draw { samples: 4, temperature: 0.9, top_p: 0.95 };
/// Texts that are shown of each row.
const SHOWN: usize = 12;
/// The seed of suggestions: the texts on which a taste can show are found by other samples.
const SUGGESTED: u64 = 1;
/// What the writer is called who decides by chance.
const CHANCE: &str = "chance";

/// How writers decide, and how often the gate is asked.
#[derive(Debug, Clone)]
pub struct Writers {
    /// Only these tastes, by name, `chance` among them; all when there are none.
    pub tastes: Vec<String>,
    /// Decisions of each writer.
    pub decisions: usize,
    /// How often a writer decides against his taste, in [0, 1].
    pub noise: f64,
    /// How often the gate is asked about each adapter.
    pub gate_runs: usize,
}

/// One recipe and one taste, over all seeds.
#[derive(Debug, Clone, Serialize)]
pub struct WriterRow {
    /// The recipe.
    pub recipe: String,
    /// The taste, or `chance`.
    pub style: String,
    /// The taste in words.
    pub about: String,
    /// Decisions that were learned from, per seed.
    pub decisions: usize,
    /// New texts of which a sample of the base makes a difference to the writer: how likely he is to take what is written
    /// for them. What makes no difference, and a text left alone, counts one half.
    pub acceptance: Option<Comparison>,
    /// The difference of each seed.
    pub by_seed: Vec<f64>,
    /// How many of the rewrites that are suggested for these texts he takes.
    pub suggested: Option<Suggested>,
    /// What became of these texts, over all seeds: by the base, and with the adapter.
    pub outcomes: (Outcomes, Outcomes),
    /// Some of them, with their rewrites by the base and with the adapter of the first seed.
    pub examples: Vec<[String; 3]>,
    /// What may not be lost, over all seeds: meaning, fluency, clean texts left alone, protected spans kept.
    pub guards: Vec<Comparison>,
    /// What the gate said.
    pub gate: GateRuns,
    /// Seconds of training, per seed.
    pub seconds: f64,
}

/// What a writer is suggested where the application offers several rewrites, and how much of it he takes: of other samples
/// than those by which the texts were found. What changes nothing and what the guards refuse is not suggested.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggested {
    /// Samples that are suggested, share of all: of the base, and with the adapter.
    pub shown: (f64, f64),
    /// Suggestions that are taken, share of all.
    pub taken: (f64, f64),
    /// How much that share rises, with its interval over texts.
    pub difference: Difference,
    /// The same of each seed.
    pub by_seed: Vec<f64>,
}

impl Suggested {
    /// Of the suggestions for each text, one list a seed.
    fn of(seeds: &[Vec<(Share, Share)>]) -> Option<Self> {
        let all = seeds.concat();
        let bounds = Bounds::default();
        let side = |of: fn(&(Share, Share)) -> Share| {
            let shown: f64 = all.iter().map(|text| of(text).all).sum();
            (shown / (OFFERED.samples * all.len()) as f64, share(all.iter().map(of)))
        };
        let ((shown, taken), (now_shown, now_taken)) = (side(|text| text.0), side(|text| text.1));
        (!all.is_empty()).then(|| Self {
            shown: (shown, now_shown),
            taken: (taken, now_taken),
            difference: shares(&all, &bounds),
            by_seed: seeds.iter().map(|texts| shares(texts, &bounds).mean).collect(),
        })
    }
}

/// How many rewrites a writer thinks what of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcomes {
    /// Left as they were.
    pub alone: usize,
    /// More of what he likes.
    pub liked: usize,
    /// No difference to him.
    pub indifferent: usize,
    /// Less of it.
    pub disliked: usize,
    /// Broken, or something else is said.
    pub spoiled: usize,
}

impl Outcomes {
    fn add(&mut self, opinion: Opinion, changed: bool) {
        let count = match opinion {
            _ if !changed => &mut self.alone,
            Opinion::Likes => &mut self.liked,
            Opinion::Indifferent => &mut self.indifferent,
            Opinion::Dislikes => &mut self.disliked,
            Opinion::Spoiled => &mut self.spoiled,
        };
        *count += 1;
    }

    /// Share of texts that were changed.
    pub fn changed(&self) -> f64 {
        let changed = self.liked + self.indifferent + self.disliked + self.spoiled;
        changed as f64 / (changed + self.alone).max(1) as f64
    }
}

impl Writers {
    pub(super) fn rows(
        &self,
        bench: &Bench<'_>,
        texts: &[Prompt],
        what: &LearningBench,
        on: &mut dyn FnMut(BenchAt<'_>),
    ) -> Result<Option<Vec<WriterRow>>, AppError> {
        if let Some(other) = what.recipes.iter().find(|recipe| !recipe.method.knows_decisions()) {
            return Err(AppError::Invalid {
                what: "a recipe for writers",
                expected: "one that learns from decisions".into(),
                found: other.name.clone(),
            });
        }
        let examiner = Examiner::new(&[], &bench.app.model_folders, |asked| {
            bench.feedback(asked, &Examples::default())
        })?;
        let known = |name: &str| name == CHANCE || STYLES.iter().any(|style| style.name == name);
        if let Some(unknown) = self.tastes.iter().find(|name| !known(name)) {
            let names: Vec<&str> = STYLES.iter().map(|style| style.name).collect();
            return Err(AppError::Invalid {
                what: "a taste",
                expected: format!("one of {}, {CHANCE}", names.join(", ")),
                found: unknown.clone(),
            });
        }
        let Some(base) = bench.examine(&examiner, &bench.model.t5)? else { return Ok(None) };
        let of_base = |texts, seed| offers(bench, &bench.model.t5, texts, seed);
        let (Some(offers), Some(new)) = (of_base(texts, 0)?, of_base(bench.held_out, 0)?) else {
            return Ok(None);
        };
        let Some(suggested) = of_base(bench.held_out, SUGGESTED)? else { return Ok(None) };
        let ground = Ground { how: self, bench, what, examiner, base, offers, new, suggested };
        let wanted = |taste: Option<&'static Style>| {
            self.tastes.is_empty() || self.tastes.iter().any(|name| name == called(taste))
        };
        let tastes = STYLES.iter().map(Some).chain([None]).filter(|taste| wanted(*taste));
        let mut rows = Vec::new();
        for taste in tastes {
            for recipe in &what.recipes {
                let Some(row) = ground.row(taste, recipe, on)? else { return Ok(None) };
                rows.push(row);
            }
        }
        Ok(Some(rows))
    }
}

/// What all rows stand on.
pub(super) struct Ground<'b> {
    pub(super) how: &'b Writers,
    pub(super) bench: &'b Bench<'b>,
    pub(super) what: &'b LearningBench,
    pub(super) examiner: Examiner,
    pub(super) base: Examined,
    /// To decide about.
    pub(super) offers: Vec<Offer>,
    /// The held-out texts, with the base's samples.
    new: Vec<Offer>,
    /// The same with others of them.
    suggested: Vec<Offer>,
}

impl Ground<'_> {
    /// Without a taste the writer decides by chance.
    fn row(
        &self,
        taste: Option<&'static Style>,
        recipe: &Recipe,
        on: &mut dyn FnMut(BenchAt<'_>),
    ) -> Result<Option<WriterRow>, AppError> {
        let name = called(taste);
        let seeds = self.what.seeds;
        let mut row = WriterRow {
            recipe: recipe.name.clone(),
            style: name.to_owned(),
            about: taste.map_or("takes and refuses by chance", |style| style.about).to_owned(),
            decisions: 0,
            acceptance: None,
            by_seed: Vec::new(),
            suggested: None,
            outcomes: Default::default(),
            examples: Vec::new(),
            guards: Vec::new(),
            gate: GateRuns::default(),
            seconds: 0.0,
        };
        let (mut accepted, mut suggested, mut evidence) = (Vec::new(), Vec::new(), Evidence::default());
        for seed in 0..seeds {
            let style = taste.unwrap_or(&STYLES[seed as usize % STYLES.len()]);
            let writer = Writer { style, noise: taste.map_or(0.5, |_| self.how.noise), seed };
            let (examples, learned, held_out) = self.decided(&writer);
            row.decisions += learned;
            let recipe = Recipe { seed, ..recipe.clone() };
            let run = format!("{}-{name}", recipe.name);
            let Some((learned, curve)) = self.bench.train(&run, &recipe, &examples, None, on)? else {
                return Ok(None);
            };
            row.seconds += curve.iter().filter_map(|step| step.get(SECONDS)).sum::<f64>() / seeds as f64;
            let Some(adapted) = self.bench.examine(&self.examiner, &learned)? else {
                return Ok(None);
            };
            self.examiner.add(&mut evidence, (&self.base.0, &adapted.0), (&self.base.1, &adapted.1));
            if taste.is_some() {
                let pairs = self.taken(&writer, &adapted.0);
                let gain: f64 = pairs.iter().map(|pair| pair.new - pair.live).sum();
                row.by_seed.push(gain / pairs.len().max(1) as f64);
                for (text, base, adapted) in self.telling(&writer, &adapted.0) {
                    let opinion = |held: &Held| writer.opinion(text, &held.rewrite);
                    row.outcomes.0.add(opinion(base), !base.unchanged());
                    row.outcomes.1.add(opinion(adapted), !adapted.unchanged());
                    if seed == 0 && row.examples.len() < SHOWN {
                        let texts = [text, &base.rewrite, &adapted.rewrite];
                        row.examples.push(texts.map(str::to_owned));
                    }
                }
                accepted.extend(pairs);
                let drawn = offers(self.bench, &learned, self.bench.held_out, SUGGESTED)?;
                let Some(drawn) = drawn else { return Ok(None) };
                suggested.push(self.suggestions(&writer, &drawn));
            }
            self.ask_gate(&writer, held_out, &learned, &adapted, &mut row.gate)?;
        }
        row.decisions /= seeds as usize;
        let report =
            judge(&evidence, &Bounds::default()).map_err(|error| LearnError::Feedback(error.into()))?;
        row.guards = report.comparisons.into_iter().filter(|one| one.role == Role::Guard).collect();
        row.suggested = Suggested::of(&suggested);
        row.acceptance = (!accepted.is_empty()).then(|| compare("taken", &accepted, &Bounds::default()));
        Ok(Some(row))
    }

    /// What the writer decided, to learn from; about how many texts that is, and about how many he has decisions that are held
    /// out.
    fn decided(&self, writer: &Writer) -> (Examples, usize, usize) {
        let records = writer.decide(&self.offers, self.how.decisions);
        let data = settle(derive(&records, &Weighing::default(), 0).data);
        let split = split(data, HELD_OUT);
        let (examples, _) = examples(self.bench.model, &learn_texts(&split.train));
        // One of each decision, whichever way it went.
        (examples, split.train.preferences.len(), split.held_out.preferences.len())
    }

    /// The held-out texts on which this taste can show, with their rewrites.
    fn telling<'h>(
        &'h self,
        writer: &'h Writer,
        adapted: &'h [Held],
    ) -> impl Iterator<Item = (&'h str, &'h Held, &'h Held)> {
        let held = self.new.iter().zip(&self.base.0).zip(adapted);
        held.filter(|((offer, _), _)| writer.telling(offer).is_some())
            .map(|((offer, base), adapted)| (offer.asked.source.as_str(), base, adapted))
    }

    /// What is suggested for these texts by the base and with the adapter, and taken.
    fn suggestions(&self, writer: &Writer, adapted: &[Offer]) -> Vec<(Share, Share)> {
        let texts = self.new.iter().zip(&self.suggested).zip(adapted);
        texts
            .filter(|((offer, _), _)| writer.telling(offer).is_some())
            .map(|((_, base), adapted)| (writer.suggested(base), writer.suggested(adapted)))
            .collect()
    }

    fn taken(&self, writer: &Writer, adapted: &[Held]) -> Vec<Paired<f64>> {
        self.telling(writer, adapted)
            .map(|(text, base, adapted)| Paired {
                text: text.to_owned(),
                live: writer.acceptance(text, &base.rewrite),
                new: writer.acceptance(text, &adapted.rewrite),
            })
            .collect()
    }
}

fn called(taste: Option<&'static Style>) -> &'static str {
    taste.map_or(CHANCE, |style| style.name)
}

/// Each text with samples of a model.
fn offers(
    bench: &Bench<'_>,
    model: &T5,
    texts: &[Prompt],
    seed: u64,
) -> Result<Option<Vec<Offer>>, AppError> {
    let all: Vec<&Prompt> = texts.iter().collect();
    let written =
        rollout::write(Model::Alone(model), &bench.model.tokens, &all, OFFERED, seed, bench.cancel)?;
    let offer = |rollout: rollout::Rollout<'_>| Offer {
        asked: Asked {
            intent: rollout.prompt.intent.clone(),
            instruction: rollout.prompt.instruction.clone().unwrap_or_default(),
            source: rollout.prompt.text.clone(),
        },
        rewrites: rollout.samples.into_iter().map(|sample| sample.text).collect(),
    };
    Ok(written.map(|rollouts| rollouts.into_iter().map(offer).collect()))
}
