//! A report as a page.

use std::fmt::Write as _;

use super::table::{above, columns, definitions, goals, numbers, shown};
use super::{Report, SetReport, chart};
use crate::{LEVEL, RESAMPLES, VERSUS};

pub(super) fn markdown(report: &Report) -> String {
    let mut text = "# Evaluation\n\n".to_owned();
    for (name, value) in &report.facts {
        _ = writeln!(text, "- {name}: {value}");
    }
    _ = writeln!(
        text,
        "- intervals: {:.0} %, percentile bootstrap over rows, {RESAMPLES} resamples; differences to copying are paired\n",
        100.0 * LEVEL
    );
    if report.sets.len() > 1 {
        overview(&mut text, &report.sets);
    }
    for set in &report.sets {
        section(&mut text, set);
    }
    for head in &report.heads {
        let name = if head.head.is_empty() { "scores" } else { &head.head };
        _ = writeln!(
            text,
            "## {name}\n\n{} rows, seed {}.\n\n| | | |\n|---|---:|---:|",
            head.rows, head.seed
        );
        for metric in &head.metrics {
            let value = metric.value;
            _ = writeln!(
                text,
                "| {} | {:.4} | [{:.4}, {:.4}] |",
                metric.name, value.value, value.low, value.high
            );
        }
        text.push('\n');
    }
    text.push_str("## Definitions\n\n");
    for (name, about) in definitions(report) {
        _ = writeln!(text, "- **{name}** {about}");
    }
    text
}

fn overview(text: &mut String, sets: &[SetReport]) {
    text.push_str("## Overview\n\n![The first metric of each set](overview.svg)\n\n");
    text.push_str("| set | intent | rows | metric | number | above copying | goal |\n|---|---|---:|---|---:|---:|---|\n");
    for set in sets {
        let Some(metric) = chart::headline(set).into_iter().next() else { continue };
        let Some(first) = metric.systems.first() else { continue };
        _ = writeln!(
            text,
            "| [{0}](#{0}) | {1} | {2} | {3} | {4} | {5} | {6} |",
            set.evaluation.name,
            set.evaluation.intent,
            set.evaluation.rows,
            metric.name,
            shown(first.value, metric.unit),
            above(first.minus_copy, metric.unit),
            goals(set).join("; "),
        );
    }
    text.push('\n');
}

fn section(text: &mut String, set: &SetReport) {
    let evaluation = &set.evaluation;
    _ = writeln!(text, "## {}\n", evaluation.name);
    _ = write!(text, "Intent `{}`, {} rows, seed {}.", evaluation.intent, evaluation.rows, evaluation.seed);
    if evaluation.failed > 0 {
        _ = write!(text, " {} rows failed and count as unchanged.", evaluation.failed);
    }
    if let Some(percent) = evaluation.identical {
        _ = write!(text, " {percent:.1} % of the rewrites are those of `{VERSUS}`.");
    }
    if let Some(signal) = &set.signal {
        _ = write!(text, " Surface signal: {signal}");
    }
    for goal in goals(set) {
        _ = write!(text, "\n\nGoal: {goal}.");
    }
    _ = writeln!(text, "\n\n![{0}]({0}.svg)\n", evaluation.name);
    let systems = evaluation.metrics.first().map(|metric| metric.systems.as_slice()).unwrap_or_default();
    let names = columns(systems);
    _ = writeln!(text, "| | {} |\n|---|{}", names.join(" | "), "---:|".repeat(names.len()));
    for metric in &evaluation.metrics {
        _ = writeln!(text, "| {} | {} |", metric.name, numbers(metric).join(" | "));
    }
    text.push('\n');
}
