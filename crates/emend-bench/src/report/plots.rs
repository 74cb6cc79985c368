//! Which numbers are drawn: of each scenario, the lines with the same unit in one plot.

use emend_eval::{Axis, Bar, Estimate, Group, bars};

use super::{Measured, Report, Value};

/// File names and contents.
pub(super) fn plots(report: &Report) -> Vec<(String, String)> {
    let all = report.by_scenario().flat_map(of_scenario);
    all.map(|(file, unit, lines)| {
        let title = format!("{}: {unit}", lines[0].scenario);
        let most = lines.iter().flat_map(|line| &line.values).filter_map(|value| value.spread);
        let axis = Axis::up_to(most.map(|spread| spread.most).fold(0.0, f64::max));
        let group = |line: &&Measured| Group {
            label: shortened(&line.what),
            bars: line.values.iter().map(bar).collect(),
        };
        (file, bars(&title, axis, &lines.iter().map(group).collect::<Vec<_>>()))
    })
    .collect()
}

/// Plots of the lines of one scenario: file, unit, lines. A plot has at least two bars.
pub(super) fn of_scenario(lines: &[Measured]) -> Vec<(String, &'static str, Vec<&Measured>)> {
    let mut by_unit: Vec<(&'static str, Vec<&Measured>)> = Vec::new();
    for line in lines {
        match by_unit.iter_mut().find(|(unit, _)| *unit == line.unit) {
            Some((_, lines)) => lines.push(line),
            None => by_unit.push((line.unit, vec![line])),
        }
    }
    let numbers = |lines: &[&Measured]| {
        lines.iter().flat_map(|line| &line.values).filter(|value| value.spread.is_some()).count()
    };
    by_unit
        .into_iter()
        .filter(|(_, lines)| numbers(lines) > 1)
        .enumerate()
        .map(|(number, (unit, lines))| (format!("{}-{}.svg", lines[0].scenario, number + 1), unit, lines))
        .collect()
}

fn bar(value: &Value) -> Bar {
    let estimate = value.spread.map(|spread| {
        let several = spread.most > spread.least;
        let end = |end: f64| if several { end } else { f64::NAN };
        Estimate { value: spread.median, low: end(spread.least), high: end(spread.most) }
    });
    Bar { system: value.column.clone(), estimate }
}

/// What fits beside the bars.
fn shortened(what: &str) -> String {
    const MOST: usize = 52;
    if what.chars().count() <= MOST {
        return what.to_owned();
    }
    what.chars().take(MOST - 1).chain(['…']).collect()
}
