//! `emend dictionary`

use std::process::ExitCode;

use emend_app::{App, Habit};
use serde_json::json;

use crate::arguments::DictionaryAction;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(app: &App, action: DictionaryAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        DictionaryAction::Add { word } => app.add_to_dictionary(&word)?,
        DictionaryAction::Remove { word } => {
            if !app.remove_from_dictionary(&word)? {
                Output::remark(&format!(
                    "{word} was not in the dictionary; `emend dictionary list` shows what is"
                ));
            }
        }
        DictionaryAction::List => {
            output.list(
                &app.dictionary()?,
                "the dictionary is empty; `emend dictionary add WORD` adds to it",
            )?;
        }
        DictionaryAction::Suggested => suggested(app, output).await?,
        DictionaryAction::Refuse { word } => app.refuse_word(&word)?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn suggested(app: &App, output: Output) -> Result<(), Failure> {
    let found = app.suggested_words().await?;
    if output.json {
        let entry = |one: &Habit| json!({ "entry": one.entry.to_string(), "texts": one.texts });
        return Output::json(&found.iter().map(entry).collect::<Vec<_>>());
    }
    if found.is_empty() {
        Output::remark(
            "no suggestions: none of your decisions did the same with the same words in three texts",
        );
    }
    for Habit { entry, texts } in found {
        Output::line(format!("{entry}    (in {} texts, such as: {})", texts.len(), texts[0].trim()))?;
    }
    Ok(())
}
