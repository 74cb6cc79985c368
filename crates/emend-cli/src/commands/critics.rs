//! `emend critics`

use std::process::ExitCode;

use emend_app::verbs::critics::JudgeInfo;
use emend_app::{App, Judges};
use serde_json::{Value, json};

use crate::arguments::CriticsAction;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(app: &App, action: CriticsAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        CriticsAction::List => list(app, output)?,
        CriticsAction::Add { folder, judges, label } => {
            let judges = judges.into();
            let taken = app.add_critic(&folder, judges, label).await?;
            let label = taken.judged.as_ref().and_then(|judged| judged.label.as_deref());
            if output.json {
                Output::json(&json!({ "judges": judges.name(), "name": taken.name, "label": label }))?;
            } else {
                let by = label.map(|label| format!(" by its label {label}")).unwrap_or_default();
                Output::line(format!("{} judges {}{by}", taken.name, judges.name()))?;
            }
            tell_calibrations(app).await;
        }
        CriticsAction::Remove { judges } => {
            let judges: Judges = judges.into();
            let there = app.remove_critic(judges)?;
            if output.json {
                Output::json(&json!({ "judges": judges.name(), "removed": there }))?;
            } else {
                let was = if there { "removed what judged" } else { "nothing was downloaded for" };
                Output::line(format!("{was} {}", judges.name()))?;
            }
            tell_calibrations(app).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(app: &App, output: Output) -> Result<(), Failure> {
    let found = app.judges()?;
    if output.json {
        return Output::json(&found.iter().map(row).collect::<Vec<_>>());
    }
    for JudgeInfo { judges, downloaded, shipped } in found {
        let who = match (downloaded, shipped) {
            (Some(Ok(manifest)), _) => format!("{} (downloaded)", manifest.name),
            (Some(Err(error)), _) => format!("nobody: {error}"),
            (None, Some(name)) => name,
            (None, None) => "nobody".into(),
        };
        Output::line(format!("{:<14} {who}", judges.name()))?;
    }
    Ok(())
}

fn row(info: &JudgeInfo) -> Value {
    let manifest = info.downloaded.as_ref().and_then(|found| found.as_ref().ok());
    let problem = info.downloaded.as_ref().and_then(|found| found.as_ref().err());
    json!({
        "judges": info.judges.name(),
        "downloaded": manifest.map(|found| &found.name),
        "label": manifest.and_then(|found| found.judged.as_ref()).and_then(|judged| judged.label.as_ref()),
        "licence": manifest.and_then(|found| found.licence.as_ref()),
        "problem": problem.map(ToString::to_string),
        "shipped": info.shipped,
    })
}

/// Confidence holds beside the judges that it was fitted with. A remark: that it cannot be made is no failure of what was
/// asked for.
async fn tell_calibrations(app: &App) {
    let Ok(known) = app.known_calibrations().await else { return };
    if known.problems.is_empty() {
        return;
    }
    eprintln!(
        "emend: answers are given without a confidence until `emend calibrate` has been run, or the critics are as before:"
    );
    for problem in known.problems {
        eprintln!("emend:   {problem}");
    }
}
