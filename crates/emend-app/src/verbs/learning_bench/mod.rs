//! The learning bench: recipes on the same model, texts, seeds and budget, measured on held-out texts by a judge that no
//! recipe was rewarded by; and recipes that learn from decisions on simulated writers.

mod bench;
mod gate_runs;
mod recipes;
mod writers;

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use emend_learn::Recipe;
use emend_learn::examples::Prompt;
use emend_learn::grades::PART as GRADED;
use emend_text::Instruction;

pub use self::bench::Curve;
pub use self::gate_runs::GateRuns;
pub use self::recipes::BenchRow;
pub use self::writers::{Outcomes, Suggested, WriterRow, Writers};
use crate::app::App;
use crate::learning::{base, clean, prompts};
use crate::{AppError, Cancel};

/// A recipe that is no way to learn: it is rewarded for one part alone, so that the table shows what the gate makes of that.
pub const CONTROL: (&str, &str) = ("rloo-one-part", include_str!("one-part.toml"));

/// What to do.
#[derive(Debug, Clone)]
pub struct LearningBench {
    /// The recipes.
    pub recipes: Vec<Recipe>,
    /// What is asked for.
    pub instruction: Instruction,
    /// Texts to learn from.
    pub texts: Vec<String>,
    /// Texts to be measured on.
    pub held_out: Vec<String>,
    /// Texts that need no change, to be measured on.
    pub clean: Vec<String>,
    /// Other ones, for recipes that learn to leave such texts alone.
    pub clean_to_learn: Vec<String>,
    /// Seeds of each recipe, at least 1.
    pub seeds: u64,
    /// Steps from one look at the held-out texts to the next, to see how fast a recipe learns; with writers there is none.
    pub look_every: Option<NonZeroUsize>,
    /// Checkpoints and results; a bench that was cut off goes on from there.
    pub folder: PathBuf,
}

/// What the bench says while it goes.
#[derive(Debug, Clone)]
pub struct BenchAt<'a> {
    /// The run: a recipe, or a recipe and a style.
    pub run: &'a str,
    /// The seed.
    pub seed: u64,
    /// Steps made, of how many.
    pub steps: (usize, usize),
}

impl App {
    /// Runs the bench; `None` when it was cancelled. May take long: call it where one may wait.
    pub fn bench_learning(
        &self,
        what: &LearningBench,
        cancel: &Cancel,
        mut on: impl FnMut(BenchAt<'_>),
    ) -> Result<Option<Vec<BenchRow>>, AppError> {
        self.with_bench(what, cancel, |bench, texts| {
            let parts = what.recipes.iter().flat_map(|recipe| recipe.method.parts());
            let graded = parts.into_iter().any(|part| part == GRADED);
            let Some(mut examples) = bench.examples(texts, graded)? else { return Ok(None) };
            let to_learn = what.clean_to_learn.iter();
            let prompt = |text: &String| clean::prompt(bench.model, &what.instruction, text);
            examples.clean = to_learn.filter_map(prompt).collect();
            let mut rows = Vec::new();
            for recipe in &what.recipes {
                let Some(row) = bench.row(recipe, &examples, what, &mut on)? else { return Ok(None) };
                rows.push(row);
            }
            Ok(Some(rows))
        })
    }

    /// Lets simulated writers decide, learns from that, and measures how much of what is written for new texts they take;
    /// `None` when it was cancelled. May take long: call it where one may wait.
    ///
    /// [`AppError::Invalid`] for a recipe that does not learn from decisions.
    pub fn bench_writers(
        &self,
        what: &LearningBench,
        writers: &Writers,
        cancel: &Cancel,
        mut on: impl FnMut(BenchAt<'_>),
    ) -> Result<Option<Vec<WriterRow>>, AppError> {
        self.with_bench(what, cancel, |bench, texts| writers.rows(&bench, &texts, what, &mut on))
    }

    fn with_bench<T>(
        &self,
        what: &LearningBench,
        cancel: &Cancel,
        run: impl FnOnce(bench::Bench<'_>, Vec<Prompt>) -> Result<Option<T>, AppError>,
    ) -> Result<Option<T>, AppError> {
        let model = base::open(self)?;
        let prompts = |texts: &[String]| -> Vec<Prompt> {
            texts.iter().filter_map(|text| prompts::prompt(&model, &what.instruction, text)).collect()
        };
        let (held_out, clean) = (prompts(&what.held_out), prompts(&what.clean));
        fs::create_dir_all(&what.folder)
            .map_err(|source| AppError::Write { path: what.folder.clone(), source })?;
        let bench = bench::Bench {
            app: self,
            model: &model,
            held_out: &held_out,
            clean: &clean,
            folder: &what.folder,
            cancel,
        };
        run(bench, prompts(&what.texts))
    }
}
