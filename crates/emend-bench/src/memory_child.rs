//! One engine, or the application, doing a small job in a process of its own, whose memory can be told apart.

use crate::app::OpenApp;
use crate::bench::{Bench, ask};
use crate::machine::{children, forget_peak, memory};
use crate::sample;
use crate::systems::SYSTEMS;
use crate::texts::{fix, prepare};
use crate::training::{Batch, TRAINERS, Trainer};
use crate::{BenchError, Settings};

/// Hidden command-line flag of the process that does the job and prints its peak memory.
pub const CHILD_FLAG: &str = "memory-child";

/// The name of the application among the engines.
pub(crate) const APPLICATION: &str = "application";

/// Sentences that the process writes.
pub(crate) const SENTENCES: usize = 16;

/// Steps that the process makes, where the engine trains.
pub(crate) const STEPS: usize = 4;

/// Opens the engine of that name, lets it write sixteen sentences, or make four steps of training on as many, and returns the
/// peak memory in bytes: this process's, or its engine's where that is a process of its own. `None` where the system does not
/// tell or the engine is not there. The application corrects the sentences as one document, its critics and rules at its side.
pub fn run_child(name: &str, settings: &Settings, open: &OpenApp<'_>) -> Result<Option<u64>, BenchError> {
    if name == APPLICATION {
        let mut app = Bench::warm_app(open)?;
        ask(&mut *app, &sample::sentences(SENTENCES).join("\n\n"), &fix())?;
        return Ok(memory("self", "VmHWM:").map(|bytes| bytes as u64));
    }
    let bench = Bench::open(settings)?;
    let instruction = fix();
    let texts: Vec<_> =
        sample::sentences(SENTENCES).iter().map(|line| prepare(&bench.model, line, &instruction)).collect();
    if let Some(kind) = SYSTEMS.iter().find(|kind| kind.name == name) {
        return peak(
            || (kind.open)(&bench),
            |system| system.write(&texts, if kind.batches { SENTENCES } else { 1 }).map(drop),
        );
    }
    let Some(kind) = TRAINERS.iter().find(|kind| kind.name == name) else { return Ok(None) };
    let batches = Batch::of(&texts, SENTENCES);
    let train = |trainer: &mut Box<dyn Trainer>| {
        batches.iter().try_for_each(|batch| trainer.steps(batch, STEPS).map(drop))
    };
    peak(|| (kind.open)(&bench), train)
}

fn peak<E>(
    open: impl Fn() -> Result<Option<E>, BenchError>,
    work: impl FnOnce(&mut E) -> Result<(), BenchError>,
) -> Result<Option<u64>, BenchError> {
    // Files that the engine reads are written by opening it once; the peak is counted from here on.
    drop(open()?);
    forget_peak();
    let Some(mut engine) = open()? else { return Ok(None) };
    work(&mut engine)?;
    let engines = children();
    let peak = if engines.is_empty() {
        memory("self", "VmHWM:")
    } else {
        engines.iter().map(|engine| memory(engine, "VmHWM:")).sum()
    };
    Ok(peak.map(|bytes| bytes as u64))
}
