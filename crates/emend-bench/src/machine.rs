//! Which machine a number belongs to, and what it tells about itself.

use std::path::{Path, PathBuf};

use serde::Serialize;

/// What a reader must know to compare numbers.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// The processor's name, as the system gives it.
    pub processor: String,
    /// Logical cores that this process may use.
    pub cores: usize,
    /// Threads that each engine may use.
    pub threads: usize,
    /// Threads of candle's own pool, which candle-transformers uses.
    pub candle_threads: usize,
    /// `linux`, `macos`, `windows`.
    pub system: &'static str,
    /// `debug` or `release`.
    pub build: &'static str,
    /// Processes that wanted to run, averaged over a minute, when the run began and when it ended; where the system tells.
    pub load: Option<(f64, f64)>,
}

impl Machine {
    pub(crate) fn this_one(load_before: Option<f64>) -> Self {
        Self {
            processor: processor(),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            threads: emend_models::threads(),
            candle_threads: candle_core::utils::get_num_threads(),
            system: std::env::consts::OS,
            build: if cfg!(debug_assertions) { "debug" } else { "release" },
            load: load_before.zip(load()),
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

/// The load average over a minute.
pub(crate) fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

/// A line of a process's status in bytes, where the system tells it: `VmRSS:`, `VmHWM:`. `process` is a number or `self`.
pub(crate) fn memory(process: &str, line: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|found| found.starts_with(line))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

/// Lets `VmHWM:` of this process begin at what it has now (Linux; elsewhere nothing tells of it anyway).
pub(crate) fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The processes that this one started, whichever of its threads did.
pub(crate) fn children() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The processor's energy counters (Intel's RAPL, which AMD's have as well), as Linux shows them under
/// `/sys/class/powercap`: one per package, in microjoules, beginning again at 0 after `max_energy_range_uj`.
pub(crate) struct Energy {
    packages: Vec<PathBuf>,
}

impl Energy {
    /// `None` where there is no counter or it must not be read.
    pub(crate) fn of_this_machine() -> Option<Self> {
        Self::of(Path::new("/sys/class/powercap"))
    }

    fn of(folder: &Path) -> Option<Self> {
        let entries = std::fs::read_dir(folder).ok()?.flatten();
        // `intel-rapl:0` is a package; `intel-rapl:0:1` is a part of it.
        let package = |name: &str| name.split_once(':').is_some_and(|(_, rest)| !rest.contains(':'));
        let packages =
            entries.filter(|entry| package(&entry.file_name().to_string_lossy())).map(|entry| entry.path());
        let energy = Self { packages: packages.collect() };
        energy.joules().is_some().then_some(energy)
    }

    /// Joules since some moment in the past.
    pub(crate) fn joules(&self) -> Option<f64> {
        let counters = self.packages.iter().map(|package| -> Option<f64> {
            let text = std::fs::read_to_string(package.join("energy_uj")).ok()?;
            text.trim().parse::<f64>().ok()
        });
        let sum: Option<f64> = counters.sum();
        sum.filter(|_| !self.packages.is_empty()).map(|microjoules| microjoules / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_counted_and_their_parts_are_not() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Energy::of(folder.path()).is_none());
        for (name, microjoules) in [
            ("intel-rapl", ""),
            ("intel-rapl:0", "2000000"),
            ("intel-rapl:0:0", "7"),
            ("intel-rapl:1", "500000"),
        ] {
            let domain = folder.path().join(name);
            std::fs::create_dir(&domain).unwrap();
            std::fs::write(domain.join("energy_uj"), microjoules).unwrap();
        }
        let joules = Energy::of(folder.path()).and_then(|energy| energy.joules());
        assert!((joules.unwrap() - 2.5).abs() < 1e-9, "{joules:?}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_system_tells_of_this_process() {
        assert!(memory("self", "VmHWM:").unwrap() >= memory("self", "VmRSS:").unwrap() / 2.0);
        assert!(load().unwrap() >= 0.0);
    }
}
