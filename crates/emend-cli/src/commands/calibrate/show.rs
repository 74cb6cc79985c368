//! `emend calibrate --show` and `--remove`

use std::process::ExitCode;

use emend_app::App;
use emend_app::verbs::calibrate::CalibrationInfo;
use serde_json::{Value, json};

use super::{head_line, head_titles, promise_json, promise_lines};
use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn run(app: &App, output: Output) -> Result<ExitCode, Failure> {
    let known = app.known_calibrations().await?;
    if output.json {
        let found: Vec<Value> = known.found.iter().map(as_json).collect();
        Output::json(&json!({
            "weights_id": known.weights_id,
            "critic": known.critic,
            "calibrations": found,
            "unknown_adapters": known.unknown,
            "problems": known.problems,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    known.found.iter().flat_map(lines).try_for_each(Output::line)?;
    for problem in &known.problems {
        Output::line(format!("not used: {problem}"))?;
    }
    for adapter in &known.unknown {
        Output::line(unknown(adapter))?;
    }
    if known.found.is_empty() {
        Output::line(
            "nothing is known of how much the model's answers can be trusted: `emend calibrate` finds out",
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn remove(app: &App, output: Output) -> Result<ExitCode, Failure> {
    let removed = app.remove_calibrations().await?;
    if output.json {
        Output::json(&json!({ "removed": removed }))?;
    } else {
        Output::line(match removed {
            0 => "nothing was fitted here".to_owned(),
            number => format!("{number} removed; what came with the model holds again"),
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a person is told when an adapter is put on whose answers nobody has measured.
pub(crate) fn unknown(adapter: &str) -> String {
    format!(
        "how far answers with {adapter} can be trusted is not known: `emend calibrate` learns it from your decisions about them"
    )
}

fn as_json(info: &CalibrationInfo) -> Value {
    json!({
        "adapter": info.adapter,
        "own": info.own,
        "rows": info.rows,
        "label": info.label,
        "intents": info.intents,
        "confidence": info.confidence,
        "promises": info.promises.iter().map(promise_json).collect::<Vec<_>>(),
    })
}

fn lines(info: &CalibrationInfo) -> Vec<String> {
    let from = match &info.own {
        Some(path) => format!("fitted here ({})", path.display()),
        None => "came with the model".to_owned(),
    };
    let of = info.adapter.as_ref().map(|adapter| format!(" with {adapter}")).unwrap_or_default();
    let rows: usize = info.rows.values().sum();
    let intents = info.intents.as_ref().map_or("all intents".to_owned(), |intents| {
        intents.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    });
    let mut lines = vec![
        format!("answers of the model{of}: {from}"),
        format!("{rows} answers, {intents}; {}", info.label),
        String::new(),
        head_titles(),
        head_line(&info.confidence),
        String::new(),
    ];
    lines.extend(promise_lines(&info.promises));
    lines.push(String::new());
    lines
}
