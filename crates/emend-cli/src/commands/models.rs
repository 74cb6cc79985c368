//! `emend models`

use std::process::ExitCode;

use emend_app::{App, DEFAULT_MODEL, ModelInfo, Quantization};
use serde_json::{Value, json};

use crate::arguments::{ModelsAction, QuantizationArgument};
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(app: &App, action: ModelsAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        ModelsAction::List => list(app, output)?,
        ModelsAction::Verify { id } => {
            let model = app.verify_model(id.as_deref().unwrap_or(DEFAULT_MODEL)).await?;
            if output.json {
                Output::json(&model_json(&model))?;
            } else {
                Output::line(format!("{}: every file is as its manifest says", model.id))?;
            }
        }
        ModelsAction::Convert { from, to, quantization } => {
            let quantization = match quantization {
                QuantizationArgument::F32 => Quantization::F32,
                QuantizationArgument::F16 => Quantization::F16,
                QuantizationArgument::Q8_0 => Quantization::Q8_0,
            };
            let report = app.convert_model(&from, &to, quantization).await?;
            if output.json {
                Output::json(&json!({
                    "weights": report.weights,
                    "tokenizer": report.tokenizer,
                    "tensors": report.tensors,
                    "parameters": report.parameters,
                    "bytes": report.bytes,
                    "sha256": report.sha256,
                    "weights_id": report.weights_id,
                }))?;
            } else {
                Output::line(format!(
                    "{}: {} tensors, {:.1} million numbers, {:.1} MB (as f32: {:.1} MB)\nsha256 {}",
                    report.weights.display(),
                    report.tensors,
                    report.parameters as f64 / 1e6,
                    report.bytes as f64 / 1e6,
                    report.float_bytes as f64 / 1e6,
                    report.sha256,
                ))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(app: &App, output: Output) -> Result<(), Failure> {
    for found in app.models()? {
        match found {
            Ok(model) if output.json => Output::json(&model_json(&model))?,
            Ok(model) => Output::line(format!(
                "{:<12} {} ({:.1} MB, {})",
                model.id,
                model.name,
                model.size_bytes as f64 / 1e6,
                model.licence.as_deref().unwrap_or("licence not stated"),
            ))?,
            Err(error) => eprintln!("emend: {error}; {}", error.hint()),
        }
    }
    Ok(())
}

fn model_json(model: &ModelInfo) -> Value {
    json!({
        "id": model.id,
        "name": model.name,
        "bytes": model.size_bytes,
        "licence": model.licence,
        "path": model.path,
    })
}
