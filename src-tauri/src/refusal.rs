//! Errors as the page sees them.

use emend_app::AppError;

use crate::dto::AppErrorDto;

/// Code, sentence with its causes, and hint.
pub(crate) fn refusal(error: impl Into<AppError>) -> AppErrorDto {
    let error = error.into();
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(next) = cause {
        let words = next.to_string();
        if !message.contains(&words) {
            message = format!("{message}: {words}");
        }
        cause = next.source();
    }
    AppErrorDto { code: error.code().into(), message, hint: error.hint() }
}
