//! Runs of training that there are: what they did, what the gate said, and away with them.

use emend_learn::promote::Report;
use serde_json::Value;

use crate::AppError;
use crate::app::App;
use crate::learning::runs::{self, RunFolder, RunInfo, RunState};

impl App {
    /// All runs, newest first.
    pub fn runs(&self) -> Result<Vec<(RunInfo, RunState)>, AppError> {
        runs::list(&self.paths.runs())
    }

    /// What each step of a run did, as `metrics.jsonl` has it.
    pub fn run_reports(&self, id: &str) -> Result<Vec<Value>, AppError> {
        let folder = RunFolder::new(&self.paths.runs(), id)?;
        folder.read()?.ok_or_else(|| no_run(id))?;
        folder.reports()
    }

    /// What the gate last said of what a run made, and of the adapter that has its name; `None` when there is no such run,
    /// or the gate was not asked.
    pub fn verdict(&self, id: &str) -> Result<Option<Report>, AppError> {
        RunFolder::new(&self.paths.runs(), id)?.verdict()
    }

    /// Deletes a run with the texts that it learned from. An adapter that came of it and is among the adapters stays.
    ///
    /// A run that is going elsewhere ends with an error when it next writes.
    pub fn delete_run(&self, id: &str) -> Result<(), AppError> {
        let folder = RunFolder::new(&self.paths.runs(), id)?;
        folder.read()?.ok_or_else(|| no_run(id))?;
        folder.delete()
    }
}

pub(super) fn no_run(id: &str) -> AppError {
    AppError::Invalid {
        what: "the run",
        expected: "one of those that `emend train list` shows".into(),
        found: id.into(),
    }
}
