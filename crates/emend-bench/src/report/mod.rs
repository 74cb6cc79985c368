//! What was measured: a table for a terminal, Markdown, JSON and plots.

mod markdown;
mod plots;
mod table;

use std::path::Path;

use serde::Serialize;

use crate::BenchError;
use crate::bench::Bench;
use crate::machine::Machine;
use crate::turns::median;

/// All numbers of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The machine.
    pub machine: Machine,
    /// The model.
    pub model: String,
    /// How many texts there were, and whose.
    pub texts: String,
    /// Rounds of turns behind each median.
    pub repetitions: usize,
    /// The numbers.
    pub measured: Vec<Measured>,
}

/// One line: the same thing for each engine, or for each statistic.
#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    /// The scenario.
    pub scenario: &'static str,
    /// What was measured.
    pub what: String,
    /// What the numbers count.
    pub unit: &'static str,
    /// The numbers.
    pub values: Vec<Value>,
    /// What was hoped for.
    pub aims: Vec<Aim>,
    /// What a reader must know; why there is no number.
    pub note: Option<String>,
}

/// A column of a line.
#[derive(Debug, Clone, Serialize)]
pub struct Value {
    /// The engine or the statistic.
    pub column: String,
    /// The number; `None` where there is none.
    pub spread: Option<Spread>,
    /// How many times better the first column is: median over rounds; above 1 when it is.
    pub ratio: Option<f64>,
}

/// A median, with the least and the most of all rounds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

/// What was hoped for, and whether it was reached.
#[derive(Debug, Clone, Serialize)]
pub struct Aim {
    /// In words.
    pub about: String,
    /// What came out.
    pub found: f64,
    /// Whether that is enough.
    pub reached: bool,
}

/// Which of two numbers is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Better {
    /// The larger: sentences per second.
    Higher,
    /// The smaller: seconds.
    Lower,
}

impl Spread {
    /// Of all rounds; `None` of no round.
    pub(crate) fn of(rounds: &[f64]) -> Option<Self> {
        let least = rounds.iter().copied().reduce(f64::min)?;
        let most = rounds.iter().copied().reduce(f64::max)?;
        Some(Self { median: median(rounds), least, most })
    }
}

impl Aim {
    pub(crate) fn at_least(about: impl Into<String>, least: f64, found: f64) -> Self {
        Self { about: format!("{} ≥ {least}", about.into()), found, reached: found >= least }
    }

    pub(crate) fn at_most(about: impl Into<String>, most: f64, found: f64) -> Self {
        Self { about: format!("{} ≤ {most}", about.into()), found, reached: found <= most }
    }
}

impl Measured {
    /// A line without numbers so far.
    pub(crate) fn new(scenario: &'static str, what: impl Into<String>, unit: &'static str) -> Self {
        Self { scenario, what: what.into(), unit, values: Vec::new(), aims: Vec::new(), note: None }
    }

    /// One more column, with the numbers of its rounds.
    pub(crate) fn with(mut self, column: impl Into<String>, rounds: &[f64]) -> Self {
        self.values.push(Value { column: column.into(), spread: Spread::of(rounds), ratio: None });
        self
    }

    /// Columns of engines that took turns: the first is compared with the others, round by round.
    pub(crate) fn compared(mut self, better: Better, columns: &[(&str, Vec<f64>)]) -> Self {
        let first: &[f64] = columns.first().map_or(&[], |(_, rounds)| rounds);
        for (number, (column, rounds)) in columns.iter().enumerate() {
            self = self.with(*column, rounds);
            let ratios: Vec<f64> = first
                .iter()
                .zip(rounds)
                .map(|(ours, theirs)| if better == Better::Higher { ours / theirs } else { theirs / ours })
                .collect();
            if let Some(value) = self.values.last_mut().filter(|_| number > 0 && !ratios.is_empty()) {
                value.ratio = Some(median(&ratios));
            }
        }
        self
    }

    /// How many times better the first column is than this one.
    pub(crate) fn ratio_to(&self, column: &str) -> Option<f64> {
        self.values.iter().find(|value| value.column == column)?.ratio
    }

    /// An aim, where there is a number for it.
    pub(crate) fn aiming(mut self, aim: Option<Aim>) -> Self {
        self.aims.extend(aim);
        self
    }

    pub(crate) fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

impl Report {
    pub(crate) fn new(bench: &Bench<'_>, load: Option<f64>, measured: Vec<Measured>) -> Self {
        let manifest = &bench.model.manifest;
        let size = std::fs::metadata(&manifest.weights.path).map_or(0.0, |file| file.len() as f64 / 1e6);
        let whose = match &bench.settings.texts {
            Some(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            None => "our own".to_owned(),
        };
        Self {
            machine: Machine::this_one(load),
            model: format!("{} ({size:.1} MB)", manifest.name),
            texts: format!("{} ({whose})", bench.lines.len()),
            repetitions: bench.settings.extent.repetitions,
            measured,
        }
    }

    /// What the numbers belong to, in words.
    fn facts(&self) -> Vec<String> {
        let Machine { processor, cores, threads, candle_threads, system, build, load } = &self.machine;
        let mut facts = vec![
            format!("{processor}, {cores} cores, {system}, {build} build"),
            format!("threads of each engine: {threads}; of candle-transformers: {candle_threads}"),
            format!("model: {}; texts: {}", self.model, self.texts),
            format!("engines take turns; medians of {} rounds", self.repetitions),
        ];
        facts.extend(load.map(|(before, after)| {
            format!("load of the machine: {before:.1} when the run began, {after:.1} when it ended")
        }));
        facts
    }

    /// Lines of one scenario after the other.
    fn by_scenario(&self) -> impl Iterator<Item = &[Measured]> {
        self.measured.chunk_by(|a, b| a.scenario == b.scenario)
    }

    /// Writes `report.md`, `report.json` and the plots into `folder`, which is made if it is not there.
    pub fn write(&self, folder: &Path) -> Result<(), BenchError> {
        let failed = |path: &Path, source| BenchError::Write { path: path.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
        let json = serde_json::to_string_pretty(self)? + "\n";
        let mut files = plots::plots(self);
        files.extend([("report.md".into(), markdown::markdown(self)), ("report.json".into(), json)]);
        for (name, content) in files {
            let path = folder.join(name);
            std::fs::write(&path, content).map_err(|source| failed(&path, source))?;
        }
        Ok(())
    }
}

/// Three digits, or all of a larger number.
fn shown(value: f64) -> String {
    match value.abs() {
        _ if value.is_nan() => "–".into(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// A column's number, and how many times better the first one is.
fn cell(value: &Value) -> String {
    let Some(spread) = value.spread else { return "–".into() };
    match value.ratio {
        Some(ratio) => format!("{} ({}×)", shown(spread.median), shown(ratio)),
        None => shown(spread.median),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn line() -> Measured {
        let columns = [("emend", vec![10.0, 20.0, 30.0]), ("other", vec![5.0, 5.0, 30.0])];
        let line = Measured::new("speed", "one by one", "sentences/s").compared(Better::Higher, &columns);
        let found = line.ratio_to("other");
        line.aiming(found.map(|found| Aim::at_least("times other", 3.0, found)))
    }

    #[test]
    fn ratios_are_of_rounds_and_above_one_where_the_first_is_better() {
        let line = line();
        assert_eq!(line.ratio_to("emend"), None);
        assert_eq!(line.ratio_to("other"), Some(2.0));
        assert!(!line.aims[0].reached);
        let seconds = [("emend", vec![1.0]), ("other", vec![4.0])];
        let line = Measured::new("speed", "all", "s").compared(Better::Lower, &seconds);
        assert_eq!(line.ratio_to("other"), Some(4.0));
        assert!(Aim::at_most("share", 2.0, 2.0).reached);
    }

    #[test]
    fn what_was_not_measured_is_a_dash() {
        let line = Measured::new("energy", "joules", "J").with("emend", &[]);
        assert_eq!(cell(&line.values[0]), "–");
        assert_eq!(
            [shown(1234.5), shown(12.345), shown(0.5), shown(0.01234)],
            ["1234", "12.3", "0.50", "0.0123"]
        );
    }
}
