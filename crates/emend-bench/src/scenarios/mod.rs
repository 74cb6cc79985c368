//! What can be measured: a file each, and a line in [`SCENARIOS`].

mod batches;
mod cold_start;
mod documents;
mod first_edit;
mod large_shape;
mod latency;
mod one_by_one;
mod passes;
mod peak_memory;
mod training;
mod training_large;

use crate::app::OpenApp;
use crate::bench::Bench;
use crate::{BenchError, Measured};

/// One scenario.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it measures, in a sentence without its full stop.
    pub about: &'static str,
    /// Whether it writes a large file, so that it does not come unasked in the short form.
    pub large: bool,
    pub(crate) run: fn(&Bench<'_>, &OpenApp<'_>) -> Result<Vec<Measured>, BenchError>,
}

/// Every scenario.
pub const SCENARIOS: &[Scenario] = &[
    cold_start::SCENARIO,
    first_edit::SCENARIO,
    latency::SCENARIO,
    one_by_one::SCENARIO,
    batches::SCENARIO,
    documents::SCENARIO,
    peak_memory::SCENARIO,
    passes::SCENARIO,
    training::SCENARIO,
    training_large::SCENARIO,
];
