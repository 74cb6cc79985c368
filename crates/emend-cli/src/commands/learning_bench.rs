//! `emend bench learning`

mod curves;
mod writers;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use emend_app::verbs::learning_bench::{BenchAt, BenchRow, CONTROL, LearningBench, WriterRow, Writers};
use emend_app::{App, AppError, Cancel, GRADED_PART, GateRole, Recipe, SHIPPED_RECIPES};
use emend_eval::{Choice, read_rows};
use serde::Serialize;

use super::train::recipe;
use crate::arguments::LearningArguments;
use crate::commands::rewrite::stop_on_interrupt;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(
    app: &App,
    arguments: &LearningArguments,
    output: Output,
) -> Result<ExitCode, Failure> {
    let names: Vec<&str> = match arguments.recipes.as_slice() {
        [] => SHIPPED_RECIPES.iter().map(|(name, _)| *name).collect(),
        named => named.iter().map(String::as_str).collect(),
    };
    let mut recipes = names.into_iter().map(recipe).collect::<Result<Vec<_>, _>>()?;
    if arguments.writers && arguments.recipes.is_empty() {
        recipes.retain(|recipe| recipe.method.knows_decisions());
    } else if arguments.recipes.is_empty() {
        let (name, toml) = CONTROL;
        recipes.push(Recipe::parse(name, toml).map_err(AppError::from)?);
        if app.large()?.is_none() {
            let graded = |recipe: &Recipe| recipe.method.parts().iter().any(|part| part == GRADED_PART);
            recipes.retain(|recipe| !graded(recipe));
        }
    }
    let recipes = recipes.into_iter().map(|recipe| match (arguments.steps, arguments.samples) {
        (Some(steps), _) => Recipe { steps: steps.get(), ..recipe },
        (None, Some(samples)) => recipe.with_samples(samples.get()),
        (None, None) => recipe,
    });
    let texts = |file: &Path, limit: usize| -> Result<Vec<String>, Failure> {
        let rows = read_rows(file, Choice { limit: Some(limit), ..Choice::default() })?;
        Ok(rows.into_iter().map(|row| row.src).collect())
    };
    let clean = texts(&arguments.clean, arguments.measure.get())?;
    let measured: HashSet<&String> = clean.iter().collect();
    let mut clean_to_learn = texts(&arguments.clean, arguments.measure.get() + arguments.limit.get())?;
    clean_to_learn.retain(|text| !measured.contains(text));
    let what = LearningBench {
        recipes: recipes.collect(),
        instruction: arguments.wish.instruction()?,
        texts: texts(&arguments.texts, arguments.limit.get())?,
        held_out: texts(&arguments.held_out, arguments.measure.get())?,
        clean,
        clean_to_learn,
        seeds: arguments.seeds,
        look_every: arguments.look_every,
        folder: arguments.output.clone(),
    };
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let app = app.clone();
    let writers = arguments.writers.then(|| Writers {
        tastes: arguments.tastes.clone(),
        decisions: arguments.decisions.get(),
        noise: arguments.noise,
        gate_runs: arguments.gate_runs.get(),
    });
    let work = tokio::task::spawn_blocking(move || {
        Ok::<_, AppError>(match writers {
            None => app.bench_learning(&what, &cancel, says)?.map(Results::Recipes),
            Some(writers) => app.bench_writers(&what, &writers, &cancel, says)?.map(Results::Writers),
        })
    });
    let results =
        work.await.map_err(|_| Failure::new("thread", "the bench stopped unexpectedly", "report this"))??;
    let Some(results) = results else {
        eprintln!("emend: cancelled; the same command goes on");
        return Ok(ExitCode::from(130));
    };
    let table = results.table();
    let json = serde_json::to_string_pretty(&results).unwrap_or_default();
    let mut files = vec![("results.json".to_owned(), json), ("results.md".to_owned(), table.clone())];
    files.extend(results.plots());
    for (name, content) in files {
        let path = arguments.output.join(name);
        std::fs::write(&path, content).map_err(|error| {
            Failure::new("write", format!("{}: {error}", path.display()), "check the disk's free space")
        })?;
    }
    if output.json {
        Output::json(&results)?;
    } else {
        Output::line(table)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn says(at: BenchAt<'_>) {
    let (step, steps) = at.steps;
    if step.is_multiple_of(10) || step == steps {
        eprintln!("emend: {} seed {}: step {step} of {steps}", at.run, at.seed);
    }
}

/// What the bench measured.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Results {
    Recipes(Vec<BenchRow>),
    Writers(Vec<WriterRow>),
}

impl Results {
    fn table(&self) -> String {
        match self {
            Self::Recipes(rows) => table(rows),
            Self::Writers(rows) => writers::table(rows),
        }
    }

    /// File names and contents.
    fn plots(&self) -> Vec<(String, String)> {
        match self {
            Self::Recipes(rows) => curves::plots(rows),
            Self::Writers(rows) => vec![("writers.svg".into(), writers::plot(rows))],
        }
    }
}

/// One line a recipe: differences to the base with 95 % intervals, then what the gate says.
fn table(rows: &[BenchRow]) -> String {
    let mut text = String::from(
        "| recipe | style accuracy (judge) | style | meaning (judge) | fluency | clean kept | protected | KL | \
         samples | seconds | gate |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n",
    );
    for row in rows {
        let measure = |name: &str| {
            // Rewards may have the name of a guard; they are in the results file.
            let mut judged = row.report.comparisons.iter().filter(|one| one.role != GateRole::Proxy);
            let found = judged.find(|comparison| comparison.name == name);
            found.map_or_else(String::new, |found| {
                let difference = &found.difference;
                format!("{:+.3} [{:+.3}, {:+.3}]", difference.mean, difference.low, difference.high)
            })
        };
        let (before, after) = row.style_accuracy;
        let verdict = match &row.report.verdict {
            emend_app::GateVerdict::Promoted => "promoted".to_owned(),
            emend_app::GateVerdict::NotPromoted { reasons } => {
                reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            }
        };
        let _ = writeln!(
            text,
            "| {} | {:.1} % → {:.1} % | {} | {} | {} | {} | {} | {} | {} | {:.0} | {verdict} |",
            row.recipe,
            100.0 * before,
            100.0 * after,
            measure("what was asked for, by the judge"),
            measure("meaning"),
            measure("fluency"),
            measure("clean texts left alone"),
            measure("protected spans kept"),
            row.kl.map_or_else(String::new, |kl| format!("{kl:.2}")),
            row.samples,
            row.seconds,
        );
    }
    text
}
