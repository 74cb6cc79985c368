//! `emend feedback`

use std::path::Path;
use std::process::ExitCode;

use emend_app::App;
use emend_app::verbs::decide::{Choice, Decision};
use serde_json::json;

use crate::arguments::{FeedbackAction, VerdictArgument};
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(app: &App, action: FeedbackAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        FeedbackAction::Export { output: Some(path) } if path != Path::new("-") => {
            export(app, &path, output).await?;
        }
        FeedbackAction::Export { .. } => app.write_feedback(&mut std::io::stdout().lock()).await?,
        FeedbackAction::Decide { request, edit, verdict, text } => {
            let choice = match verdict {
                VerdictArgument::Accept => Choice::Accept,
                VerdictArgument::Reject => Choice::Reject,
                VerdictArgument::Edited => Choice::EditedTo(text.unwrap_or_default()),
                VerdictArgument::Another => Choice::Another,
            };
            app.decide(&[Decision { request, edit, choice }]).await?;
        }
        FeedbackAction::Where if output.json => Output::json(&json!({ "folder": app.home() }))?,
        FeedbackAction::Where => Output::line(app.home().display().to_string())?,
        FeedbackAction::Delete { yes: true } => app.delete_everything().await?,
        FeedbackAction::Delete { yes: false } => {
            return Err(Failure::new(
                "unconfirmed",
                "this would delete every document, request, candidate and decision for good",
                "say --yes to do it; `emend feedback export` takes a copy first",
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn export(app: &App, path: &Path, output: Output) -> Result<(), Failure> {
    let written = app.export_feedback(path).await?;
    if output.json {
        return Output::json(&json!({ "candidates": written.candidates, "decisions": written.decisions }));
    }
    eprintln!(
        "emend: {} candidates and {} decisions written to {}",
        written.candidates,
        written.decisions,
        path.display()
    );
    Ok(())
}
