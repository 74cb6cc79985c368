//! Peak memory of a process that loads the model and decodes sixteen sentences, or is the application and corrects them.

use std::process::Command;

use super::Scenario;
use crate::app::OpenApp;
use crate::bench::Bench;
use crate::memory_child::{APPLICATION, SENTENCES};
use crate::systems::SYSTEMS;
use crate::{BenchError, Better, CHILD_FLAG, Measured, Settings};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "peak-memory",
    about: "Peak memory of each engine's process (the model loaded, sixteen sentences decoded), and of the application's",
    large: false,
    run,
};

fn run(bench: &Bench<'_>, _: &OpenApp<'_>) -> Result<Vec<Measured>, BenchError> {
    let mut columns = Vec::new();
    for kind in SYSTEMS {
        // Where the system does not tell, there is nothing to report.
        if let Some(bytes) = peak(bench.settings, kind.name)? {
            columns.push((kind.name, vec![bytes / 1e6]));
        }
    }
    let line = Measured::new(SCENARIO.name, format!("{SENTENCES} sentences"), "MB");
    let line = line.compared(Better::Lower, &columns);
    let mut lines =
        vec![if columns.is_empty() { line.noting("not available: this system does not tell") } else { line }];
    if let Some(bytes) = peak(bench.settings, APPLICATION)? {
        let what = format!("the application, a document of {SENTENCES} sentences");
        lines.push(Measured::new(SCENARIO.name, what, "MB").with("emend", &[bytes / 1e6]));
    }
    Ok(lines)
}

/// The peak memory of the engine of that name in bytes, in a process of its own; `None` where the system does not tell.
pub(super) fn peak(settings: &Settings, name: &str) -> Result<Option<f64>, BenchError> {
    let failed = |found: String| BenchError::Child { what: settings.program.display().to_string(), found };
    let mut command = Command::new(&settings.program);
    command.args(["bench", "--model"]).arg(&settings.model).args([&format!("--{CHILD_FLAG}"), name]);
    if let Some(peers) = &settings.peers {
        command.arg("--peers").arg(peers);
    }
    let output = command.output().map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse::<f64>().ok())
}
