//! Cold start to first rewrite: the whole program from outside, and opening the model and rewriting from inside.

use std::io::Write;
use std::process::{Command, Stdio};

use emend_models::open_folder;

use crate::child::{Ours, one_rewrite_by_peer};
use crate::peer::PeerFile;
use crate::sample::SENTENCE;
use crate::turns::{median, take_turns};
use crate::{BenchError, Measured, Scenario, Settings};

pub(crate) const SCENARIO: Scenario =
    Scenario { name: "cold-start", about: "from nothing to the rewrite of a 20-word sentence", run };

fn run(settings: &Settings) -> Result<Vec<Measured>, BenchError> {
    Ok(vec![whole_program(settings)?, from_inside(settings)?])
}

/// `emend rewrite --intent fix`, process start and model load included. The peer has no such program.
fn whole_program(settings: &Settings) -> Result<Measured, BenchError> {
    let home = tempfile::tempdir()?;
    let mut seconds = Vec::new();
    // The first run makes the profile; it does not count.
    for run in 0..=settings.repetitions.max(1) {
        let start = std::time::Instant::now();
        rewrite_from_outside(settings, home.path())?;
        if run > 0 {
            seconds.push(start.elapsed().as_secs_f64());
        }
    }
    Ok(Measured {
        scenario: SCENARIO.name,
        what: "program start to first rewrite".into(),
        ours: median(seconds.into_iter()),
        peer: None,
        unit: "s",
        ratio: None,
    })
}

fn rewrite_from_outside(settings: &Settings, home: &std::path::Path) -> Result<(), BenchError> {
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

fn from_inside(settings: &Settings) -> Result<Measured, BenchError> {
    let model = open_folder(&settings.model)?;
    let peer = PeerFile::of(&model.manifest.weights.path)?;
    let times = take_turns::<BenchError>(
        settings.repetitions,
        || Ours::open(&settings.model)?.rewrite(SENTENCE),
        || one_rewrite_by_peer(&peer, &settings.model),
    )?;
    Ok(Measured {
        scenario: SCENARIO.name,
        what: "model load to first rewrite, in process".into(),
        ours: times.ours(),
        peer: Some(times.peers()),
        unit: "s",
        ratio: Some(times.ratio()),
    })
}
