//! Speed and memory on this machine, beside the same model through candle-transformers' `quantized_t5`.
//!
//! Both sides read the same quantized tensors and decode greedily; they take turns, so that a machine that slows down
//! slows both. Ratios are above 1 where we are better. A scenario is one file and one line in [`SCENARIOS`].

mod batch_throughput;
mod child;
mod cold_start;
mod decode_speed;
mod error;
mod input_guided;
mod large_shape;
mod machine;
mod passes;
mod peak_memory;
mod peer;
mod report;
mod sample;
mod turns;

use std::path::PathBuf;

pub use child::{CHILD_FLAG, run_child};
pub use error::BenchError;
pub use report::{Measured, Report};

/// The peer's name in reports.
pub const PEER: &str = "candle-transformers quantized_t5";

/// What is measured and with what.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The model's manifest.
    pub model: PathBuf,
    /// The `emend` program, for what is measured from outside.
    pub program: PathBuf,
    /// Repetitions; medians are reported.
    pub repetitions: usize,
    /// Texts to measure on where a scenario takes any, one per line; without it, sentences of our own.
    pub texts: Option<PathBuf>,
}

/// One scenario.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it measures, in a sentence.
    pub about: &'static str,
    run: fn(&Settings) -> Result<Vec<Measured>, BenchError>,
}

/// Every scenario.
pub const SCENARIOS: &[Scenario] = &[
    cold_start::SCENARIO,
    decode_speed::SCENARIO,
    input_guided::SCENARIO,
    batch_throughput::SCENARIO,
    peak_memory::SCENARIO,
    passes::SCENARIO,
];

/// Scenarios that run only when they are named: what they write or take is too much to come unasked.
const BY_NAME: &[&str] = &[passes::SCENARIO.name];

/// Runs the scenarios with these names, or all affordable ones when there are none; `on` hears which one is next.
pub fn run(
    names: &[String],
    settings: &Settings,
    mut on: impl FnMut(&Scenario),
) -> Result<Report, BenchError> {
    if let Some(unknown) = names.iter().find(|name| SCENARIOS.iter().all(|known| known.name != **name)) {
        return Err(BenchError::Unknown { name: unknown.clone() });
    }
    let mut measured = Vec::new();
    let asked = |known: &&Scenario| {
        if names.is_empty() {
            !BY_NAME.contains(&known.name)
        } else {
            names.iter().any(|name| name == known.name)
        }
    };
    for scenario in SCENARIOS.iter().filter(asked) {
        on(scenario);
        measured.extend((scenario.run)(settings)?);
    }
    Report::new(settings, measured)
}
