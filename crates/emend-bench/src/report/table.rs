//! Numbers for a terminal.

use std::fmt;

use super::{Measured, Report, cell};

const FIRST: usize = 46;
const OTHERS: usize = 20;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fact in self.facts() {
            writeln!(f, "{fact}")?;
        }
        for lines in self.by_scenario() {
            writeln!(f)?;
            // A heading again wherever the columns change.
            for lines in lines.chunk_by(same_columns) {
                let names =
                    lines.iter().take(1).flat_map(|line| &line.values).map(|value| value.column.clone());
                let heading = lines.first().map_or("", |line| line.scenario);
                row(f, heading, names)?;
                for line in lines {
                    row(f, &format!("  {}, {}", line.what, line.unit), line.values.iter().map(cell))?;
                    if let Some(note) = &line.note {
                        writeln!(f, "    ({note})")?;
                    }
                    for aim in &line.aims {
                        let outcome = if aim.reached { "reached" } else { "not reached" };
                        writeln!(f, "    aim: {}: {outcome} ({})", aim.about, super::shown(aim.found))?;
                    }
                }
            }
        }
        Ok(())
    }
}

pub(super) fn same_columns(a: &Measured, b: &Measured) -> bool {
    a.values.iter().map(|value| &value.column).eq(b.values.iter().map(|value| &value.column))
}

fn row(f: &mut fmt::Formatter<'_>, first: &str, others: impl Iterator<Item = String>) -> fmt::Result {
    write!(f, "{first:<FIRST$}")?;
    for cell in others {
        write!(f, " {cell:>OTHERS$}")?;
    }
    writeln!(f)
}

#[cfg(test)]
mod tests {
    use crate::machine::Machine;
    use crate::report::Report;
    use crate::report::tests::line;

    #[test]
    fn a_table_has_numbers_ratios_and_aims() {
        let report = Report {
            machine: Machine::this_one(None),
            model: "tiny".into(),
            texts: "2 (our own)".into(),
            repetitions: 3,
            measured: vec![line(), line().noting("by hand")],
        };
        let table = report.to_string();
        assert!(
            table.contains("5.00 (2.00×)") && table.contains("aim: times other ≥ 3: not reached (2.00)"),
            "{table}"
        );
        assert_eq!(table.matches("other\n").count(), 1, "one heading for the same columns\n{table}");
        let folder = tempfile::tempdir().unwrap();
        report.write(folder.path()).unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(
            read("report.md").contains("| one by one, sentences/s | 20.0 | 5.00 (2.00×) |"),
            "{}",
            read("report.md")
        );
        assert!(read("speed-1.svg").contains(">emend<") && read("report.md").contains("(speed-1.svg)"));
        let json: serde_json::Value = serde_json::from_str(&read("report.json")).unwrap();
        assert_eq!(json["measured"][0]["values"][1]["ratio"], 2.0);
    }
}
