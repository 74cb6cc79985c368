//! `emend feedback`

mod grade;
mod voice;

use std::path::Path;
use std::process::ExitCode;

use emend_app::verbs::decide::{Choice, Decision};
use emend_app::{App, Form};
use serde_json::json;

use crate::arguments::{ExportFormat, FeedbackAction, PreferenceFormat, VerdictArgument};
use crate::failure::Failure;
use crate::output::Output;

/// Below this share of decisions foreseen, what they seem to say may be chance; the window says so from there on too.
const CLEAR: f64 = 0.6;

pub(crate) async fn run(app: &App, action: FeedbackAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        FeedbackAction::Export { output: file, format } => {
            let file = file.filter(|path| path != Path::new("-"));
            match form(format) {
                None => export(app, file.as_deref(), output).await?,
                Some(form) => export_preferences(app, form, file.as_deref(), output).await?,
            }
        }
        FeedbackAction::Import { file, format } => {
            let form = match format {
                PreferenceFormat::Dpo => Form::Dpo,
                PreferenceFormat::Kto => Form::Kto,
                PreferenceFormat::Sft => Form::Sft,
            };
            let done = app.import_preferences(form, &file).await?;
            if output.json {
                Output::json(&done)?;
            } else {
                eprintln!("emend: {} preferences read, {} of them new", done.read, done.added);
            }
        }
        FeedbackAction::Taste => taste(app, output).await?,
        FeedbackAction::Grade { most } => return grade::run(app, most.get(), output).await,
        FeedbackAction::Voice(arguments) => return voice::run(app, &arguments, output).await,
        FeedbackAction::Decide { request, edit, verdict, text } => {
            if text.is_some() && verdict != VerdictArgument::Edited {
                return Err(Failure::new(
                    "invalid",
                    "--text says what you wrote instead, which goes with `edited` alone",
                    "say `edited`, or leave out --text",
                ));
            }
            let choice = match verdict {
                VerdictArgument::Accept => Choice::Accept,
                VerdictArgument::Reject => Choice::Reject,
                VerdictArgument::Edited => Choice::EditedTo(text.unwrap_or_default()),
                VerdictArgument::Another => Choice::Another,
            };
            app.decide(&[Decision { request, edit, choice }]).await?;
        }
        FeedbackAction::Where if output.json => Output::json(&json!({ "folder": app.home() }))?,
        FeedbackAction::Where => Output::line(app.home().display().to_string())?,
        FeedbackAction::Delete { yes: true } => app.delete_everything().await?,
        FeedbackAction::Delete { yes: false } => {
            return Err(Failure::new(
                "unconfirmed",
                "this would delete every document and decision, the dictionary, instructions, settings, runs and adapters for good",
                "say --yes to do it; `emend feedback export` takes a copy first",
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn taste(app: &App, output: Output) -> Result<(), Failure> {
    let known = app.taste().await?;
    if output.json {
        return Output::json(&known.map(|known| {
            let liking = |one: &emend_app::Liking| json!({ "what": one.what, "strength": one.strength });
            let likings: Vec<_> = known.likings.iter().map(liking).collect();
            json!({ "decisions": known.decisions, "foreseen": known.foreseen, "likings": likings })
        }));
    }
    let Some(known) = known else {
        eprintln!("emend: there are too few decisions to say");
        return Ok(());
    };
    let share = 100.0 * known.foreseen;
    eprintln!("emend: {share:.0} of 100 of your {} decisions are foreseen from the others", known.decisions);
    if known.foreseen < CLEAR {
        eprintln!("emend: not enough shows yet: chance alone foresees 50 of 100");
        return Ok(());
    }
    for one in &known.likings {
        let word = if one.strength > 0.0 { "more" } else { "fewer" };
        Output::line(format!("{:+.2}  {word} {}", one.strength, one.what))?;
    }
    Ok(())
}

/// What follows from the records; none is the records themselves.
fn form(format: ExportFormat) -> Option<Form> {
    match format {
        ExportFormat::Records => None,
        ExportFormat::Dpo => Some(Form::Dpo),
        ExportFormat::Kto => Some(Form::Kto),
        ExportFormat::Sft => Some(Form::Sft),
    }
}

async fn export_preferences(
    app: &App,
    form: Form,
    file: Option<&Path>,
    output: Output,
) -> Result<(), Failure> {
    let Some(path) = file else {
        app.write_preferences(form, &mut std::io::stdout().lock()).await?;
        return Ok(());
    };
    let lines = app.export_preferences(form, path).await?;
    if output.json {
        return Output::json(&json!({ "lines": lines }));
    }
    eprintln!("emend: {lines} preferences written to {}", path.display());
    Ok(())
}

async fn export(app: &App, file: Option<&Path>, output: Output) -> Result<(), Failure> {
    let Some(path) = file else {
        app.write_feedback(&mut std::io::stdout().lock()).await?;
        return Ok(());
    };
    let written = app.export_feedback(path).await?;
    if output.json {
        return Output::json(&json!({ "candidates": written.candidates, "decisions": written.decisions }));
    }
    eprintln!(
        "emend: {} candidates and {} decisions written to {}",
        written.candidates,
        written.decisions,
        path.display()
    );
    Ok(())
}
