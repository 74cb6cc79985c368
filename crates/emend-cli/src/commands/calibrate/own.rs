//! `emend calibrate` on the person's decisions

use std::process::ExitCode;

use emend_app::verbs::calibrate::{LeftOut, OwnCalibration, OwnOutcome};
use emend_app::{App, Cancel};
use serde_json::{Value, json};

use super::{head_line, head_titles, promise_json, promise_lines};
use crate::commands::rewrite::stop_on_interrupt;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::Progress;

pub(super) async fn run(app: &App, output: Output) -> Result<ExitCode, Failure> {
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let bar = Progress::new("reading decisions");
    let done = app.calibrate_on_decisions(&cancel, |done, total| bar.at(done, total)).await?;
    drop(bar);
    let Some((found, left_out)) = done else {
        eprintln!("emend: cancelled; nothing was changed");
        return Ok(ExitCode::from(130));
    };
    if let [OwnCalibration { outcome: OwnOutcome::TooFew(too_few), .. }] = &found[..] {
        return Err(Failure::new("decisions", too_few.to_string(), left_out_words(left_out)));
    }
    if output.json {
        let answers: Vec<Value> = found.iter().map(as_json).collect();
        Output::json(&json!({ "answers": answers, "left_out": left_out_json(left_out) }))?;
    } else {
        found.iter().flat_map(lines).try_for_each(Output::line)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What to do about too few decisions.
fn left_out_words(left_out: LeftOut) -> String {
    let LeftOut { other_model, other_adapter, unknown, rare_intent } = left_out;
    let all = other_model + other_adapter + unknown + rare_intent;
    let go_on = "go on deciding about rewrites; what came with the model holds meanwhile";
    if all == 0 {
        return go_on.to_owned();
    }
    format!(
        "{go_on} ({all} more do not count: {other_model} of another model, {other_adapter} of an adapter that does not \
         answer that intent any more, {rare_intent} of intents with fewer than ten, {unknown} without the numbers)"
    )
}

fn left_out_json(left_out: LeftOut) -> Value {
    let LeftOut { other_model, other_adapter, unknown, rare_intent } = left_out;
    json!({
        "other_model": other_model, "other_adapter": other_adapter, "unknown": unknown, "rare_intent": rare_intent
    })
}

fn as_json(found: &OwnCalibration) -> Value {
    let mut json = json!({
        "adapter": found.adapter,
        "rows": found.rows,
        "kept": found.kept,
        "intents": found.intents,
    });
    match &found.outcome {
        OwnOutcome::TooFew(too_few) => json["too_few"] = too_few.to_string().into(),
        OwnOutcome::Compared { contenders, promises, path } => {
            json["compared"] = contenders.iter().map(|(_, measured)| json!(measured)).collect();
            json["promises"] = promises.iter().map(promise_json).collect();
            json["calibration"] = json!(path);
        }
    }
    json
}

fn lines(found: &OwnCalibration) -> Vec<String> {
    let of = found.adapter.as_ref().map(|adapter| format!(" with {adapter}")).unwrap_or_default();
    let intents: Vec<&str> = found.intents.iter().map(String::as_str).collect();
    let mut lines = vec![format!(
        "{} decided answers of the model{of}, {:.1} % of them kept: {}",
        found.rows,
        found.kept * 100.0,
        intents.join(", ")
    )];
    match &found.outcome {
        OwnOutcome::TooFew(too_few) => lines.push(too_few.to_string()),
        OwnOutcome::Compared { contenders, promises, path } => {
            lines.push(String::new());
            lines.push(head_titles());
            lines.extend(contenders.iter().map(|(_, measured)| head_line(measured)));
            lines.push(String::new());
            lines.extend(promise_lines(promises));
            lines.push(String::new());
            lines.push(match path {
                Some(path) => format!("the first is used from now on: {}", path.display()),
                None => "what came with the model is the best, and stays in use".to_owned(),
            });
        }
    }
    lines.push(String::new());
    lines
}
