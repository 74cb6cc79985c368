//! The application, as this crate sees it: a text and a wish in, a rewrite out.

use std::time::Duration;

use emend_text::Instruction;

/// What the application made of a text.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The text with all edits.
    pub text: String,
    /// When the first edit was there, counted from the question.
    pub first_edit: Option<Duration>,
    /// When all was done.
    pub all: Duration,
}

/// An open application with its small model and no other, waiting to be asked.
pub type App<'a> = dyn FnMut(&str, &Instruction) -> Result<Answered, String> + 'a;

/// Opens the application anew, as after a start: nothing that was asked before is remembered.
pub type OpenApp<'a> = dyn Fn() -> Result<Box<App<'a>>, String> + 'a;
