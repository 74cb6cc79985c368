//! Cold start: the whole program from outside, and each engine from nothing to its first output.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::Scenario;
use crate::app::OpenApp;
use crate::bench::Bench;
use crate::sample::SENTENCE;
use crate::systems::SYSTEMS;
use crate::texts::{fix, prepare};
use crate::{BenchError, Better, Measured, Settings};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "cold-start",
    about: "From nothing to the rewrite of one sentence, files in the system's cache",
    large: false,
    run,
};

fn run(bench: &Bench<'_>, _: &OpenApp<'_>) -> Result<Vec<Measured>, BenchError> {
    Ok(vec![program(bench.settings)?, engines(bench)?])
}

/// `emend rewrite --intent fix`: process, profile, rules, critics and models.
fn program(settings: &Settings) -> Result<Measured, BenchError> {
    let home = tempfile::tempdir()?;
    let mut seconds = Vec::new();
    // The first run makes the profile; it does not count.
    for run in 0..=settings.extent.repetitions.max(1) {
        let start = Instant::now();
        rewrite_from_outside(settings, home.path())?;
        if run > 0 {
            seconds.push(start.elapsed().as_secs_f64());
        }
    }
    Ok(Measured::new(SCENARIO.name, "`emend rewrite`, start to end of the program", "s")
        .with("emend", &seconds))
}

fn rewrite_from_outside(settings: &Settings, home: &Path) -> Result<(), BenchError> {
    let failed = |found: String| BenchError::Child { what: settings.program.display().to_string(), found };
    let mut child = Command::new(&settings.program)
        .args(["rewrite", "--intent", "fix", "--model"])
        .arg(&settings.model)
        .env("EMEND_HOME", home)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(SENTENCE.as_bytes()).map_err(|error| failed(error.to_string()))?;
    }
    let ended = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
    if ended.status.success() {
        return Ok(());
    }
    Err(failed(String::from_utf8_lossy(&ended.stderr).trim().to_owned()))
}

/// Loading the model and writing one sentence; engines that are processes of their own are started, too.
fn engines(bench: &Bench<'_>) -> Result<Measured, BenchError> {
    let text = [prepare(&bench.model, SENTENCE, &fix())];
    let mut columns: Vec<(&str, Vec<f64>)> = SYSTEMS.iter().map(|kind| (kind.name, Vec::new())).collect();
    // The first round converts files and fills the cache; it does not count.
    for round in 0..=bench.settings.extent.repetitions.max(1) {
        for (kind, (_, seconds)) in SYSTEMS.iter().zip(&mut columns) {
            let start = Instant::now();
            let Some(mut system) = (kind.open)(bench)? else { continue };
            system.write(&text, 1)?;
            if round > 0 {
                seconds.push(start.elapsed().as_secs_f64());
            }
        }
    }
    columns.retain(|(_, seconds)| !seconds.is_empty());
    let line = Measured::new(SCENARIO.name, "model loaded, one sentence decoded", "s");
    Ok(line
        .compared(Better::Lower, &columns)
        .noting("llama.cpp, CTranslate2 and PyTorch: the start of their process included"))
}
