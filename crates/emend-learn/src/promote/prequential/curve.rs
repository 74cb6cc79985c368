//! How often decisions were expected, as that changes over the decisions.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Serialize;

use super::Entry;

/// The least probability in a log-loss: one certain mistake is not to drown all else.
const LEAST: f64 = 1e-6;

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
            Entry::Anchor { .. } | Entry::InUse { .. } => {}
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

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(decision: i64, probability: f64) -> Entry {
        Entry::Decision { time: decision, adapter: Some("mine".into()), decision, probability }
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
}
