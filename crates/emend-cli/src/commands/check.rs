//! `emend check`

use std::process::ExitCode;

use emend_app::App;
use serde_json::json;

use crate::arguments::CheckArguments;
use crate::failure::Failure;
use crate::input;
use crate::output::Output;

pub(crate) async fn run(app: &App, arguments: CheckArguments, output: Output) -> Result<ExitCode, Failure> {
    let source = input::read(arguments.file.as_deref())?;
    let format = input::format(arguments.format, arguments.file.as_deref());
    let lints = app.check(&source.text, format).await?;
    if output.json {
        Output::json(&lints.iter().map(|lint| {
            json!({
                "start": lint.span.start,
                "end": lint.span.end,
                "message": lint.message,
                "rule": lint.rule,
                "kind": lint.kind,
                "suggestions": lint.suggestions.iter().map(|way| &way.replacement).collect::<Vec<_>>(),
            })
        }).collect::<Vec<_>>())?;
    } else {
        for lint in &lints {
            let before = &source.text[..lint.span.start];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
            let ways = lint.suggestions.iter().map(|way| way.label.as_str()).collect::<Vec<_>>().join(", ");
            let ways = if ways.is_empty() { ways } else { format!(" [{ways}]") };
            Output::line(format!("{line}:{column} {}{ways}", lint.message))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
