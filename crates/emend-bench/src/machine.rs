//! Which machine a number belongs to.

use serde::Serialize;

/// What a reader must know to compare numbers.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// The processor's name, as the system gives it.
    pub processor: String,
    /// Logical cores that this process may use.
    pub cores: usize,
    /// Threads that candle's worker pool has.
    pub model_threads: String,
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
            model_threads: std::env::var("CANDLE_NUM_THREADS").unwrap_or_else(|_| "default".into()),
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
