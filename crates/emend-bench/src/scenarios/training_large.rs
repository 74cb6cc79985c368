//! What training an adapter on a model of CoEdIT-large's shape takes, its base in eight bits.

use emend_models::Weights;
use emend_models::t5::T5;

use super::{Scenario, large_shape};
use crate::app::OpenApp;
use crate::bench::Bench;
use crate::machine::{forget_peak, memory};
use crate::training::{Batch, Emend, Trainer, recipe};
use crate::{Aim, BenchError, Measured};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "training-large",
    about: "Steps of training an adapter on a model of CoEdIT-large's shape with random weights, a temporary file of 0.83 GB",
    large: true,
    run,
};

fn run(bench: &Bench<'_>, _: &OpenApp<'_>) -> Result<Vec<Measured>, BenchError> {
    let folder = tempfile::tempdir()?;
    large_shape::write(folder.path())?;
    let file = std::fs::metadata(folder.path().join("model.gguf"))?.len() as f64;
    // The starter's ids are numbers of this vocabulary as well.
    let batches = Batch::of(&bench.texts(), recipe()?.batch);
    forget_peak();
    let mut trainer = Emend::new(T5::load(&Weights::open(folder.path())?)?, bench)?;
    let mut speeds = Vec::new();
    for batch in batches.iter().take(bench.settings.extent.repetitions.max(2)) {
        speeds.push(batch.tokens() as f64 / trainer.steps(batch, 1)?.seconds);
    }
    let line = |what: &str, unit, values: &[f64]| {
        Measured::new(SCENARIO.name, what, unit).with("emend, base q8_0", values)
    };
    let mut lines = vec![line("speed", "tokens/s", &speeds), line("the model's file", "GB", &[file / 1e9])];
    let peak = line("peak memory, of which the file is a part", "GB", &[]);
    lines.push(match memory("self", "VmHWM:") {
        Some(peak) => {
            let peak = peak / 1e9;
            line("peak memory, of which the file is a part", "GB", &[peak])
                .aiming(Some(Aim::at_most("GB", 8.0, peak)))
        }
        None => peak.noting("not available: this system does not tell"),
    });
    Ok(lines)
}
