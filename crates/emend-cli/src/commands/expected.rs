//! `emend adapters log`

use std::process::ExitCode;

use emend_app::verbs::expected::{Expectations, WINDOW};
use emend_app::{App, Cancel};
use serde_json::json;

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
    let found = app.expectations()?;
    if output.json {
        let Expectations { decisions, points } = found;
        Output::json(&json!({ "decisions": decisions, "window": WINDOW, "points": points }))?;
    } else {
        Output::line(shown(&found))?;
    }
    Ok(if cancel.is_cancelled() { ExitCode::from(130) } else { ExitCode::SUCCESS })
}

fn shown(found: &Expectations) -> String {
    let Expectations { decisions, points } = found;
    if points.is_empty() {
        return format!(
            "{decisions} decisions were asked about; from {WINDOW} on, there is something to show"
        );
    }
    let mut lines = vec![format!(
        "of the {WINDOW} decisions before, expected by what was in use, and by the model alone:"
    )];
    let stride = points.len().div_ceil(MOST_ROWS);
    let numbered = points.iter().zip(WINDOW..);
    for (point, number) in numbered.filter(|(_, number)| (decisions - number) % stride == 0) {
        let who = point.adapter.as_deref().unwrap_or("the model alone");
        let (in_use, alone) = (100.0 * point.in_use.accuracy, 100.0 * point.alone.accuracy);
        lines.push(format!("{number:>6}  {in_use:>4.0} %  {alone:>4.0} %  {who}"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use emend_app::{Expected, ExpectedPoint};

    use super::*;

    #[test]
    fn few_rows_are_printed_and_the_last_is_among_them() {
        let half = Expected { accuracy: 0.75, log_loss: 0.3 };
        let point = ExpectedPoint { time: 0, adapter: None, in_use: half, alone: half };
        let found = Expectations { decisions: 119, points: vec![point; 100] };
        let text = shown(&found);
        assert!(text.lines().count() <= 1 + MOST_ROWS, "{text}");
        assert!(text.ends_with("   119    75 %    75 %  the model alone"), "{text}");
        let few = shown(&Expectations { decisions: 3, points: Vec::new() });
        assert!(few.contains("3 decisions") && few.contains("20"), "{few}");
    }
}
