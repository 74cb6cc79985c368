//! `emend dictionary`

use std::process::ExitCode;

use emend_app::App;

use crate::arguments::DictionaryAction;
use crate::failure::Failure;
use crate::output::Output;

#[allow(clippy::unused_async)] // All commands are called alike.
pub(crate) async fn run(app: &App, action: DictionaryAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        DictionaryAction::Add { word } => app.add_to_dictionary(&word)?,
        DictionaryAction::Remove { word } => {
            if !app.remove_from_dictionary(&word)? {
                eprintln!("emend: {word} was not in the dictionary; `emend dictionary list` shows what is");
            }
        }
        DictionaryAction::List => output.list(&app.dictionary()?)?,
    }
    Ok(ExitCode::SUCCESS)
}
