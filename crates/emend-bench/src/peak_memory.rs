//! Peak memory of a process that loads the model and rewrites sixteen sentences.

use std::process::Command;

use crate::{BenchError, CHILD_FLAG, Measured, Scenario, Settings};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "peak-memory",
    about: "peak memory of a process that loads the model and rewrites sixteen sentences",
    run,
};

fn run(settings: &Settings) -> Result<Vec<Measured>, BenchError> {
    // Where the system does not tell, there is nothing to report.
    let (Some(ours), Some(peer)) = (peak(settings, "ours")?, peak(settings, "peer")?) else {
        return Ok(Vec::new());
    };
    Ok(vec![Measured {
        scenario: SCENARIO.name,
        what: "peak memory, model and 16 sentences".into(),
        ours: ours / 1e6,
        peer: Some(peer / 1e6),
        unit: "MB",
        ratio: Some(peer / ours),
    }])
}

fn peak(settings: &Settings, side: &str) -> Result<Option<f64>, BenchError> {
    let failed = |found: String| BenchError::Child { what: settings.program.display().to_string(), found };
    let output = Command::new(&settings.program)
        .args(["bench", "--model"])
        .arg(&settings.model)
        .args([&format!("--{CHILD_FLAG}"), side])
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse::<f64>().ok())
}
