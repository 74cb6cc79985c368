//! Runs on disk: a folder each in the profile.
//!
//! `recipe.toml` and `run.json` say what it is, `texts.jsonl` what it learns from, `checkpoint.safetensors` how far it is, `metrics.jsonl` what each step
//! did, `adapter/` what came of it, and `verdict.json` what the gate said of that last. A run that was killed goes on from its checkpoint.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use emend_learn::promote::Report;
use emend_learn::{Recipe, StepReport};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::data_source::{self, DataSource};
use super::texts::{self, LearnText};
use crate::AppError;
use crate::files::{self, Access};

/// Longest of the small files, in bytes.
const MAX_FILE: u64 = 1 << 20;
/// What it is.
const RUN: &str = "run.json";
/// What it learns from.
const TEXTS: &str = "texts.jsonl";
/// Longest file of texts.
const MAX_TEXTS: u64 = 256 << 20;
/// Longest file of metrics.
const MAX_METRICS: u64 = 256 << 20;

/// What a run is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// Its name, which is its folder's.
    pub id: String,
    /// The recipe's name.
    pub recipe: String,
    /// The base's weights.
    pub weights_id: String,
    /// The base's name.
    pub model: String,
    /// What it learns from.
    #[serde(deserialize_with = "data_source::read")]
    pub data: DataSource,
    /// A hash of what it learns from.
    pub data_hash: String,
    /// When it began, in milliseconds since 1970.
    pub created: i64,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It can go on from this step.
    Unfinished {
        /// Steps made.
        step: usize,
    },
    /// Its adapter is there.
    Finished,
}

/// A run's folder.
#[derive(Debug, Clone)]
pub(crate) struct RunFolder(PathBuf);

impl RunFolder {
    /// The run with this name. A name is one folder's, never a way to somewhere else.
    pub(crate) fn new(runs: &Path, id: &str) -> Result<Self, AppError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if id.is_empty() || !id.chars().all(plain) {
            let expected = "letters, digits, hyphens".into();
            return Err(AppError::Invalid { what: "the run", expected, found: format!("{id:?}") });
        }
        Ok(Self(runs.join(id)))
    }

    /// A folder for a new run of a recipe: the recipe's name and the first number that is free. An adapter that came of a run
    /// which was deleted keeps that run's name for itself: what is said of the one is shown for the other.
    pub(crate) fn free(runs: &Path, adapters: &Path, recipe: &str) -> Result<(String, Self), AppError> {
        let mut number = 1;
        loop {
            let id = format!("{recipe}-{number}");
            let folder = Self::new(runs, &id)?;
            if !folder.0.exists() && !adapters.join(&id).exists() {
                return Ok((id, folder));
            }
            number += 1;
        }
    }

    pub(crate) fn checkpoint(&self) -> PathBuf {
        self.0.join("checkpoint.safetensors")
    }

    pub(crate) fn adapter(&self) -> PathBuf {
        self.0.join("adapter")
    }

    fn verdict_file(&self) -> PathBuf {
        self.0.join("verdict.json")
    }

    /// What the gate said last; `None` when it was not asked, or said it in words that this program does not know.
    pub(crate) fn verdict(&self) -> Result<Option<Report>, AppError> {
        let json = files::read_if_there(&self.verdict_file(), MAX_FILE)?;
        Ok(json.and_then(|json| serde_json::from_slice(&json).ok()))
    }

    /// Keeps what the gate said.
    pub(crate) fn keep_verdict(&self, report: &Report) -> Result<(), AppError> {
        let json = serde_json::to_vec_pretty(report).unwrap_or_default();
        files::write(&self.verdict_file(), &json, Access::Private)
    }

    fn metrics(&self) -> PathBuf {
        self.0.join("metrics.jsonl")
    }

    /// Makes the folder and says what the run is.
    pub(crate) fn create(
        &self,
        info: &RunInfo,
        recipe: &Recipe,
        texts: &[LearnText],
    ) -> Result<(), AppError> {
        fs::create_dir_all(&self.0).map_err(|source| AppError::Write { path: self.0.clone(), source })?;
        let toml = toml::to_string(recipe).unwrap_or_default();
        files::write(&self.0.join("recipe.toml"), toml.as_bytes(), Access::Private)?;
        files::write(&self.0.join(TEXTS), texts::to_lines(texts).as_bytes(), Access::Private)?;
        // Last: a folder without it is no run.
        let json = serde_json::to_vec_pretty(info).unwrap_or_default();
        files::write(&self.0.join(RUN), &json, Access::Private)
    }

    /// What the run is; `None` when there is no such run.
    pub(crate) fn read(&self) -> Result<Option<(RunInfo, Recipe)>, AppError> {
        let path = self.0.join(RUN);
        let Some(json) = files::read_if_there(&path, MAX_FILE)? else { return Ok(None) };
        let damaged = |problem: String| AppError::NotText { what: path.display().to_string(), problem };
        let info: RunInfo = serde_json::from_slice(&json).map_err(|error| damaged(error.to_string()))?;
        let toml = files::read(&self.0.join("recipe.toml"), MAX_FILE)?;
        let toml = String::from_utf8(toml).map_err(|error| damaged(error.to_string()))?;
        Ok(Some((info, Recipe::parse("recipe.toml", &toml)?)))
    }

    /// What it learns from.
    pub(crate) fn texts(&self) -> Result<Vec<LearnText>, AppError> {
        let path = self.0.join(TEXTS);
        let lines = String::from_utf8_lossy(&files::read(&path, MAX_TEXTS)?).into_owned();
        texts::of_lines(&path.display().to_string(), &lines)
    }

    /// How far it is.
    pub(crate) fn state(&self) -> RunState {
        if self.adapter().is_dir() {
            return RunState::Finished;
        }
        let step =
            self.reports().map_or(0, |rows| rows.last().and_then(|row| row["step"].as_u64()).unwrap_or(0));
        RunState::Unfinished { step: step as usize }
    }

    /// What each step did.
    pub(crate) fn reports(&self) -> Result<Vec<Value>, AppError> {
        let bytes = files::read_if_there(&self.metrics(), MAX_METRICS)?.unwrap_or_default();
        // The last line may be half written, after a kill.
        Ok(bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
    }

    /// Deletes it. What is killed meanwhile leaves a folder that is no run.
    pub(crate) fn delete(&self) -> Result<(), AppError> {
        let failed = |source| AppError::Write { path: self.0.clone(), source };
        fs::remove_file(self.0.join(RUN)).map_err(failed)?;
        fs::remove_dir_all(&self.0).map_err(failed)
    }

    /// Forgets what steps after `step` did: they will be made anew.
    pub(crate) fn rewind(&self, step: usize) -> Result<(), AppError> {
        let mut kept = Vec::new();
        for row in self.reports()? {
            if row["step"].as_u64().is_some_and(|number| number as usize <= step) {
                kept.extend_from_slice(row.to_string().as_bytes());
                kept.push(b'\n');
            }
        }
        files::write(&self.metrics(), &kept, Access::Private)
    }

    /// Adds what a step did.
    pub(crate) fn log(&self, report: &StepReport) -> Result<(), AppError> {
        let path = self.metrics();
        let failed = |source| AppError::Write { path: path.clone(), source };
        let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
        let line = format!("{}\n", as_json(report));
        file.write_all(line.as_bytes()).map_err(failed)
    }
}

/// A step as it stands in `metrics.jsonl` and on the command line.
pub(crate) fn as_json(report: &StepReport) -> Value {
    let samples: Vec<Value> = report
        .samples
        .iter()
        .map(|shown| json!({"source": shown.source, "rewrite": shown.rewrite, "parts": shown.parts}))
        .collect();
    json!({
        "step": report.step,
        "steps": report.steps,
        "seconds": report.seconds,
        "metrics": report.metrics,
        "samples": samples,
    })
}

/// All runs in the profile, newest first. A folder that is none is left out.
pub(crate) fn list(runs: &Path) -> Result<Vec<(RunInfo, RunState)>, AppError> {
    let entries = match fs::read_dir(runs) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(AppError::Read { path: runs.to_owned(), source }),
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let folder = RunFolder(entry.path());
        if let Ok(Some((info, _))) = folder.read() {
            found.push((info, folder.state()));
        }
    }
    found.sort_by(|a, b| b.0.created.cmp(&a.0.created).then(a.0.id.cmp(&b.0.id)));
    Ok(found)
}
