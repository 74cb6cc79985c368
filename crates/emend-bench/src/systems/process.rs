//! A program that answers lines of JSON.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use crate::BenchError;

/// The process; it ends with this value.
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// What it says on standard error.
    log: PathBuf,
    _folder: TempDir,
}

impl Process {
    /// `name` is what errors call it.
    pub(super) fn start(name: &'static str, mut command: Command) -> Result<Self, BenchError> {
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("log");
        let mut child = command
            // Libraries that start as many threads as there are cores, whatever the engine was told.
            .env("OMP_NUM_THREADS", emend_models::threads().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()?;
        let (ask, answers) = (child.stdin.take(), child.stdout.take());
        let gone = || BenchError::Child { what: name.into(), found: "it has no pipes".into() };
        let answers = BufReader::new(answers.ok_or_else(gone)?);
        Ok(Self { name, child, ask, answers, log, _folder: folder })
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// One line there, one line back.
    pub(crate) fn ask<A: DeserializeOwned>(&mut self, question: &impl Serialize) -> Result<A, BenchError> {
        let mut line = serde_json::to_string(question)?;
        line.push('\n');
        // A process that is gone is told of by its answer, which does not come.
        if let Some(pipe) = &mut self.ask {
            let _ = pipe.write_all(line.as_bytes()).and_then(|()| pipe.flush());
        }
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        serde_json::from_str(&line).map_err(|_| {
            let found = last_line(&std::fs::read_to_string(&self.log).unwrap_or_default());
            BenchError::Child { what: self.name.into(), found }
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends with its input; fails when it has ended, which is fine.
        self.ask = None;
        let _ = self.child.wait();
    }
}

/// The last line that says something.
pub(super) fn last_line(text: &str) -> String {
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim().to_owned()
}
