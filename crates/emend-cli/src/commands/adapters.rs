//! `emend adapters`

use std::process::ExitCode;

use emend_app::verbs::adapters::{AdapterInfo, Changed};
use emend_app::{AdapterChoice, AdapterFit, App, AppError, Cancel, GateVerdict};
use serde_json::{Value, json};

use crate::arguments::AdaptersAction;
use crate::commands::calibrate::unknown;
use crate::commands::{compare, expected};
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(app: &App, action: AdaptersAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        AdaptersAction::List => list(app, output)?,
        AdaptersAction::Show { id } => {
            let (info, fit) = app.adapter(&id).await?;
            let choice = app.adapter_choice()?;
            let verdict = app.verdict(&id)?;
            if output.json {
                let mut json = info_json(&info, &choice);
                json["fit"] = fit_json(&fit);
                json["test"] = json!(verdict);
                Output::json(&json)?;
            } else {
                Output::line(line(&info, &choice))?;
                Output::line(described(&fit))?;
                if let Some(card) = &info.card {
                    Output::line(format!("recipe: {}", card.recipe))?;
                    Output::line(format!("metrics: {}", card.metrics))?;
                }
                if let Some(report) = &verdict {
                    Output::line(format!("test: {}", tested(&report.verdict)))?;
                }
            }
        }
        AdaptersAction::Use { id, intent } => {
            fits(&told(app.use_adapter(&id, intent.as_deref()).await?), output)?;
            measure_anchors(app, &Cancel::new()).await;
            offer_calibration(app).await;
        }
        AdaptersAction::Off { id, intent } => {
            match id {
                Some(id) => told(app.take_off_adapter(&id).await?),
                None => told(app.adapters_off(intent.as_deref()).await?),
            }
            in_use(&app.adapter_choice()?, output)?;
        }
        AdaptersAction::Rollback { steps } => {
            in_use(&told(app.roll_back_adapters(steps).await?), output)?;
            measure_anchors(app, &Cancel::new()).await;
            offer_calibration(app).await;
        }
        AdaptersAction::Compare { id, file, wish, held_out } => {
            return compare::run(app, &id, file.as_deref(), &wish, held_out, output).await;
        }
        AdaptersAction::Log => return expected::run(app, output).await,
        AdaptersAction::Import { folder, name } => {
            let name = name.unwrap_or_else(|| {
                folder.file_name().unwrap_or_default().to_string_lossy().to_lowercase().replace('_', "-")
            });
            fits(&app.import_adapter(&folder, &name).await?, output)?;
        }
        AdaptersAction::Export { id, folder } => app.export_adapter(&id, &folder)?,
        AdaptersAction::Delete { id } => app.delete_adapter(&id)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(app: &App, output: Output) -> Result<(), Failure> {
    let (found, choice) = app.adapters()?;
    if output.json {
        let rows: Vec<Value> = found.iter().map(|info| info_json(info, &choice)).collect();
        return Output::json(&json!({ "adapters": rows, "in_use": choice_json(&choice) }));
    }
    if found.is_empty() {
        return Output::line("there are no adapters: the model answers as it came");
    }
    found.iter().try_for_each(|info| Output::line(line(info, &choice)))
}

fn tested(verdict: &GateVerdict) -> String {
    match verdict {
        GateVerdict::Promoted => "promoted".into(),
        GateVerdict::NotPromoted { reasons } => {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            format!("not promoted: {}", reasons.join("; "))
        }
    }
}

fn fits(fit: &AdapterFit, output: Output) -> Result<(), Failure> {
    if output.json { Output::json(&fit_json(fit)) } else { Output::line(described(fit)) }
}

fn in_use(choice: &AdapterChoice, output: Output) -> Result<(), Failure> {
    if output.json {
        return Output::json(&choice_json(choice));
    }
    let name = |id: &Option<String>| id.as_deref().unwrap_or("the model alone").to_owned();
    Output::line(format!("in use: {}", name(&choice.all)))?;
    choice.intents.iter().try_for_each(|(intent, id)| Output::line(format!("  {intent}: {}", name(id))))
}

/// What came of a change, with a remark if the log does not know of it.
fn told<T>(changed: Changed<T>) -> T {
    if let Some(error) = &changed.unlogged {
        not_noted(error);
    }
    changed.done
}

pub(crate) fn not_noted(error: &AppError) {
    eprintln!("emend: what was in use until now could not be noted: {}; {}", error.in_full(), error.hint());
}

/// Measures what came into use on fixed texts. A remark: that it cannot be done is no failure of what was asked for.
pub(crate) async fn measure_anchors(app: &App, cancel: &Cancel) {
    let begins = || eprintln!("emend: measuring what is in use on fixed texts, once …");
    if let Err(error) = app.measure_anchors(cancel, begins).await {
        eprintln!("emend: what is in use was not measured on fixed texts: {}", error.in_full());
    }
}

/// An adapter is as sure of other things than its base, and nobody may have measured of which. A remark: that it cannot be
/// made is no failure of what was asked for.
async fn offer_calibration(app: &App) {
    let Ok(known) = app.known_calibrations().await else { return };
    for adapter in known.unknown {
        eprintln!("emend: {}", unknown(&adapter));
    }
}

fn line(info: &AdapterInfo, choice: &AdapterChoice) -> String {
    let mut used: Vec<&str> = Vec::new();
    if choice.all.as_deref() == Some(&info.id) {
        used.push("all");
    }
    let own = choice.intents.iter().filter(|(_, id)| id.as_deref() == Some(&info.id));
    used.extend(own.map(|(intent, _)| intent.as_str()));
    let used = if used.is_empty() { String::new() } else { format!("  in use for {}", used.join(", ")) };
    let problem = info.problem.as_ref().map(|problem| format!("  ({problem})")).unwrap_or_default();
    format!("{:<20} {:.1} MB{used}{problem}", info.id, info.size_bytes as f64 / 1e6)
}

fn described(fit: &AdapterFit) -> String {
    let bound = if fit.bound {
        "trained on this model"
    } else {
        "made elsewhere: its shapes fit, but it does not say which model it was trained on"
    };
    format!(
        "rank {} on {} matrices, changes scores by up to {:.3}; {bound}",
        fit.rank, fit.matrices, fit.effect
    )
}

fn fit_json(fit: &AdapterFit) -> Value {
    json!({ "rank": fit.rank, "matrices": fit.matrices, "effect": fit.effect, "bound": fit.bound })
}

fn choice_json(choice: &AdapterChoice) -> Value {
    json!({ "all": choice.all, "intents": choice.intents })
}

fn info_json(info: &AdapterInfo, choice: &AdapterChoice) -> Value {
    let intents: Vec<&String> = choice
        .intents
        .iter()
        .filter(|(_, id)| id.as_deref() == Some(&info.id))
        .map(|(intent, _)| intent)
        .collect();
    json!({
        "id": info.id,
        "size_bytes": info.size_bytes,
        "in_use": { "all": choice.all.as_deref() == Some(&info.id), "intents": intents },
        "weights_id": info.card.as_ref().map(|card| &card.weights_id),
        "recipe": info.card.as_ref().map(|card| &card.recipe),
        "metrics": info.card.as_ref().map(|card| &card.metrics),
        "created": info.card.as_ref().map(|card| card.created),
        "problem": info.problem,
    })
}
