//! `emend adapters log`

use std::process::ExitCode;

use emend_app::verbs::expected::{Expectations, WINDOW};
use emend_app::{App, Cancel, Forgotten, Measured};
use serde_json::{Value, json};

use crate::commands::adapters::measure_anchors;
use crate::commands::rewrite::stop_on_interrupt;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::Progress;

/// Rows that are printed; JSON has all.
const MOST_ROWS: usize = 12;

pub(crate) async fn run(app: &App, output: Output) -> Result<ExitCode, Failure> {
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let bar = Progress::new("asking");
    app.catch_up_expectations(usize::MAX, &cancel, |done, of| bar.at(done as u64, of as u64)).await?;
    drop(bar);
    measure_anchors(app, &cancel).await;
    let found = app.expectations()?;
    if output.json {
        let Expectations { decisions, points, damaged, anchors } = found;
        let anchors: Vec<Value> = anchors.iter().map(anchor_json).collect();
        Output::json(&json!({
            "decisions": decisions, "window": WINDOW, "points": points, "damaged": damaged, "anchors": anchors,
        }))?;
    } else {
        Output::line(shown(&found))?;
    }
    Ok(if cancel.is_cancelled() { ExitCode::from(130) } else { ExitCode::SUCCESS })
}

fn shown(found: &Expectations) -> String {
    let Expectations { decisions, points, damaged, anchors } = found;
    let mut lines = Vec::new();
    if points.is_empty() {
        lines.push(format!(
            "{decisions} decisions were asked about; from {WINDOW} on, there is something to show"
        ));
    } else {
        lines.push(format!(
            "of the {WINDOW} decisions before, expected by what was in use, and by the model alone:"
        ));
    }
    let stride = points.len().div_ceil(MOST_ROWS);
    let numbered = points.iter().zip(WINDOW..);
    for (point, number) in numbered.filter(|(_, number)| (decisions - number) % stride == 0) {
        let who = name(point.adapter.as_deref());
        let (in_use, alone) = (100.0 * point.in_use.accuracy, 100.0 * point.alone.accuracy);
        lines.push(format!("{number:>6}  {in_use:>4.0} %  {alone:>4.0} %  {who}"));
    }
    lines.extend(anchors.iter().map(anchor));
    if *damaged > 0 {
        lines.push(format!(
            "damaged lines of the log, left out, what they said of decisions asked anew: {damaged}"
        ));
    }
    lines.join("\n")
}

/// How an adapter does on fixed texts.
fn anchor(found: &Forgotten) -> String {
    let what = match found.measure {
        Measured::Meaning => "of the meaning kept",
        Measured::Fluency => "as correct as before",
        Measured::Clean => "left alone, needing no change",
    };
    let Forgotten { adapter, texts, best, now, .. } = found;
    let (now, before, than) = (100.0 * now, 100.0 * best.0, name(best.1.as_deref()));
    let less = if found.is_noticeable() { ", noticeably less" } else { "" };
    format!("{adapter}, on {texts} fixed texts: {now:.0} % {what}; {before:.0} % by {than} before it{less}")
}

fn anchor_json(found: &Forgotten) -> Value {
    let Forgotten { adapter, measure, texts, best, now } = found;
    json!({
        "adapter": adapter, "measure": measure, "texts": texts, "score": now,
        "best": { "score": best.0, "adapter": best.1 }, "noticeable": found.is_noticeable(),
    })
}

fn name(adapter: Option<&str>) -> &str {
    adapter.unwrap_or("the model alone")
}

#[cfg(test)]
mod tests {
    use emend_app::{Expected, ExpectedPoint};

    use super::*;

    #[test]
    fn few_rows_are_printed_and_the_last_is_among_them() {
        let half = Expected { accuracy: 0.75, log_loss: 0.3 };
        let point = ExpectedPoint { time: 0, adapter: None, in_use: half, alone: half };
        let nothing = Expectations { decisions: 3, points: Vec::new(), damaged: 0, anchors: Vec::new() };
        let found = Expectations { decisions: 119, points: vec![point; 100], ..nothing.clone() };
        let text = shown(&found);
        assert!(text.lines().count() <= 1 + MOST_ROWS, "{text}");
        assert!(text.ends_with("   119    75 %    75 %  the model alone"), "{text}");
        let few = shown(&nothing);
        assert!(few.contains("3 decisions") && few.contains("20"), "{few}");
        assert_eq!(few.lines().count(), 1);
    }

    #[test]
    fn what_was_forgotten_and_what_is_damaged_is_said() {
        let of = |measure, now| {
            let (adapter, best) = ("mine".to_owned(), (0.9, None));
            Forgotten { adapter, measure, texts: 38, best, now }
        };
        let anchors = vec![of(Measured::Meaning, 0.7), of(Measured::Clean, 0.88)];
        let text = shown(&Expectations { decisions: 3, points: Vec::new(), damaged: 2, anchors });
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[1],
            "mine, on 38 fixed texts: 70 % of the meaning kept; 90 % by the model alone before it, noticeably less"
        );
        assert!(lines[2].contains("88 % left alone") && !lines[2].contains("noticeably"), "{text}");
        assert!(lines[3].contains("damaged") && lines[3].ends_with(": 2"), "{text}");
    }
}
