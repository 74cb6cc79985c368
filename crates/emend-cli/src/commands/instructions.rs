//! `emend instructions`

use std::process::ExitCode;

use emend_app::App;

use crate::arguments::InstructionsAction;
use crate::failure::Failure;
use crate::output::Output;

#[allow(clippy::unused_async)] // All commands are called alike.
pub(crate) async fn run(app: &App, action: InstructionsAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        InstructionsAction::Add { text } => app.save_instruction(&text)?,
        InstructionsAction::Remove { text } => app.remove_instruction(&text)?,
        InstructionsAction::List => {
            output.list(&app.instructions()?, "none are saved; `emend instructions add TEXT` saves one")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
