//! `emend large`

use std::process::ExitCode;

use emend_app::{App, ModelInfo, OneBadIn};
use serde_json::json;

use crate::arguments::LargeAction;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(app: &App, action: LargeAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        LargeAction::Set { model } => show(app, Some(app.set_large_model(&model)?), output).await?,
        LargeAction::Show => {
            show(app, app.large()?, output).await?;
        }
        LargeAction::Risk { one_bad_in } => {
            // The argument's range is that of the setting.
            if let Some(number) = OneBadIn::new(one_bad_in) {
                app.set_one_bad_in(number)?;
            }
            show(app, app.large()?, output).await?;
        }
        LargeAction::Remove => app.remove_large()?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(app: &App, large: Option<ModelInfo>, output: Output) -> Result<(), Failure> {
    let one_bad_in = app.settings()?.settings.one_bad_in.get();
    let risks = app.cascade().await.map_or_else(
        |error| {
            eprintln!("emend: how often the small model is sure is not known: {error}");
            Vec::new()
        },
        |cascade| cascade.risks,
    );
    let kept = risks.iter().find(|risk| risk.one_bad_in == one_bad_in).map(|risk| risk.accepted);
    if output.json {
        let model =
            large.map(|model| json!({ "id": model.id, "name": model.name, "size_bytes": model.size_bytes }));
        return Output::json(&json!({ "model": model, "one_bad_in": one_bad_in, "kept": kept }));
    }
    Output::line(match large {
        Some(model) => format!("{} is asked when the small model is not sure", model.name),
        None => "nobody is asked; `emend large set MODEL` chooses a model".to_owned(),
    })?;
    Output::line(format!("at most one in {one_bad_in} accepted rewrites may be bad"))?;
    match kept {
        None => Ok(()),
        Some(kept) if kept <= 0.0 => {
            Output::line("no answer of the small model can be promised to be that good: it is sure of none")
        }
        Some(kept) => Output::line(format!(
            "the small model is sure of {:.0} % of its answers to the calibration's texts",
            100.0 * kept
        )),
    }
}
