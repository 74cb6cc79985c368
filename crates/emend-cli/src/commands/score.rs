//! `emend score`

use std::process::ExitCode;

use emend_app::verbs::score::ScoreFile;
use emend_app::{App, Cancel};
use serde_json::json;

use crate::arguments::ScoreArguments;
use crate::commands::rewrite::stop_on_interrupt;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::Progress;

pub(crate) async fn run(app: &App, arguments: ScoreArguments, output: Output) -> Result<ExitCode, Failure> {
    let file = ScoreFile {
        instruction: arguments.wish.instruction()?,
        input: arguments.input,
        output: arguments.output,
        keep: arguments.keep,
        goal: arguments.goal,
    };
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let bar = Progress::new("scoring");
    let done = app.score(&file, &cancel, |at, total| bar.at(at, total)).await?;
    drop(bar);
    let Some(done) = done else {
        eprintln!("emend: cancelled; nothing was written");
        return Ok(ExitCode::from(130));
    };
    let all_failed = done.rows > 0 && done.failed == done.rows;
    let ended = if all_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    if output.json {
        Output::json(&json!({
            "rows": done.rows,
            "failed": done.failed,
            "means": done.means,
            "model": done.model,
            "goal": done.goal.as_ref().map(|goal| goal.lines().collect::<Vec<_>>()),
        }))?;
        return Ok(ended);
    }
    if let Some(goal) = &done.goal {
        eprintln!("emend: the goal was read as: {}", goal.trim_end().replace('\n', ", "));
    }
    if done.model.is_none() {
        super::diagnose::tell_no_critic();
    }
    for (critic, mean) in &done.means {
        Output::line(format!("{critic:<12} {mean:.3}"))?;
    }
    let failed = if done.failed > 0 { format!(", {} have an error", done.failed) } else { String::new() };
    eprintln!("emend: {} rows{failed}; the lines above are means", done.rows);
    Ok(ended)
}
