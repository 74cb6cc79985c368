//! Cost of a decoder pass by its number of rows, for a model too large for the caches, beside what the memory allows.

use std::time::Instant;

use emend_decode::{NextToken, TokenId};
use emend_models::Weights;
use emend_models::t5::{Reading, T5};

use super::{Scenario, large_shape};
use crate::app::OpenApp;
use crate::bench::Bench;
use crate::machine::memory;
use crate::turns::median;
use crate::{Aim, BenchError, Measured};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "passes",
    about: "A decoder pass of 1 to 32 rows through a model of CoEdIT-large's shape with random weights, a temporary file of 0.83 GB",
    large: true,
    run,
};

/// Rows verified at once.
const ROWS: [usize; 5] = [1, 4, 8, 16, 32];

/// Tokens of the source, and of the output before the pass.
const TOKENS: usize = 30;

fn run(bench: &Bench<'_>, _: &OpenApp<'_>) -> Result<Vec<Measured>, BenchError> {
    let repetitions = bench.settings.extent.repetitions;
    let folder = tempfile::tempdir()?;
    large_shape::write(folder.path())?;
    let file = std::fs::metadata(folder.path().join("model.gguf"))?.len() as f64;
    let source: Vec<TokenId> = (0..TOKENS as TokenId).map(|at| 100 + 37 * at).collect();
    let resident = memory("self", "VmRSS:");
    let line =
        |what: &str, unit, value: f64| Measured::new(SCENARIO.name, what, unit).with("emend", &[value]);

    // The file was just written, so the system still has it: a warm start.
    let start = Instant::now();
    let model = T5::load(&Weights::open(folder.path())?)?;
    let reading = model.read(&[&source])?;
    let mut state = reading.start()?;
    let mut logits = Vec::new();
    reading.append(&mut state, &[0], 1, &mut logits)?;
    let seconds = start.elapsed().as_secs_f64();
    let aim = Aim::at_most("s", 0.5, seconds);
    let mut lines = vec![line("load to first token, warm", "s", seconds).aiming(Some(aim))];

    let bandwidth = bandwidth(repetitions);
    let least = large_shape::decoder_bytes() / bandwidth;
    lines.push(line("read bandwidth of the memory", "GB/s", bandwidth / 1e9));
    lines.push(line("what a pass must read, at that bandwidth", "ms", least * 1e3));
    let mut single = None;
    for rows in ROWS {
        let seconds = pass(&reading, rows, repetitions)?;
        let single = *single.get_or_insert(seconds);
        let aim = match rows {
            1 => Some(Aim::at_most("times the memory's limit", 1.5, seconds / least)),
            16 => Some(Aim::at_most("times a pass of one row", 2.5, seconds / single)),
            _ => None,
        };
        lines.push(line(&format!("pass of {rows} rows"), "ms", seconds * 1e3).aiming(aim));
    }
    if let (Some(before), Some(after)) = (resident, memory("self", "VmRSS:")) {
        let times = (after - before) / file;
        let aim = Aim::at_most("times the file's size", 1.15, times);
        lines.push(line("resident memory over the file's size", "times", times).aiming(Some(aim)));
    }
    Ok(lines)
}

/// Median seconds of a pass that verifies `rows` tokens of one hypothesis.
fn pass(reading: &Reading<'_>, rows: usize, repetitions: usize) -> Result<f64, BenchError> {
    let mut state = reading.start()?;
    let mut logits = Vec::new();
    reading.append(&mut state, &[5; TOKENS], 1, &mut logits)?;
    let mut seconds = Vec::new();
    for _ in 0..repetitions.max(3) {
        let start = Instant::now();
        reading.append(&mut state, &vec![7; rows], rows, &mut logits)?;
        seconds.push(start.elapsed().as_secs_f64());
        reading.truncate(&mut state, TOKENS)?;
    }
    Ok(median(&seconds))
}

/// Bytes per second at which one pass over memory reads, with as many threads as the model has; the best of several.
fn bandwidth(repetitions: usize) -> f64 {
    const NUMBERS: usize = 1 << 25;
    let numbers = vec![1_u64; NUMBERS]; // 268 MB, beyond every cache
    let threads = emend_models::threads();
    let sum = |part: &[u64]| {
        let mut lanes = [0_u64; 8];
        for chunk in part.as_chunks::<8>().0 {
            lanes = std::array::from_fn(|lane| lanes[lane].wrapping_add(chunk[lane]));
        }
        std::hint::black_box(lanes);
    };
    let best = (0..repetitions.max(3)).map(|_| {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for part in numbers.chunks(NUMBERS.div_ceil(threads)) {
                scope.spawn(|| sum(part));
            }
        });
        start.elapsed().as_secs_f64()
    });
    (NUMBERS * 8) as f64 / best.fold(f64::INFINITY, f64::min)
}
