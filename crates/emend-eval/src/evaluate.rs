//! One set of texts, several systems, every metric: numbers with intervals.

use serde::Serialize;

use crate::judge::{Judge, Judged};
use crate::metrics::{Better, Case, Counts, Metric, Unit};
use crate::random::PythonRandom;
use crate::resample::{Estimate, LEVEL, RESAMPLES, resamples};
use crate::{COPY, Row, System, VERSUS};

/// Random choices of one reference a row behind a metric that makes them.
const DRAWS: usize = 500;

/// How many of them each resample uses, in turn.
const DRAWS_PER_RESAMPLE: usize = 20;

/// What was measured on one set of texts.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
    /// What to call it.
    pub name: String,
    /// What was asked of the systems.
    pub intent: String,
    /// How many texts.
    pub rows: usize,
    /// How many of them the first system failed on; they count as unchanged.
    pub failed: usize,
    /// Percent of rows on which it wrote the same as the system that it is compared with, if there is one.
    pub identical: Option<f64>,
    /// Where chance starts, for references and resamples.
    pub seed: u64,
    /// Resamples behind each interval.
    pub resamples: usize,
    /// Share of resamples within an interval.
    pub level: f64,
    /// The metrics that this set has something to say about.
    pub metrics: Vec<Measured>,
}

/// One metric.
#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its definition.
    pub about: &'static str,
    /// What it counts.
    pub tokens: &'static str,
    /// `points`, `percent` or `ratio`.
    pub unit: Unit,
    /// `higher`, `lower` or `neither`.
    pub better: Better,
    /// Each system's number.
    pub systems: Vec<Measure>,
}

/// One system's number.
#[derive(Debug, Clone, Serialize)]
pub struct Measure {
    /// The system.
    pub system: String,
    /// Its number; none where it is not defined (no edit was made whose precision could be told).
    pub value: Option<Estimate>,
    /// How much it is above copying, over the same resamples; none for copying itself.
    pub minus_copy: Option<Estimate>,
    /// How much it is above the system that the first one is compared with, if there is one; none for that one itself.
    pub minus_versus: Option<Estimate>,
}

impl Evaluation {
    /// The metric with this id, if it was measured.
    pub fn metric(&self, id: &str) -> Option<&Measured> {
        self.metrics.iter().find(|measured| measured.id == id)
    }
}

/// A set of texts and what is asked.
#[derive(Debug, Clone, Copy)]
pub struct Set<'a> {
    /// What to call it.
    pub name: &'a str,
    /// What was asked: an intent's id.
    pub intent: &'a str,
    /// The texts.
    pub rows: &'a [Row],
    /// Who judges style and meaning, if anyone does.
    pub judge: Option<&'a Judge>,
}

/// Measures `systems`, the first of which is the one that matters, with each of `metrics`.
pub fn evaluate(set: Set<'_>, systems: &[System], metrics: &[&'static Metric], seed: u64) -> Evaluation {
    let draws = Draws::new(set.rows, seed);
    let judged: Vec<Option<Vec<Judged>>> = systems.iter().map(|system| judged(set, system)).collect();
    let column = |metric: &'static Metric| {
        let each = systems.iter().zip(&judged);
        each.map(|(system, judged)| Column::new(metric, set, system, judged.as_deref())).collect()
    };
    let mut columns: Vec<Vec<Column>> = metrics.iter().map(|metric| column(metric)).collect();
    resamples(set.rows.len(), seed, |number, rows| {
        for column in columns.iter_mut().flatten() {
            column.resample(rows, number, &draws);
        }
    });
    let all: Vec<usize> = (0..set.rows.len()).collect();
    let metrics = metrics.iter().zip(&columns).map(|(metric, columns)| Measured {
        id: metric.id,
        name: metric.name,
        about: metric.about,
        tokens: metric.tokens,
        unit: metric.unit,
        better: metric.better,
        systems: measures(systems, columns, &all, &draws),
    });
    Evaluation {
        name: set.name.into(),
        intent: set.intent.into(),
        rows: set.rows.len(),
        failed: systems.first().map_or(0, |system| system.failed),
        identical: identical(systems),
        seed,
        resamples: RESAMPLES,
        level: LEVEL,
        metrics: metrics.filter(|metric| metric.systems.iter().any(|one| one.value.is_some())).collect(),
    }
}

fn judged(set: Set<'_>, system: &System) -> Option<Vec<Judged>> {
    let judge = set.judge?;
    Some(set.rows.iter().zip(&system.texts).map(|(row, hyp)| judge.judge(&row.src, hyp)).collect())
}

fn measures(systems: &[System], columns: &[Column], all: &[usize], draws: &Draws) -> Vec<Measure> {
    let values: Vec<f64> = columns.iter().map(|column| column.value(all, 0..draws.0.len(), draws)).collect();
    let estimate =
        |value: f64, resampled: Vec<f64>| (!value.is_nan()).then(|| Estimate::new(value, resampled));
    let above = |at: usize, name: &str| {
        let other = systems.iter().position(|system| system.name == name).filter(|&other| other != at)?;
        let pairs = columns[at].resampled.iter().zip(&columns[other].resampled);
        estimate(values[at] - values[other], pairs.map(|(ours, theirs)| ours - theirs).collect())
    };
    let one = |(at, system): (usize, &System)| Measure {
        system: system.name.clone(),
        value: estimate(values[at], columns[at].resampled.clone()),
        minus_copy: above(at, COPY),
        minus_versus: above(at, VERSUS),
    };
    systems.iter().enumerate().map(one).collect()
}

fn identical(systems: &[System]) -> Option<f64> {
    let (first, versus) = (systems.first()?, systems.iter().skip(1).find(|system| system.name == VERSUS)?);
    let same = first.texts.iter().zip(&versus.texts).filter(|(ours, theirs)| ours == theirs).count();
    Some(100.0 * same as f64 / first.texts.len() as f64)
}

/// The counts of one metric of one system, a row each.
struct Column {
    metric: &'static Metric,
    counts: Vec<Counts>,
    resampled: Vec<f64>,
}

impl Column {
    fn new(metric: &'static Metric, set: Set<'_>, system: &System, judged: Option<&[Judged]>) -> Self {
        let count = |(at, (row, hyp)): (usize, (&Row, &String))| {
            let judged = judged.and_then(|judged| judged.get(at));
            (metric.count)(&Case { intent: set.intent, src: &row.src, refs: &row.refs, hyp, judged })
        };
        let counts = set.rows.iter().zip(&system.texts).enumerate().map(count).collect();
        Self { metric, counts, resampled: Vec::with_capacity(RESAMPLES) }
    }

    fn resample(&mut self, rows: &[usize], number: usize, draws: &Draws) {
        let from = number * DRAWS_PER_RESAMPLE;
        let value = self.value(rows, from..from + DRAWS_PER_RESAMPLE, draws);
        self.resampled.push(value);
    }

    /// The metric over `rows`; where references are drawn, the mean over these `numbers` of the draws.
    fn value(&self, rows: &[usize], numbers: std::ops::Range<usize>, draws: &Draws) -> f64 {
        if !self.counts.iter().any(|counts| matches!(counts, Counts::PerReference(_))) {
            return self.once(rows, &[]);
        }
        let how_many = numbers.len() as f64;
        numbers.map(|number| self.once(rows, &draws.0[number % DRAWS])).sum::<f64>() / how_many
    }

    fn once(&self, rows: &[usize], drawn: &[u32]) -> f64 {
        let mut sums: Vec<f64> = Vec::new();
        for &row in rows {
            let counts = match &self.counts[row] {
                Counts::None => continue,
                Counts::Once(counts) => counts,
                Counts::PerReference(each) => &each[drawn[row] as usize],
            };
            if sums.is_empty() {
                sums.clone_from(counts);
            } else {
                sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            }
        }
        if sums.is_empty() { f64::NAN } else { (self.metric.score)(&sums) }
    }
}

/// Which reference each row has in each draw.
struct Draws(Vec<Vec<u32>>);

impl Draws {
    /// Draw `j` has the seed 101·j, as in JFLEG's program; another seed than 0 is added to it.
    fn new(rows: &[Row], seed: u64) -> Self {
        let one = |number: usize| {
            let mut random = PythonRandom::new(seed.wrapping_add(101 * number as u64));
            rows.iter().map(|row| random.below(row.refs.len() as u32)).collect()
        };
        Self((0..DRAWS).map(one).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::METRICS;
    use crate::{copy, shortened};

    fn rows() -> Vec<Row> {
        [
            ("He go home.", "He goes home."),
            ("They was late.", "They were late."),
            ("It is fine.", "It is fine."),
        ]
        .into_iter()
        .enumerate()
        .map(|(id, (src, good))| Row { id: id.to_string(), src: src.into(), refs: vec![good.into()] })
        .collect()
    }

    #[test]
    fn systems_are_measured_beside_copying() {
        let rows = rows();
        let ours = System {
            name: "ours".into(),
            texts: ["He goes home.", "They was late.", "It is fine."].map(str::to_owned).into(),
            failed: 0,
        };
        let set = Set { name: "own", intent: "fix", rows: &rows, judge: None };
        let found = evaluate(set, &[ours, copy(&rows), shortened(&rows)], METRICS, 0);
        let of = |id: &str, system: usize| found.metric(id).unwrap().systems[system].value.unwrap().value;
        assert!((of("exact_match", 0) - 200.0 / 3.0).abs() < 1e-9);
        assert!((of("exact_match", 1) - 100.0 / 3.0).abs() < 1e-9);
        assert!((of("clean_kept", 0) - 100.0).abs() < 1e-9);
        assert!((of("no_change_precision", 1) - 100.0 / 3.0).abs() < 1e-9);
        let exact = &found.metric("exact_match").unwrap().systems;
        let above = exact[0].minus_copy.unwrap();
        assert!((above.value - 100.0 / 3.0).abs() < 1e-9);
        assert!(above.low >= 0.0 && above.low <= above.value && above.value <= above.high);
        assert!(exact[1].minus_copy.is_none(), "copying is not compared with itself");
        let precision = &found.metric("edit_precision").unwrap().systems;
        assert!(precision[0].value.is_some() && precision[1].value.is_none(), "copying makes no edit");
    }

    #[test]
    fn the_same_input_gives_the_same_numbers() {
        let rows = rows();
        let set = Set { name: "own", intent: "fix", rows: &rows, judge: None };
        let run = |seed| {
            serde_json::to_string(&evaluate(set, &[shortened(&rows), copy(&rows)], METRICS, seed)).unwrap()
        };
        assert_eq!(run(0), run(0));
        assert_ne!(run(0), run(1));
    }
}
