//! Steps of training an adapter, beside PyTorch with PEFT: imitation, LoRA of rank 8 on attention and feed-forward.

use super::Scenario;
use super::peak_memory::peak;
use crate::app::OpenApp;
use crate::bench::Bench;
use crate::memory_child::{SENTENCES, STEPS};
use crate::training::{Batch, FLOAT, PEFT, TRAINERS, Trainer, recipe};
use crate::{Aim, BenchError, Better, Measured};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "training",
    about: "Steps of training an adapter (imitation, LoRA r 8), with the same token ids, adapter and batches beside PyTorch with PEFT",
    large: false,
    run,
};

/// A trainer, and its seconds in each round.
struct Turns {
    name: &'static str,
    trainer: Box<dyn Trainer>,
    seconds: Vec<f64>,
}

fn run(bench: &Bench<'_>, _: &OpenApp<'_>) -> Result<Vec<Measured>, BenchError> {
    let batches = Batch::of(&bench.texts(), recipe()?.batch);
    let mut all = open(bench, &batches)?;
    for _ in 0..bench.settings.extent.repetitions.max(1) {
        for turns in &mut all {
            let mut seconds = 0.0;
            for batch in &batches {
                seconds += turns.trainer.steps(batch, 1)?.seconds;
            }
            turns.seconds.push(seconds);
        }
    }
    let tokens: usize = batches.iter().map(Batch::tokens).sum();
    let columns: Vec<(&str, Vec<f64>)> = all
        .iter()
        .map(|turns| (turns.name, turns.seconds.iter().map(|seconds| tokens as f64 / seconds).collect()))
        .collect();
    drop(all);
    let mut lines = compare(bench, "speed", "tokens/s", Better::Higher, &columns);
    let mut memory = Vec::new();
    for kind in &TRAINERS {
        if let Some(bytes) = peak(bench.settings, kind.name)? {
            memory.push((kind.name, vec![bytes / 1e6]));
        }
    }
    let what = format!("peak memory, {STEPS} steps of {SENTENCES} sentences");
    lines.extend(compare(bench, &what, "MB", Better::Lower, &memory));
    Ok(lines)
}

/// All columns beside the first; and beside PyTorch, our column that computes in float as it does.
fn compare(
    bench: &Bench<'_>,
    what: &str,
    unit: &'static str,
    better: Better,
    columns: &[(&str, Vec<f64>)],
) -> Vec<Measured> {
    let line = |what: String, columns: &[(&str, Vec<f64>)]| {
        let line = Measured::new(SCENARIO.name, what, unit).compared(better, columns);
        let aim =
            line.ratio_to(PEFT.name).map(|ratio| Aim::at_least(format!("times {}", PEFT.name), 1.0, ratio));
        line.aiming(aim)
    };
    let first = line(what.to_owned(), columns);
    if bench.settings.peers.is_none() {
        return vec![first.noting("PyTorch with PEFT is measured with --peers FOLDER")];
    }
    let float: Vec<_> =
        columns.iter().filter(|(name, _)| [FLOAT.name, PEFT.name].contains(name)).cloned().collect();
    vec![first, line(format!("{what}, both in float"), &float)]
}

/// All trainers that are there, after some steps on the first batch, whose losses were those of PyTorch.
fn open(bench: &Bench<'_>, batches: &[Batch]) -> Result<Vec<Turns>, BenchError> {
    let (mut all, mut losses) = (Vec::new(), Vec::new());
    for kind in &TRAINERS {
        let Some(mut trainer) = (kind.open)(bench)? else { continue };
        if let Some(batch) = batches.first() {
            losses.push((kind, trainer.steps(batch, STEPS)?.losses));
        }
        all.push(Turns { name: kind.name, trainer, seconds: Vec::new() });
    }
    if let Some((_, expected)) = losses.iter().find(|(kind, _)| kind.name == PEFT.name) {
        for (kind, found) in &losses {
            same(kind.name, kind.tolerance, found, expected)?;
        }
    }
    Ok(all)
}

/// Losses before each step: the later ones are the same only if gradients and optimizer are.
fn same(name: &'static str, tolerance: f64, found: &[f64], expected: &[f64]) -> Result<(), BenchError> {
    for step in 0..expected.len().max(found.len()) {
        let at = |losses: &[f64]| losses.get(step).copied().unwrap_or(f64::NAN);
        let (found, expected) = (at(found), at(expected));
        let near = (found - expected).abs() <= tolerance * expected.abs();
        if !near {
            return Err(BenchError::OtherLoss { name, found, than: PEFT.name, expected });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_loss_is_other_work() {
        assert!(same("emend", 0.01, &[2.0, 1.5], &[2.01, 1.501]).is_ok());
        let error = same("emend", 0.01, &[2.0, 1.5], &[2.0, 1.4]).unwrap_err();
        assert!(error.to_string().contains("loss of 1.5000 where PyTorch + PEFT f32 has 1.4000"), "{error}");
        assert!(same("emend", 0.01, &[2.0], &[2.0, 1.5]).is_err(), "a step that was not made");
        assert!(same("emend", 0.01, &[f64::NAN], &[2.0]).is_err());
    }
}
