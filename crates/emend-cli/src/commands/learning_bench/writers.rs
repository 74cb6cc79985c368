//! What simulated writers took, as a table and as a plot.

use std::fmt::Write as _;

use emend_app::verbs::learning_bench::{Suggested, WriterRow};
use emend_eval::{Axis, Bar, Estimate, Group, bars};

/// One line a taste and recipe: how likely the writer is to take what is written for new texts, of the base and with the
/// adapter, with 95 % intervals over texts and the least and most of the seeds; the same of suggestions; then what the gate said.
pub(super) fn table(rows: &[WriterRow]) -> String {
    let mut text = String::from(
        "| taste | recipe | learned from | new texts | taken | difference | of the seeds | changed | suggestions | taken of them | \
         difference | of the seeds | gained | promoted | most frequent reason otherwise | seconds |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|---:|\n",
    );
    for row in rows {
        let (mut texts, mut taken, mut difference) = (String::new(), String::new(), String::new());
        if let Some(found) = &row.acceptance {
            texts = found.texts.to_string();
            taken = percents((found.live, found.new));
            let by = &found.difference;
            difference = points([by.mean, by.low, by.high]);
        }
        let seeds = ends(&row.by_seed);
        let suggested = row.suggested.as_ref().map_or_else(Default::default, |found| {
            let Suggested { shown, taken, difference: by, by_seed } = found;
            [percents(*shown), percents(*taken), points([by.mean, by.low, by.high]), ends(by_seed)]
        });
        let suggested = suggested.join(" | ");
        let changed = if row.acceptance.is_some() {
            let (base, adapted) = row.outcomes;
            format!("{:.0} % → {:.0} %", 100.0 * base.changed(), 100.0 * adapted.changed())
        } else {
            String::new()
        };
        let gate = &row.gate;
        let reason = gate.reasons.iter().max_by_key(|(_, count)| **count);
        let reason = reason.map_or_else(String::new, |(name, count)| format!("{name} ({count})"));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {texts} | {taken} | {difference} | {seeds} | {changed} | {suggested} | {:.1} % | {} of {} ({:.1} %) | {reason} | {:.0} |",
            row.style,
            row.recipe,
            row.decisions,
            100.0 * gate.gained as f64 / gate.runs.max(1) as f64,
            gate.promoted,
            gate.runs,
            100.0 * gate.promoted as f64 / gate.runs.max(1) as f64,
            row.seconds,
        );
    }
    text
}

fn percents((from, to): (f64, f64)) -> String {
    format!("{:.1} % → {:.1} %", 100.0 * from, 100.0 * to)
}

fn points([mean, low, high]: [f64; 3]) -> String {
    format!("{:+.1} [{:+.1}, {:+.1}]", 100.0 * mean, 100.0 * low, 100.0 * high)
}

/// The least and the most, in points; nothing of nothing.
fn ends(numbers: &[f64]) -> String {
    let (least, most) = (f64::INFINITY, f64::NEG_INFINITY);
    let (least, most) =
        numbers.iter().fold((least, most), |(least, most), &number| (least.min(number), most.max(number)));
    if numbers.is_empty() { String::new() } else { format!("{:+.1} to {:+.1}", 100.0 * least, 100.0 * most) }
}

/// For each taste how likely the writer is to take what the base and each recipe's adapter write; the interval is that of
/// the difference to the base.
pub(super) fn plot(rows: &[WriterRow]) -> String {
    let groups: Vec<Group> = rows
        .chunk_by(|a, b| a.style == b.style)
        .filter_map(|rows| {
            let first = rows.first()?.acceptance.as_ref()?;
            let points = |value: f64| 100.0 * value;
            let bar = |system: &str, value, low, high| Bar {
                system: system.to_owned(),
                estimate: Some(Estimate { value, low, high }),
            };
            let base = bar("base", points(first.live), f64::NAN, f64::NAN);
            let adapted = rows.iter().filter_map(|row| {
                let found = row.acceptance.as_ref()?;
                let end = |end: f64| points(found.live + end);
                let (low, high) = (end(found.difference.low), end(found.difference.high));
                Some(bar(&row.recipe, points(found.new), low, high))
            });
            Some(Group { label: rows[0].about.clone(), bars: [base].into_iter().chain(adapted).collect() })
        })
        .collect();
    bars("Rewrites of new texts that a writer takes, %", Axis::HUNDRED, &groups)
}
