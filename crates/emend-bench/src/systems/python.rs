//! `CTranslate2` (int8) and PyTorch transformers (float32), each a Python process that reads and answers lines of JSON
//! (`peers/serve.py`). Their files are unpacked from our GGUF once and kept beside the Python environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use emend_decode::TokenId;
use emend_models::{Manifest, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::process::{Process, last_line};
use super::{Kind, Opened, System, Written};
use crate::BenchError;
use crate::bench::Bench;
use crate::texts::Text;

pub(super) const CTRANSLATE2: Kind =
    Kind { name: "CTranslate2 int8", batches: true, open: |bench| open(bench, "ctranslate2") };
pub(super) const PYTORCH: Kind =
    Kind { name: "PyTorch f32", batches: true, open: |bench| open(bench, "pytorch") };

/// The programs, by file name: they travel inside of this one.
const PROGRAMS: [(&str, &str); 4] = [
    ("train.py", include_str!("../../peers/train.py")),
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

    /// The model in Hugging Face's form, float32.
    pub(crate) fn floats(&self) -> PathBuf {
        self.model.join("pytorch")
    }

    /// Starts one of the programs, with the arguments that `add` gives it.
    pub(crate) fn start(
        &self,
        name: &'static str,
        program: &str,
        add: impl FnOnce(&mut Command),
    ) -> Result<Process, BenchError> {
        let mut command = Command::new(&self.python);
        command.arg(self.programs.path().join(program));
        add(&mut command);
        Process::start(name, command)
    }
}

/// An engine's process.
struct Python(Process);

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
    let process = files.start(name, "serve.py", |command| {
        command.arg(name).arg(&files.model).arg(emend_models::threads().to_string());
    })?;
    Ok(Some(Box::new(Python(process))))
}

impl System for Python {
    fn write(&mut self, texts: &[Text], rows: usize) -> Result<Written, BenchError> {
        let ask = Ask {
            sources: texts.iter().map(|text| text.source.as_slice()).collect(),
            limits: texts.iter().map(|text| text.limits.max_tokens).collect(),
            rows,
        };
        let answer: Answer = self.0.ask(&ask)?;
        if answer.outputs.len() != texts.len() {
            let found = format!("{} answers to {} texts", answer.outputs.len(), texts.len());
            return Err(BenchError::Child { what: self.0.name().to_owned(), found });
        }
        Ok(Written { outputs: answer.outputs, seconds: answer.seconds, row_passes: None })
    }
}
