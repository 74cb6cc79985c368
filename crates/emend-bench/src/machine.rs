//! Which machine a number belongs to.

use serde::Serialize;

/// What a reader must know to compare numbers.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// The processor's name, as the system gives it.
    pub processor: String,
    /// Logical cores that this process may use.
    pub cores: usize,
    /// Threads that a pass of the model may use.
    pub model_threads: usize,
    /// `linux`, `macos`, `windows`.
    pub system: &'static str,
    /// `debug` or `release`.
    pub build: &'static str,
}

impl Machine {
    pub(crate) fn this_one() -> Self {
        Self {
            processor: processor(),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            model_threads: emend_models::threads(),
            system: std::env::consts::OS,
            build: if cfg!(debug_assertions) { "debug" } else { "release" },
        }
    }
}

fn processor() -> String {
    let named = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    named.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// A line of this process's status in bytes, where the system tells it: `VmRSS:`, `VmHWM:`.
pub(crate) fn memory(line: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|found| found.starts_with(line))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024.0)
}
