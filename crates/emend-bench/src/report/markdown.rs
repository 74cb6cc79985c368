//! A report as a page.

use std::fmt::Write as _;

use super::table::same_columns;
use super::{Report, cell, plots, shown};
use crate::SCENARIOS;

pub(super) fn markdown(report: &Report) -> String {
    let mut text = "# Speed and memory\n\n".to_owned();
    for fact in report.facts() {
        _ = writeln!(text, "- {fact}");
    }
    text.push_str("- in brackets: how many times better the first column is, the median over rounds\n");
    for lines in report.by_scenario() {
        let Some(first) = lines.first() else { continue };
        let about =
            SCENARIOS.iter().find(|known| known.name == first.scenario).map_or("", |known| known.about);
        _ = writeln!(text, "\n## {}\n\n{about}.", first.scenario);
        for lines in lines.chunk_by(same_columns) {
            let names: Vec<&str> = lines
                .iter()
                .take(1)
                .flat_map(|line| &line.values)
                .map(|value| value.column.as_str())
                .collect();
            _ = writeln!(text, "\n| | {} |\n|---|{}", names.join(" | "), "---:|".repeat(names.len().max(1)));
            for line in lines {
                let cells: Vec<String> = line.values.iter().map(cell).collect();
                _ = writeln!(text, "| {}, {} | {} |", line.what, line.unit, cells.join(" | "));
            }
        }
        text.push('\n');
        for line in lines {
            for aim in &line.aims {
                let outcome = if aim.reached { "reached" } else { "not reached" };
                _ = writeln!(text, "- aim: {}: {outcome} ({})", aim.about, shown(aim.found));
            }
            if let Some(note) = &line.note {
                _ = writeln!(text, "- {}: {note}", line.what);
            }
        }
        for (file, unit, _) in plots::of_scenario(lines) {
            _ = writeln!(text, "\n![{}, {unit}]({file})", first.scenario);
        }
    }
    text
}
