//! `emend eval`

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use emend_app::verbs::batch::{Batch, BatchOutcome};
use emend_app::{App, AppError, Cancel, TierChoice};
use emend_eval::{
    Choice, EvalError, Judge, METRICS, Report, Row, Set, SetReport, System, VERSUS, copy, evaluate,
    evaluate_head, read_hypotheses, read_rows, read_scores, shortened, suite,
};
use emend_text::{Format, Instruction, intent};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::arguments::EvalArguments;
use crate::commands::rewrite::stop_on_interrupt;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::Progress;

mod cascade;

pub(crate) use cascade::{deferral_lines, quality_metric, refuse_unjudged};

/// Intents whose floor is dropping the end of the text.
const SHORTENING: [&str; 2] = ["simpler", "shorter"];

/// Where a report keeps the rewrites.
const REWRITES: &str = "rewrites";

pub(crate) async fn run(app: &App, arguments: EvalArguments, output: Output) -> Result<ExitCode, Failure> {
    if let Some(large) = &arguments.cascade {
        return cascade::run(&arguments, large, output);
    }
    let mut report = Report { facts: Vec::new(), sets: Vec::new(), heads: Vec::new() };
    if let Some(file) = &arguments.scores {
        report.facts.push(("scores".into(), name_of(file)));
        let heads = read_scores(file)?;
        report.heads =
            heads.iter().map(|(head, scored)| evaluate_head(head, scored, arguments.seed)).collect();
    } else {
        let cancel = Cancel::new();
        stop_on_interrupt(cancel.clone());
        let Some(sets) = sets(app, &arguments, &cancel, &mut report.facts).await? else {
            eprintln!("emend: cancelled; with --report, --resume goes on");
            return Ok(ExitCode::from(130));
        };
        report.sets = sets;
    }
    if let Some(folder) = &arguments.report {
        report.write(folder)?;
    }
    if output.json {
        Output::json(&report)?;
    } else {
        Output::line(report.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The numbers of one set or of the suite; `None` when it was cancelled.
async fn sets(
    app: &App,
    arguments: &EvalArguments,
    cancel: &Cancel,
    facts: &mut Vec<(String, String)>,
) -> Result<Option<Vec<SetReport>>, Failure> {
    let judge = arguments.judge.as_deref().map(Judge::open).transpose()?;
    let work = Work::new(app, arguments)?;
    facts.extend(work.facts().await?);
    if let Some(folder) = &arguments.judge {
        facts.push(("judge".into(), name_of(folder)));
    }
    let (seed, limit) = (arguments.seed, arguments.limit.map(NonZeroUsize::get));
    let measure = |name: &str, intent: &str, rows: &[Row], system: System| -> Result<_, Failure> {
        let mut systems = vec![system];
        systems.extend(work.versus(name, rows)?);
        systems.push(copy(rows));
        if SHORTENING.contains(&intent) {
            systems.push(shortened(rows));
        }
        Ok(evaluate(Set { name, intent, rows, judge: judge.as_ref() }, &systems, METRICS, seed))
    };
    let Some(data) = &arguments.suite else {
        let (task, input) = (arguments.task.as_deref().unwrap_or_default(), arguments.input.as_deref());
        let input = input.unwrap_or(Path::new(""));
        let choice = Choice { task: arguments.rows_of.as_deref(), limit, clean: arguments.clean };
        let name = set_name(input);
        facts.push(("texts".into(), name_of(input)));
        let wish = wish(task)?;
        let rows = read_rows(input, choice)?;
        let Some(system) = work.system(&name, wish, &rows, cancel).await? else { return Ok(None) };
        return Ok(Some(vec![SetReport::new(measure(&name, task, &rows, system)?)]));
    };
    let mut sets = Vec::new();
    for case in suite(&arguments.only)? {
        let rows = case.rows(data, limit)?;
        let Some(system) = work.system(case.name, wish(case.intent)?, &rows, cancel).await? else {
            return Ok(None);
        };
        sets.push(SetReport::of_case(case, measure(case.name, case.intent, &rows, system)?));
    }
    Ok(Some(sets))
}

fn wish(task: &str) -> Result<Instruction, Failure> {
    intent(task).map(Instruction::Intent).ok_or_else(|| {
        Failure::new("intent", format!("there is no intent `{task}`"), "`emend intents` lists them")
    })
}

/// Where rewrites come from: files, or the application itself by way of `emend batch`.
struct Work<'a> {
    app: &'a App,
    arguments: &'a EvalArguments,
    scratch: TempDir,
}

impl<'a> Work<'a> {
    fn new(app: &'a App, arguments: &'a EvalArguments) -> Result<Self, Failure> {
        let scratch =
            tempfile::tempdir().map_err(|source| AppError::Write { path: std::env::temp_dir(), source })?;
        Ok(Self { app, arguments, scratch })
    }

    /// Who made the rewrites.
    async fn facts(&self) -> Result<Vec<(String, String)>, Failure> {
        let mut facts = vec![("emend".into(), env!("CARGO_PKG_VERSION").into())];
        if let Some(path) = &self.arguments.hyp {
            facts.push(("rewrites".into(), name_of(path)));
        } else {
            let model = self.app.warm_up().await?;
            facts.push(("model".into(), model.id));
            facts.extend(model.weights_id.map(|id| ("weights".into(), id)));
            if self.arguments.alone {
                facts.push((
                    "answers".into(),
                    "the first ones of the model, without critics and large model".into(),
                ));
            }
            // It is kept from rewrites here as everywhere, and another person has another one.
            match self.app.dictionary()?.len() {
                0 => {}
                words => facts.push(("personal dictionary".into(), format!("{words} entries"))),
            }
        }
        facts.extend(self.arguments.versus.iter().map(|path| (VERSUS.into(), name_of(path))));
        Ok(facts)
    }

    /// The rewrites of one set; `None` when it was cancelled.
    async fn system(
        &self,
        name: &str,
        instruction: Instruction,
        rows: &[Row],
        cancel: &Cancel,
    ) -> Result<Option<System>, Failure> {
        if let Some(path) = &self.arguments.hyp {
            return Ok(Some(read_hypotheses(&self.file(path, name), rows, REWRITES)?));
        }
        let input = self.scratch.path().join("texts.jsonl");
        write(&input, &batch_rows(rows))?;
        let output = self.output(name)?;
        let batch = Batch {
            instruction,
            input,
            output,
            format: Format::Markdown,
            keep: Vec::new(),
            tier: if self.arguments.alone { TierChoice::Small } else { TierChoice::Auto },
            rated: !self.arguments.alone,
        };
        eprintln!("emend: {name}: rewriting {} texts", rows.len());
        let bar = Progress::new("rewriting");
        let outcome = self.app.batch(&batch, cancel, |at| bar.at(at.resumed + at.done, at.total)).await?;
        drop(bar);
        match outcome {
            BatchOutcome::Finished(_) => Ok(Some(read_hypotheses(&batch.output, rows, "emend")?)),
            BatchOutcome::Cancelled(_) => Ok(None),
        }
    }

    /// The rewrites to compare with, if there are any.
    fn versus(&self, name: &str, rows: &[Row]) -> Result<Option<System>, Failure> {
        let Some(path) = &self.arguments.versus else { return Ok(None) };
        Ok(Some(read_hypotheses(&self.file(path, name), rows, VERSUS)?))
    }

    /// A set's file of rewrites: in the suite, `path` is a folder of them.
    fn file(&self, path: &Path, name: &str) -> PathBuf {
        if self.arguments.suite.is_some() { path.join(format!("{name}.jsonl")) } else { path.to_owned() }
    }

    /// The file for the rewrites of a set. What an earlier run left is taken up only when that was asked for: it may
    /// be another model's.
    fn output(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = match &self.arguments.report {
            Some(report) => report.join(REWRITES),
            None => self.scratch.path().join(REWRITES),
        };
        let path = folder.join(format!("{name}.jsonl"));
        let failed = |source| AppError::Write { path: path.clone(), source };
        std::fs::create_dir_all(&folder).map_err(failed)?;
        if path.exists() && !self.arguments.resume {
            std::fs::remove_file(&path).map_err(failed)?;
        }
        Ok(path)
    }
}

/// Rows as `emend batch` takes them.
fn batch_rows(rows: &[Row]) -> String {
    let line = |row: &Row| {
        let id: Value = serde_json::from_str(&row.id).unwrap_or_else(|_| Value::from(row.id.clone()));
        format!("{}\n", json!({ "id": id, "src": row.src }))
    };
    rows.iter().map(line).collect()
}

fn write(path: &Path, content: &str) -> Result<(), Failure> {
    std::fs::write(path, content).map_err(|source| AppError::Write { path: path.to_owned(), source })?;
    Ok(())
}

/// A file's name without its folders: reports go to other machines.
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// `jfleg.dev.jsonl.zst` is the set `jfleg.dev`.
fn set_name(input: &Path) -> String {
    let name = name_of(input);
    let name = name.strip_suffix(".zst").unwrap_or(&name);
    name.strip_suffix(".jsonl").unwrap_or(name).to_owned()
}

impl From<EvalError> for Failure {
    fn from(error: EvalError) -> Self {
        Self::new(error.code(), error.to_string(), error.hint())
    }
}
