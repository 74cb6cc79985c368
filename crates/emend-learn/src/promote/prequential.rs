//! What adapters expected before they saw what was decided: test, then train.
//!
//! A held-out set grows old with the person's taste. So each decision is first a test of the adapter in use and only then
//! something to learn from (Dawid 1984; Gama et al. 2013), and a fixed set of anchor texts is measured again under every
//! adapter. Both are kept in one file of JSON lines that only grows, so that what was forgotten can be seen.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The least probability in a log-loss: one certain mistake is not to drown all else.
const LEAST: f64 = 1e-6;

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entry {
    /// A decision that the adapter had not been trained on.
    Decision {
        /// Unix milliseconds.
        time: i64,
        /// The adapter in use; none is the model alone.
        adapter: Option<String>,
        /// The decision's id.
        decision: i64,
        /// The probability that it gave to what was then decided, in [0, 1].
        probability: f64,
    },
    /// A measure of the anchor texts under an adapter.
    Anchor {
        /// Unix milliseconds.
        time: i64,
        /// The adapter; none is the model alone.
        adapter: Option<String>,
        /// Which measure; higher is better.
        measure: String,
        /// Its mean over the anchor texts.
        score: f64,
    },
}

/// Why the log cannot be used.
#[derive(Debug, Error)]
pub enum LogError {
    /// It cannot be read or written.
    #[error("{path}: {source}", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line is damaged.
    #[error("{path}, line {line}: {problem}; remove the line to go on", path = .path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

/// Adds entries behind; they are on the disk when this returns. The rest of a line that a killed program had begun is
/// removed first: nobody was told that it was kept.
pub fn append(path: &Path, entries: &[Entry]) -> Result<(), LogError> {
    let failed = |source| LogError::File { path: path.to_owned(), source };
    let mut lines = Vec::new();
    for entry in entries {
        serde_json::to_writer(&mut lines, entry).map_err(|error| failed(error.into()))?;
        lines.push(b'\n');
    }
    let whole = whole_lines(&bytes(path)?).len() as u64;
    let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(failed)?;
    file.set_len(whole).map_err(failed)?;
    file.seek(SeekFrom::End(0)).map_err(failed)?;
    file.write_all(&lines).map_err(failed)?;
    file.sync_all().map_err(failed)
}

/// All entries in order; none when there is no log yet.
pub fn read(path: &Path) -> Result<Vec<Entry>, LogError> {
    let bytes = bytes(path)?;
    let lines = whole_lines(&bytes).split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    (1..)
        .zip(lines)
        .map(|(line, json)| {
            serde_json::from_slice(json).map_err(|error| LogError::Line {
                path: path.to_owned(),
                line,
                problem: error.to_string(),
            })
        })
        .collect()
}

fn bytes(path: &Path) -> Result<Vec<u8>, LogError> {
    match std::fs::read(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(|source| LogError::File { path: path.to_owned(), source }),
    }
}

fn whole_lines(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    &bytes[..end]
}

/// How well decisions were expected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Expected {
    /// Share of decisions that were expected; an even chance counts half.
    pub accuracy: f64,
    /// Mean −ln p.
    pub log_loss: f64,
}

/// How well decisions were expected lately, at the time of one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// Unix milliseconds of the last decision in the window.
    pub time: i64,
    /// The adapter that was in use then.
    pub adapter: Option<String>,
    /// By what was in use.
    pub in_use: Expected,
    /// By the model alone.
    pub alone: Expected,
}

/// A decision that the model alone was asked about.
struct Asked<'e> {
    time: i64,
    adapter: Option<&'e str>,
    /// The probabilities of what was in use and of the model alone; without an adapter they are the same.
    in_use: f64,
    alone: f64,
}

/// In the order in which they were taken.
fn decisions(entries: &[Entry]) -> Vec<Asked<'_>> {
    let mut adapted = BTreeMap::new();
    let mut alone = BTreeMap::new();
    for entry in entries {
        match entry {
            Entry::Decision { adapter: Some(adapter), decision, probability, .. } => {
                adapted.insert(decision, (adapter.as_str(), *probability));
            }
            Entry::Decision { adapter: None, decision, time, probability } => {
                alone.insert(decision, (*time, *probability));
            }
            Entry::Anchor { .. } => {}
        }
    }
    let asked = alone.into_iter().map(|(decision, (time, alone))| match adapted.get(decision) {
        Some(&(adapter, in_use)) => Asked { time, adapter: Some(adapter), in_use, alone },
        None => Asked { time, adapter: None, in_use: alone, alone },
    });
    asked.collect()
}

/// How many decisions the log has.
pub fn count(entries: &[Entry]) -> usize {
    decisions(entries).len()
}

/// A point for each decision that has `window` decisions behind it, itself among them. A fall of what is in use below the
/// model alone is forgetting; a fall of both, a change of taste.
pub fn curve(entries: &[Entry], window: usize) -> Vec<Point> {
    decisions(entries)
        .windows(window.max(1))
        .map(|of| {
            let last = &of[of.len() - 1];
            Point {
                time: last.time,
                adapter: last.adapter.map(str::to_owned),
                in_use: Expected::of(of.iter().map(|asked| asked.in_use)),
                alone: Expected::of(of.iter().map(|asked| asked.alone)),
            }
        })
        .collect()
}

impl Expected {
    /// Of at least one probability.
    fn of(probabilities: impl ExactSizeIterator<Item = f64>) -> Self {
        let number = probabilities.len() as f64;
        let (mut hits, mut loss) = (0.0, 0.0);
        for p in probabilities {
            hits += match p.total_cmp(&0.5) {
                Ordering::Greater => 1.0,
                Ordering::Equal => 0.5,
                Ordering::Less => 0.0,
            };
            loss -= p.max(LEAST).ln();
        }
        Self { accuracy: hits / number, log_loss: loss / number }
    }
}

/// How far the anchor texts are below their best.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forgotten {
    /// Which measure.
    pub measure: String,
    /// Its best score under an earlier adapter, and that adapter.
    pub best: (f64, Option<String>),
    /// Its last score.
    pub now: f64,
    /// The best minus the last; below 0 when the last is the best.
    pub by: f64,
}

/// For each measure that was taken at least twice: the forgetting measure of Chaudhry et al. 2018, section 3.
pub fn forgotten(entries: &[Entry]) -> Vec<Forgotten> {
    let mut series: BTreeMap<&str, Vec<(f64, &Option<String>)>> = BTreeMap::new();
    for entry in entries {
        if let Entry::Anchor { measure, score, adapter, .. } = entry {
            series.entry(measure).or_default().push((*score, adapter));
        }
    }
    series
        .into_iter()
        .filter_map(|(measure, scores)| {
            let ((now, _), earlier) = scores.split_last()?;
            let (best, adapter) = earlier.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
            let best = (*best, (*adapter).clone());
            Some(Forgotten { measure: measure.to_owned(), by: best.0 - now, best, now: *now })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(decision: i64, probability: f64) -> Entry {
        Entry::Decision { time: decision, adapter: Some("mine".into()), decision, probability }
    }

    fn anchor(adapter: Option<&str>, score: f64) -> Entry {
        Entry::Anchor { time: 0, adapter: adapter.map(str::to_owned), measure: "GLEU".into(), score }
    }

    #[test]
    fn what_was_kept_is_read_and_what_was_torn_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        assert_eq!(read(&path).unwrap(), []);
        append(&path, &[decision(1, 0.75), anchor(None, 0.5)]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, [&whole[..], b"{\"type\":\"decis"].concat()).unwrap();
        assert_eq!(read(&path).unwrap().len(), 2);
        append(&path, &[decision(2, 0.25)]).unwrap();
        assert_eq!(read(&path).unwrap(), [decision(1, 0.75), anchor(None, 0.5), decision(2, 0.25)]);
        assert!(std::fs::read(&path).unwrap().starts_with(&whole), "what was written stays");
    }

    #[test]
    fn a_damaged_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        append(&path, &[decision(1, 0.75)]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, [&whole[..], b"what?\n"].concat()).unwrap();
        assert!(matches!(read(&path).unwrap_err(), LogError::Line { line: 2, .. }));
    }

    fn alone(of: i64, probability: f64) -> Entry {
        Entry::Decision { time: of, adapter: None, decision: of, probability }
    }

    #[test]
    fn forgetting_shows_in_the_window() {
        let expected = [0.9, 0.8, 0.9, 0.2, 0.1, 0.5].into_iter().zip(1..);
        let entries: Vec<Entry> = expected.flat_map(|(p, id)| [decision(id, p), alone(id, 0.6)]).collect();
        let points = curve(&entries, 3);
        let accuracies: Vec<f64> = points.iter().map(|point| point.in_use.accuracy * 6.0).collect();
        assert!(
            accuracies.iter().zip([6.0, 4.0, 2.0, 1.0]).all(|(a, b)| (a - b).abs() < 1e-9),
            "{accuracies:?}"
        );
        assert!(
            points.iter().all(|point| (point.alone.accuracy - 1.0).abs() < 1e-9),
            "the base forgets nothing"
        );
        let losses: Vec<f64> = points.iter().map(|point| point.in_use.log_loss).collect();
        assert!(losses[0] < losses[1] && losses[1] < losses[2], "{losses:?}");
        assert_eq!((points[3].time, points[3].adapter.as_deref()), (6, Some("mine")));
        assert!(curve(&entries, 7).is_empty());
        assert_eq!(count(&entries), 6);
        // Certain and wrong is costly, not infinite.
        assert!(curve(&[alone(1, 0.0)], 1)[0].alone.log_loss.is_finite());
    }

    #[test]
    fn without_an_adapter_the_model_alone_is_in_use_and_half_a_decision_is_none() {
        let [point] = curve(&[alone(1, 0.75)], 1).try_into().unwrap();
        assert_eq!((point.adapter, point.in_use), (None, point.alone));
        assert!(curve(&[decision(1, 0.75)], 1).is_empty(), "the model alone was not asked yet");
        let orders = [[alone(2, 0.1), alone(1, 0.9)], [alone(1, 0.9), alone(2, 0.1)]];
        let times =
            orders.map(|entries| curve(&entries, 1).iter().map(|point| point.time).collect::<Vec<_>>());
        assert_eq!(times, [[1, 2], [1, 2]]);
    }

    #[test]
    fn anchors_are_held_against_the_best_before() {
        let log = [anchor(None, 0.5), anchor(Some("a"), 0.7), anchor(Some("b"), 0.6)];
        let [found] = forgotten(&log).try_into().unwrap();
        assert_eq!(found.best, (0.7, Some("a".to_owned())));
        assert!((found.by - 0.1).abs() < 1e-9);
        assert!(forgotten(&log[..1]).is_empty());
        assert!(forgotten(&log[..2])[0].by < 0.0);
    }
}
