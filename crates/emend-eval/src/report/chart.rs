//! Which numbers are drawn: the headline of each set, and one bar group a set for all.

use super::svg::{Axis, Bar, Group, bars};
use super::{Report, SetReport};
use crate::{Better, Measured, Unit};

/// File names and contents.
pub(super) fn charts(report: &Report) -> Vec<(String, String)> {
    let mut charts: Vec<(String, String)> = report
        .sets
        .iter()
        .map(|set| {
            let groups: Vec<Group> =
                headline(set).into_iter().map(|metric| group(metric.name, metric)).collect();
            let title =
                format!("{} ({}, {} rows)", set.evaluation.name, set.evaluation.intent, set.evaluation.rows);
            (format!("{}.svg", set.evaluation.name), bars(&title, Axis::HUNDRED, &groups))
        })
        .collect();
    if report.sets.len() > 1 {
        let groups: Vec<Group> = report
            .sets
            .iter()
            .filter_map(|set| {
                let metric = headline(set).into_iter().next()?;
                Some(group(&format!("{}: {}", set.evaluation.name, metric.name), metric))
            })
            .collect();
        charts.push(("overview.svg".into(), bars("The first metric of each set", Axis::HUNDRED, &groups)));
    }
    charts
}

/// The metrics of a set that tell most; for a set on its own, all that have a better and a worse on a scale to 100.
pub(super) fn headline(set: &SetReport) -> Vec<&Measured> {
    let all = set.evaluation.metrics.iter().filter(|metric| metric.unit != Unit::Ratio);
    if set.headline.is_empty() {
        return all.filter(|metric| metric.better != Better::Neither).collect();
    }
    set.headline.iter().filter_map(|id| set.evaluation.metric(id)).filter(|m| m.unit != Unit::Ratio).collect()
}

fn group(label: &str, metric: &Measured) -> Group {
    let bars = metric.systems.iter().map(|one| Bar { system: one.system.clone(), estimate: one.value });
    let note = match metric.better {
        Better::Lower => " (lower is better)",
        Better::Higher | Better::Neither => "",
    };
    Group { label: format!("{label}{note}"), bars: bars.collect() }
}
