//! Speed and memory on this machine, beside other engines with the same weights and texts.
//!
//! Engines take turns, so that a machine that slows down slows all of them; what counts is ratios within one run. An engine is
//! one file and one line in [`systems::SYSTEMS`], a measurement one file and one line in [`SCENARIOS`]. The application is
//! reached through a closure: this crate knows no profile, store or rule.

mod app;
mod bench;
mod error;
mod machine;
mod memory_child;
mod report;
mod sample;
mod scenarios;
mod systems;
mod texts;
mod training;
mod turns;

use std::path::PathBuf;

pub use app::{Answered, App, OpenApp};
pub use error::BenchError;
pub use memory_child::{CHILD_FLAG, run_child};
pub use report::{Aim, Better, Measured, Report, Spread, Value};
pub use scenarios::{SCENARIOS, Scenario};

use bench::Bench;

/// What is measured and with what.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The model's manifest.
    pub model: PathBuf,
    /// The `emend` program, for what is measured from outside.
    pub program: PathBuf,
    /// How much is measured.
    pub extent: Extent,
    /// Texts to measure on, one per line; without it, sentences of our own.
    pub texts: Option<PathBuf>,
    /// A Python environment with the engines that are not part of the program, as `peers/install.sh` makes it.
    pub peers: Option<PathBuf>,
}

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Rounds of turns; medians are reported.
    pub repetitions: usize,
    /// Texts that are decoded in one turn.
    pub texts: usize,
    /// Texts that are asked for each intent.
    pub per_intent: usize,
    /// Sentences of the longest document.
    pub longest_document: usize,
    /// Whether what writes large files is measured without being named.
    pub large: bool,
}

impl Extent {
    /// A minute or two.
    pub const SHORT: Self =
        Self { repetitions: 3, texts: 40, per_intent: 8, longest_document: 100, large: false };
    /// Everything.
    pub const FULL: Self =
        Self { repetitions: 5, texts: 200, per_intent: 50, longest_document: 1000, large: true };
}

/// Runs the scenarios with these names, or all of the extent when there are none; `on` hears which one is next.
pub fn run(
    names: &[String],
    settings: &Settings,
    open_app: &OpenApp<'_>,
    mut on: impl FnMut(&Scenario),
) -> Result<Report, BenchError> {
    if let Some(unknown) = names.iter().find(|name| SCENARIOS.iter().all(|known| known.name != **name)) {
        return Err(BenchError::Unknown { name: unknown.clone() });
    }
    let bench = Bench::open(settings)?;
    let asked = |known: &&Scenario| {
        if names.is_empty() {
            settings.extent.large || !known.large
        } else {
            names.iter().any(|name| name == known.name)
        }
    };
    let load = machine::load();
    let mut measured = Vec::new();
    for scenario in SCENARIOS.iter().filter(asked) {
        on(scenario);
        measured.extend((scenario.run)(&bench, open_app)?);
    }
    Ok(Report::new(&bench, load, measured))
}
