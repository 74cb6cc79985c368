//! What was measured, as a table and as JSON.

use std::fmt;

use emend_models::open_folder;
use serde::Serialize;

use crate::machine::Machine;
use crate::{BenchError, PEER, Settings};

/// One measured number, beside the peer's.
#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    /// The scenario.
    pub scenario: &'static str,
    /// What was measured.
    pub what: String,
    /// Our number.
    pub ours: f64,
    /// The peer's, where it can do the same.
    pub peer: Option<f64>,
    /// What both count.
    pub unit: &'static str,
    /// How many times better we are: above 1 when we are.
    pub ratio: Option<f64>,
}

/// All numbers of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The machine.
    pub machine: Machine,
    /// The model.
    pub model: String,
    /// Who we are compared with.
    pub peer: &'static str,
    /// Repetitions behind each median.
    pub repetitions: usize,
    /// The numbers.
    pub measured: Vec<Measured>,
}

impl Report {
    pub(crate) fn new(settings: &Settings, measured: Vec<Measured>) -> Result<Self, BenchError> {
        let model = open_folder(&settings.model)?;
        let size = std::fs::metadata(&model.manifest.weights.path)?.len() as f64 / 1e6;
        let model = format!("{} ({size:.1} MB)", model.manifest.name);
        let repetitions = settings.repetitions;
        Ok(Self { machine: Machine::this_one(), model, peer: PEER, repetitions, measured })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { processor, cores, model_threads, system, build } = &self.machine;
        writeln!(f, "{processor}, {cores} cores, {model_threads} model threads, {system}, {build} build")?;
        writeln!(f, "model: {}; peer: {}; medians of {}\n", self.model, self.peer, self.repetitions)?;
        writeln!(f, "{:<48} {:>10} {:>10} {:<12} {:>8}", "", "emend", "peer", "", "better")?;
        for row in &self.measured {
            let peer = row.peer.map_or_else(|| "–".into(), shown);
            let ratio = row.ratio.map_or_else(|| "–".into(), |ratio| format!("{ratio:.2}×"));
            writeln!(
                f,
                "{:<48} {:>10} {:>10} {:<12} {:>8}",
                row.what,
                shown(row.ours),
                peer,
                row.unit,
                ratio
            )?;
        }
        Ok(())
    }
}

fn shown(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}
