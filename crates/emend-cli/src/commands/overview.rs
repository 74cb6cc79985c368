//! `emend train overview`

use std::process::ExitCode;

use emend_app::App;
use emend_app::verbs::learn_overview::{Acceptance, Overview, Reliability};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::Output;

/// Days that are printed, the latest; JSON has all.
const MOST_DAYS: usize = 12;

pub(crate) async fn run(app: &App, output: Output) -> Result<ExitCode, Failure> {
    let found = app.learn_overview().await?;
    if output.json {
        Output::json(&as_json(&found))?;
    } else {
        Output::line(shown(&found))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(found: &Overview) -> Value {
    let counts = |counts: &Acceptance| json!({ "accepted": counts.accepted, "edited": counts.edited, "rejected": counts.rejected });
    let with = |key: &str, name: Value, of: &Acceptance| {
        let mut row = counts(of);
        row[key] = name;
        row
    };
    let received = &found.received;
    let intents: Vec<Value> =
        received.intents.iter().map(|(id, of)| with("intent", id.as_str().into(), of)).collect();
    let writers: Vec<Value> = received
        .writers
        .iter()
        .map(|(by, of)| {
            let by = json!({ "model": by.model, "adapter": by.adapter, "large": by.large });
            with("writer", by, of)
        })
        .collect();
    let days: Vec<Value> = received.days.iter().map(|(&day, of)| with("day", date(day).into(), of)).collect();
    let Reliability { answers, missing, bins, error } = &found.reliability;
    json!({
        "decided": found.decided, "imported": found.imported, "needed": found.needed, "missing": found.missing,
        "held_out": found.held_out, "intents": intents, "writers": writers, "days": days,
        "reliability": { "answers": answers, "missing": missing, "bins": bins, "ece": error },
    })
}

fn shown(found: &Overview) -> String {
    let Overview { decided, imported, missing, .. } = found;
    let state = match missing {
        0 => "enough to learn from".to_owned(),
        missing => format!("{missing} more decisions are needed"),
    };
    let mut lines = vec![format!("{decided} decisions, {imported} imported: {state}")];
    let received = &found.received;
    let first = received.days.len().saturating_sub(MOST_DAYS);
    let intents = received.intents.iter().map(|(id, counts)| row(id, *counts));
    let writers = received.writers.iter().map(|(by, counts)| row(&by.to_string(), *counts));
    let days = received.days.iter().skip(first).map(|(&day, counts)| row(&date(day), *counts));
    lines.extend(table("suggestions by wish", intents.collect()));
    lines.extend(table("by writer", writers.collect()));
    lines.extend(table("by day", days.collect()));
    lines.extend(how_right(&found.reliability));
    lines.join("\n")
}

/// Rows under a heading; nothing without rows.
fn table(heading: &str, rows: Vec<String>) -> Vec<String> {
    let heading =
        format!("\n{heading:<40} {:>9} {:>14} {:>9} {:>6}", "accepted", "in your words", "rejected", "taken");
    if rows.is_empty() { rows } else { std::iter::once(heading).chain(rows).collect() }
}

fn row(name: &str, counts: Acceptance) -> String {
    let taken = 100.0 * counts.taken() as f64 / counts.all().max(1) as f64;
    let Acceptance { accepted, edited, rejected } = counts;
    format!("{name:<40} {accepted:>9} {edited:>14} {rejected:>9} {taken:>4.0} %")
}

fn how_right(found: &Reliability) -> Vec<String> {
    let Some(error) = found.error else {
        let missing = found.missing;
        return vec![format!("whether its confidence is right shows after {missing} more decided answers")];
    };
    let said = found.bins.iter().map(|bin| {
        let (sure, kept) = (100.0 * bin.said, 100.0 * bin.came_true);
        format!("of {} answers that it was {sure:.0} % sure of you kept {kept:.0} %", bin.cases)
    });
    let whole = format!(
        "its confidence is off by {:.0} points on average, over {} answers (expected calibration error)",
        100.0 * error,
        found.answers
    );
    said.chain([whole]).collect()
}

/// The date of a day counted from 1970, in the Gregorian calendar (Hinnant 2013, `civil_from_days`).
fn date(day: i64) -> String {
    // Days since the first of March of the year 0, in eras of 400 years.
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March on.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use emend_app::verbs::learn_overview::{Received, WrittenBy};
    use emend_eval::Bin;

    use super::*;

    fn overview() -> Overview {
        let counts = Acceptance { accepted: 2, edited: 1, rejected: 1 };
        let by = WrittenBy { large: false, model: "starter".into(), adapter: Some("mine".into()) };
        let mut received = Received::default();
        received.intents.insert("fix".into(), counts);
        received.writers.insert(by, counts);
        received.days.insert(20_000, counts);
        Overview {
            decided: 4,
            imported: 30,
            needed: 50,
            missing: 46,
            received,
            reliability: Reliability { answers: 4, missing: 16, bins: Vec::new(), error: None },
            recipes: Vec::new(),
            steps_back: 0,
            held_out: 1,
        }
    }

    #[test]
    fn where_the_count_comes_from_and_what_became_of_suggestions_is_said() {
        let text = shown(&overview());
        assert!(text.starts_with("4 decisions, 30 imported: 46 more decisions are needed\n"), "{text}");
        for name in ["fix ", "starter with mine ", "2024-10-04 "] {
            let line = text.lines().find(|line| line.starts_with(name)).expect(name);
            assert_eq!(line[40..].trim(), "2              1         1   75 %", "{line}");
        }
        assert!(text.ends_with("after 16 more decided answers"), "{text}");

        let bins = vec![Bin { cases: 10, said: 0.714, came_true: 0.6 }; 2];
        let reliability = Reliability { answers: 20, missing: 0, bins, error: Some(0.114) };
        let enough = Overview { missing: 0, reliability, ..overview() };
        let text = shown(&enough);
        assert!(text.contains("enough to learn from") && text.contains("off by 11 points"), "{text}");
        assert!(text.contains("of 10 answers that it was 71 % sure of you kept 60 %"), "{text}");
        let json = as_json(&enough);
        assert_eq!(json["days"][0]["day"], "2024-10-04");
        assert_eq!(json["writers"][0]["writer"]["adapter"], "mine");
        assert_eq!(json["reliability"]["bins"][1]["came_true"], 0.6);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        let found = [-1, 0, 59, 11_016, 11_017, 19_782, 20_785].map(date);
        let dates = [
            "1969-12-31",
            "1970-01-01",
            "1970-03-01",
            "2000-02-29",
            "2000-03-01",
            "2024-02-29",
            "2026-11-28",
        ];
        assert_eq!(found, dates);
    }
}
