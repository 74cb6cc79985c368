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

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(next) = cause {
            let words = next.to_string();
            if !message.contains(&words) {
                message = format!("{message}: {words}");
            }
            cause = next.source();
        }
        Self::new(error.code(), message, error.hint())
    }
}
