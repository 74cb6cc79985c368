//! Numbers for a terminal.

use std::fmt::{self, Write as _};

use super::{GoalReport, Report, SetReport};
use crate::{Estimate, HEAD_METRICS, HeadEvaluation, METRICS, Measure, Measured, Unit, VERSUS};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.facts {
            writeln!(f, "{name}: {value}")?;
        }
        for set in &self.sets {
            write!(f, "\n{}", table(set))?;
        }
        for head in &self.heads {
            write!(f, "\n{}", head_table(head))?;
        }
        for (name, about) in definitions(self) {
            write!(f, "\n{name} {about}")?;
        }
        Ok(())
    }
}

/// One set as a table: each metric a line, the first system with its interval beside the others.
fn table(set: &SetReport) -> String {
    let evaluation = &set.evaluation;
    let failed = match evaluation.failed {
        0 => String::new(),
        some => format!(", {some} failed and count as unchanged"),
    };
    let mut text = format!(
        "{}: {}, {} rows{failed}; seed {}, {:.0} % intervals of {} resamples\n\n",
        evaluation.name,
        evaluation.intent,
        evaluation.rows,
        evaluation.seed,
        100.0 * evaluation.level,
        evaluation.resamples,
    );
    if let Some(percent) = evaluation.identical {
        _ = writeln!(text, "{percent:.1} % of the rewrites are those of `{VERSUS}`\n");
    }
    if let Some(signal) = &set.signal {
        _ = writeln!(text, "surface signal: {signal}\n");
    }
    let systems = evaluation.metrics.first().map(|metric| metric.systems.as_slice()).unwrap_or_default();
    let mut line = |cells: &[String]| {
        let width = |column: usize| if column == 0 { 30 } else { 25 };
        let padded = cells.iter().enumerate().map(|(column, cell)| {
            let gap = usize::saturating_sub(width(column), cell.chars().count());
            if column == 0 {
                format!("{cell}{}", " ".repeat(gap))
            } else {
                format!("{}{cell}", " ".repeat(gap))
            }
        });
        _ = writeln!(text, "{}", padded.collect::<String>().trim_end());
    };
    line(&[&[String::new()], columns(systems).as_slice()].concat());
    for metric in &evaluation.metrics {
        line(&[&[metric.name.to_owned()], numbers(metric).as_slice()].concat());
    }
    for goal in goals(set) {
        _ = writeln!(text, "goal: {goal}");
    }
    text
}

/// Names of the columns of numbers.
pub(super) fn columns(systems: &[Measure]) -> Vec<String> {
    let names = systems.iter().map(|one| one.system.clone());
    let compared = systems.iter().any(|one| one.system == VERSUS);
    names.chain(["above copying".into()]).chain(compared.then(|| format!("above {VERSUS}"))).collect()
}

/// Each system's number, then how far the first is above the others.
pub(super) fn numbers(metric: &Measured) -> Vec<String> {
    let unit = metric.unit;
    let mut cells: Vec<String> = metric.systems.iter().map(|one| shown(one.value, unit)).collect();
    let first = metric.systems.first();
    cells.push(above(first.and_then(|one| one.minus_copy), unit));
    if metric.systems.iter().any(|one| one.system == VERSUS) {
        cells.push(above(first.and_then(|one| one.minus_versus), unit));
    }
    cells
}

/// Each goal in words, with what came out.
pub(super) fn goals(set: &SetReport) -> Vec<String> {
    let told = |goal: &GoalReport| {
        let name = set.evaluation.metric(goal.metric).map_or(goal.metric, |metric| metric.name);
        let from = if goal.above_copy { "copy + " } else { "" };
        let outcome = if goal.reached { "reached" } else { "not reached" };
        let found = goal.found.map_or_else(|| "no number".into(), |found| number(found, Unit::Points));
        format!("{name} ≥ {from}{}: {outcome} ({found})", goal.at_least)
    };
    set.goals.iter().map(told).collect()
}

/// One classifier head as a table.
fn head_table(head: &HeadEvaluation) -> String {
    let mut text = format!("{}: {} rows, seed {}\n\n", head.title(), head.rows, head.seed);
    for metric in &head.metrics {
        let Estimate { value, low, high } = metric.value;
        _ = writeln!(text, "{:<12}{value:>8.4} [{low:.4}, {high:.4}]", metric.name);
    }
    text
}

/// Each metric once: name, units, definition.
pub(super) fn definitions(report: &Report) -> Vec<(&'static str, String)> {
    let measured: Vec<&str> =
        report.sets.iter().flat_map(|set| &set.evaluation.metrics).map(|metric| metric.id).collect();
    let metrics = METRICS.iter().filter(|metric| measured.contains(&metric.id));
    let mut found: Vec<(&str, String)> =
        metrics.map(|metric| (metric.name, format!("[{}] {}", metric.tokens, metric.about))).collect();
    let heads: Vec<&str> =
        report.heads.iter().flat_map(|head| &head.metrics).map(|metric| metric.id).collect();
    let metrics = HEAD_METRICS.iter().filter(|metric| heads.contains(&metric.id));
    found.extend(metrics.map(|metric| (metric.name, metric.about.to_owned())));
    found
}

/// A number with its interval, or a dash.
pub(super) fn shown(estimate: Option<Estimate>, unit: Unit) -> String {
    let Some(Estimate { value, low, high }) = estimate else { return "–".into() };
    let number = |value| number(value, unit);
    format!("{} [{}, {}]", number(value), number(low), number(high))
}

/// A difference with its sign, or nothing.
pub(super) fn above(difference: Option<Estimate>, unit: Unit) -> String {
    let Some(estimate) = difference else { return String::new() };
    let sign = if estimate.value >= 0.0 { "+" } else { "" };
    format!("{sign}{}", shown(Some(estimate), unit))
}

pub(super) fn number(value: f64, unit: Unit) -> String {
    match unit {
        _ if value.is_nan() => "–".into(),
        Unit::Points | Unit::Percent => format!("{value:.1}"),
        Unit::Ratio => format!("{value:.3}"),
    }
}
