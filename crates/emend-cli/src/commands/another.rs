//! `emend another`

use std::process::ExitCode;

use emend_app::{App, Cancel};
use serde_json::json;

use crate::commands::rewrite::candidate_json;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(app: &App, request: i64, segment: i64, output: Output) -> Result<ExitCode, Failure> {
    let found = app.another(request, segment, Cancel::new()).await?;
    if output.json {
        Output::json(&json!({
            "source": found.source,
            "first_edit": found.first_edit,
            "candidates": found.candidates.iter().map(candidate_json).collect::<Vec<_>>(),
        }))?;
    } else {
        for candidate in &found.candidates {
            Output::line(&candidate.text)?;
        }
        if found.candidates.is_empty() {
            eprintln!("emend: the model has no other ideas");
        }
    }
    Ok(ExitCode::SUCCESS)
}
