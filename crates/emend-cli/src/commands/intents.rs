//! `emend intents`

use std::process::ExitCode;

use emend_text::INTENTS;
use serde_json::json;

use crate::failure::Failure;
use crate::output::Output;

pub(crate) fn run(output: Output) -> Result<ExitCode, Failure> {
    for intent in INTENTS {
        if output.json {
            Output::json(&json!({
                "id": intent.id,
                "label": intent.label,
                "description": intent.description,
                "instructions": intent.instructions,
            }))?;
        } else {
            Output::line(format!("{:<12} {}", intent.id, intent.description))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
