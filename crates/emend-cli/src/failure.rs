//! Refusals on standard error: one sentence with a hint, or one JSON object.

use std::process::ExitCode;

use emend_app::AppError;
use serde_json::json;

use crate::output::Output;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    code: String,
    message: String,
    hint: String,
}

impl Failure {
    pub(crate) fn new(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), hint: hint.into() }
    }

    /// Prints it and gives the exit code.
    pub(crate) fn report(&self, output: Output) -> ExitCode {
        let Self { code, message, hint } = self;
        if output.json {
            eprintln!("{}", json!({ "error": { "code": code, "message": message, "hint": hint } }));
        } else {
            eprintln!("emend: {message}; {hint}");
        }
        ExitCode::FAILURE
    }
}

impl From<&clap::Error> for Failure {
    /// A command that was written wrongly: its first line says what is wrong with it.
    fn from(error: &clap::Error) -> Self {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Self::new("usage", first, "`emend help COMMAND` shows what a command takes")
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::new(error.code(), error.in_full(), error.hint())
    }
}
