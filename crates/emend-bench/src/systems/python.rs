//! `CTranslate2` (int8) and PyTorch transformers (float32), each a Python process that reads and answers lines of JSON
//! (`peers/serve.py`). Their files are unpacked from our GGUF once and kept beside the Python environment.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use emend_decode::TokenId;
use emend_models::{Manifest, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{Kind, Opened, System, Written};
use crate::BenchError;
use crate::bench::Bench;
use crate::texts::Text;

pub(super) const CTRANSLATE2: Kind =
    Kind { name: "CTranslate2 int8", batches: true, open: |bench| open(bench, "ctranslate2") };
pub(super) const PYTORCH: Kind =
    Kind { name: "PyTorch f32", batches: true, open: |bench| open(bench, "pytorch") };

/// The programs, by file name: they travel inside of this one.
const PROGRAMS: [(&str, &str); 3] = [
    ("serve.py", include_str!("../../peers/serve.py")),
    ("convert.py", include_str!("../../peers/convert.py")),
    ("unpack.py", include_str!("../../../../models/recipes/rewriter/unpack.py")),
];

/// A model as the Python engines read it, and what runs them.
pub(crate) struct PythonFiles {
    python: PathBuf,
    programs: TempDir,
    model: PathBuf,
}

impl PythonFiles {
    /// Converts the model, unless an earlier run did. `peers` is a virtual environment.
    pub(crate) fn of(peers: &Path, manifest: &Manifest) -> Result<Self, BenchError> {
        let python = peers.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
        if !python.exists() {
            let found = "there is no Python in it; make it with peers/install.sh".to_owned();
            return Err(BenchError::Child { what: peers.display().to_string(), found });
        }
        let programs = tempfile::tempdir()?;
        for (name, text) in PROGRAMS {
            std::fs::write(programs.path().join(name), text)?;
        }
        let weights = std::fs::read(&manifest.weights.path)?;
        let models = peers.join("models");
        let model = models.join(hex(&Sha256::digest(&weights)));
        if !model.exists() {
            std::fs::create_dir_all(&models)?;
            // Whole or not at all: a run that was cut off leaves nothing that looks finished.
            let unfinished = tempfile::tempdir_in(&models)?;
            let output = Command::new(&python)
                .arg(programs.path().join("convert.py"))
                .args([&manifest.weights.path, &manifest.tokenizer.path])
                .arg(unfinished.path())
                .output()?;
            if !output.status.success() {
                let found = last_line(&String::from_utf8_lossy(&output.stderr));
                return Err(BenchError::Child { what: "convert.py".into(), found });
            }
            std::fs::rename(unfinished.path(), &model)?;
        }
        Ok(Self { python, programs, model })
    }
}

/// An engine's process.
struct Python {
    name: &'static str,
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// What it says on standard error.
    log: PathBuf,
    _folder: TempDir,
}

#[derive(Serialize)]
struct Ask<'t> {
    sources: Vec<&'t [TokenId]>,
    limits: Vec<usize>,
    rows: usize,
}

#[derive(Deserialize)]
struct Answer {
    outputs: Vec<Vec<TokenId>>,
    seconds: f64,
}

fn open(bench: &Bench<'_>, name: &'static str) -> Opened {
    let Some(files) = bench.python_files()? else { return Ok(None) };
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("log");
    let mut child = Command::new(&files.python)
        .arg(files.programs.path().join("serve.py"))
        .arg(name)
        .arg(&files.model)
        .arg(emend_models::threads().to_string())
        // Libraries that start as many threads as there are cores, whatever the engine was told.
        .env("OMP_NUM_THREADS", emend_models::threads().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(File::create(&log)?)
        .spawn()?;
    let (ask, answers) = (child.stdin.take(), child.stdout.take());
    let gone = || BenchError::Child { what: name.into(), found: "it has no pipes".into() };
    let answers = BufReader::new(answers.ok_or_else(gone)?);
    Ok(Some(Box::new(Python { name, child, ask, answers, log, _folder: folder })))
}

impl System for Python {
    fn write(&mut self, texts: &[Text], rows: usize) -> Result<Written, BenchError> {
        let ask = Ask {
            sources: texts.iter().map(|text| text.source.as_slice()).collect(),
            limits: texts.iter().map(|text| text.limits.max_tokens).collect(),
            rows,
        };
        let mut line = serde_json::to_string(&ask)?;
        line.push('\n');
        // A process that is gone is told of by its answer, which does not come.
        if let Some(pipe) = &mut self.ask {
            let _ = pipe.write_all(line.as_bytes()).and_then(|()| pipe.flush());
        }
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let failed = |found| BenchError::Child { what: format!("{} (serve.py)", self.name), found };
        let said = || last_line(&std::fs::read_to_string(&self.log).unwrap_or_default());
        let answer: Answer = serde_json::from_str(&line).map_err(|_| failed(said()))?;
        if answer.outputs.len() != texts.len() {
            return Err(failed(format!("{} answers to {} texts", answer.outputs.len(), texts.len())));
        }
        Ok(Written { outputs: answer.outputs, seconds: answer.seconds, row_passes: None })
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // It ends with its input; fails when it has ended, which is fine.
        self.ask = None;
        let _ = self.child.wait();
    }
}

fn last_line(text: &str) -> String {
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim().to_owned()
}
