//! One engine doing a small job in a process of its own, whose memory can be told apart.

use crate::bench::Bench;
use crate::machine::{children, memory};
use crate::sample;
use crate::systems::SYSTEMS;
use crate::texts::{fix, prepare};
use crate::{BenchError, Settings};

/// Hidden command-line flag of the process that does the job and prints its peak memory.
pub const CHILD_FLAG: &str = "memory-child";

/// Sentences that the process writes.
pub(crate) const SENTENCES: usize = 16;

/// Opens the engine of that name, writes sixteen sentences, and returns the peak memory in bytes: this process's, or its
/// engine's where that is a process of its own. `None` where the system does not tell or the engine is not there.
pub fn run_child(name: &str, settings: &Settings) -> Result<Option<u64>, BenchError> {
    let bench = Bench::open(settings)?;
    let Some(kind) = SYSTEMS.iter().find(|kind| kind.name == name) else { return Ok(None) };
    let instruction = fix();
    let texts: Vec<_> =
        sample::sentences(SENTENCES).iter().map(|line| prepare(&bench.model, line, &instruction)).collect();
    // Files that the engine reads are written by opening it once; the peak is counted from here on (Linux: 5 resets it).
    drop((kind.open)(&bench)?);
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let Some(mut system) = (kind.open)(&bench)? else { return Ok(None) };
    system.write(&texts, if kind.batches { SENTENCES } else { 1 })?;
    let engines = children();
    let peak = if engines.is_empty() {
        memory("self", "VmHWM:")
    } else {
        engines.iter().map(|engine| memory(engine, "VmHWM:")).sum()
    };
    Ok(peak.map(|bytes| bytes as u64))
}
