//! `emend diagnose`

use std::process::ExitCode;

use emend_app::verbs::diagnose::is_other_language;
use emend_app::verbs::rewrite::{Rewritten, outcome_name};
use emend_app::{App, Cancel, Diagnosis, Finding, Outcome};
use serde_json::{Value, json};

use crate::arguments::DiagnoseArguments;
use crate::commands::rewrite::{edit_json, stop_on_interrupt};
use crate::failure::Failure;
use crate::input;
use crate::output::Output;

pub(crate) async fn run(
    app: &App,
    arguments: DiagnoseArguments,
    output: Output,
) -> Result<ExitCode, Failure> {
    let source = input::read(arguments.file.as_deref())?;
    let format = input::format(arguments.format, arguments.file.as_deref());
    if is_other_language(&source.text) {
        return tell_other_language(output);
    }
    let critic = app.critic().await?;
    let found = app.diagnose(&source.text, format).await?;
    let cancel = Cancel::new();
    let repaired = if arguments.repair {
        stop_on_interrupt(cancel.clone());
        app.repair(&source.text, format, &found, cancel).await?
    } else {
        None
    };
    if output.json {
        Output::json(&json!({
            "appropriate": found.appropriate,
            "model": critic,
            "findings": found.findings.iter().map(finding_json).collect::<Vec<_>>(),
            "repair": repaired.as_ref().map(repair_json),
        }))?;
    } else {
        if critic.is_none() {
            tell_no_critic();
        }
        show(&source.text, &found)?;
        if arguments.repair {
            let text = repaired.as_ref().map_or(source.text.as_str(), |done| done.rewrite.text.as_str());
            Output::line("")?;
            Output::bytes(&source.encode(text))?;
        }
    }
    let stopped = repaired.is_some_and(|done| done.rewrite.outcome == Outcome::Cancelled);
    Ok(if stopped { ExitCode::from(130) } else { ExitCode::SUCCESS })
}

/// Another language is no bad English: nothing is said of it.
fn tell_other_language(output: Output) -> Result<ExitCode, Failure> {
    const REASON: &str = "this is not in English, and nothing else can be judged";
    if output.json {
        Output::json(&json!({
            "appropriate": null, "model": null, "findings": [], "repair": null, "reason": REASON,
        }))?;
    } else {
        eprintln!("emend: {REASON}");
    }
    Ok(ExitCode::SUCCESS)
}

/// What is missing when no critic model is installed, on standard error.
pub(crate) fn tell_no_critic() {
    eprintln!(
        "emend: no critic model is installed, so only what needs none was looked at; \
         `emend models list` shows what is there"
    );
}

fn show(text: &str, found: &Diagnosis) -> Result<(), Failure> {
    for finding in &found.findings {
        let before = &text[..finding.span.start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
        let words = text[finding.span.start..finding.span.end].replace('\n', " ");
        let (label, message, score) = (finding.reason.label(), &finding.message, finding.score);
        Output::line(format!("{line}:{column} {label}: \u{201c}{words}\u{201d} {message} ({score:.2})"))?;
    }
    Output::line(format!("appropriate: {:.2}", found.appropriate))
}

/// Offsets are bytes.
fn finding_json(finding: &Finding) -> Value {
    json!({
        "start": finding.span.start,
        "end": finding.span.end,
        "reason": finding.reason.id(),
        "group": finding.reason.group().id(),
        "label": finding.reason.label(),
        "score": finding.score,
        "message": finding.message,
    })
}

fn repair_json(done: &Rewritten) -> Value {
    json!({
        "outcome": outcome_name(done.rewrite.outcome),
        "text": done.rewrite.text,
        "edits": done.rewrite.edits.iter().map(edit_json).collect::<Vec<_>>(),
    })
}
