//! `emend large`

use std::process::ExitCode;

use emend_app::{App, ModelInfo, OneBadIn};
use serde_json::json;

use crate::arguments::LargeAction;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) fn run(app: &App, action: LargeAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        LargeAction::Set { model } => show(app, Some(app.set_large_model(&model)?), output)?,
        LargeAction::Show => {
            show(app, app.large()?, output)?;
        }
        LargeAction::Risk { one_bad_in } => {
            // The argument's range is that of the setting.
            if let Some(number) = OneBadIn::new(one_bad_in) {
                app.set_one_bad_in(number)?;
            }
            show(app, app.large()?, output)?;
        }
        LargeAction::Remove => app.remove_large()?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(app: &App, large: Option<ModelInfo>, output: Output) -> Result<(), Failure> {
    let one_bad_in = app.settings()?.settings.one_bad_in.get();
    if output.json {
        let model =
            large.map(|model| json!({ "id": model.id, "name": model.name, "size_bytes": model.size_bytes }));
        return Output::json(&json!({ "model": model, "one_bad_in": one_bad_in }));
    }
    Output::line(match large {
        Some(model) => format!("{} is asked when the small model is not sure", model.name),
        None => "nobody is asked; `emend large set MODEL` chooses a model".to_owned(),
    })?;
    Output::line(format!("at most one in {one_bad_in} accepted rewrites may be bad"))
}
