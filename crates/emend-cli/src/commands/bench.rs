//! `emend bench`

use std::process::ExitCode;
use std::time::Instant;

use emend_app::verbs::rewrite::{RewriteEvent, RewriteRequest};
use emend_app::{App, Cancel, DEFAULT_MODEL, Options, TierChoice};
use emend_bench::{Answered, BenchError, Extent, OpenApp, SCENARIOS, Scenario, Settings};
use emend_text::{Format, Instruction};
use tokio::runtime::Handle;

use super::learning_bench;
use crate::arguments::{BenchAction, BenchArguments};
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(
    app: &App,
    arguments: BenchArguments,
    model: Option<&str>,
    output: Output,
) -> Result<ExitCode, Failure> {
    if let Some(BenchAction::Learning(arguments)) = arguments.action {
        return learning_bench::run(app, &arguments, output).await;
    }
    if arguments.list {
        for scenario in SCENARIOS {
            Output::line(format!("{:<12} {}", scenario.name, scenario.about))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let program = std::env::current_exe().map_err(|error| {
        Failure::new("bench", format!("cannot find this program: {error}"), "report this")
    })?;
    let mut extent = if arguments.full { Extent::FULL } else { Extent::SHORT };
    extent.repetitions = arguments.repetitions.unwrap_or(extent.repetitions);
    extent.texts = arguments.limit.map_or(extent.texts, std::num::NonZero::get);
    let settings = Settings {
        model: app.model_manifest(model.unwrap_or(DEFAULT_MODEL))?,
        program,
        extent,
        texts: arguments.texts,
        peers: arguments.peers,
    };
    if let Some(engine) = arguments.memory_child {
        let peak = waiting(move |runtime| {
            with_app(&settings, runtime, |open| emend_bench::run_child(&engine, &settings, open))
        });
        if let Some(bytes) = peak.await? {
            Output::line(bytes.to_string())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let names = arguments.scenarios;
    let report = waiting(move |runtime| {
        let tell = |scenario: &Scenario| eprintln!("emend: {}", scenario.about);
        with_app(&settings, runtime, |open| emend_bench::run(&names, &settings, open, tell))
    });
    let report = report.await?;
    if let Some(folder) = &arguments.output {
        report.write(folder).map_err(failed)?;
    }
    if output.json {
        Output::json(&report)?;
    } else {
        Output::line(report.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn failed(error: BenchError) -> Failure {
    Failure::new("bench", error.to_string(), "`emend bench --list` names the scenarios")
}

/// Work that waits for the application, and so must not stand in its way.
async fn waiting<T: Send + 'static>(
    work: impl FnOnce(&Handle) -> Result<T, BenchError> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(move || work(&Handle::current()))
        .await
        .map_err(|_| Failure::new("thread", "the bench stopped unexpectedly", "report this"))?
        .map_err(failed)
}

fn with_app<T>(
    settings: &Settings,
    runtime: &Handle,
    work: impl FnOnce(&OpenApp<'_>) -> Result<T, BenchError>,
) -> Result<T, BenchError> {
    // An empty profile: a person's words, adapters and large model are not what is measured.
    let home = tempfile::tempdir()?;
    let open = || -> Result<Box<emend_bench::App<'_>>, String> {
        let options = Options {
            home: Some(home.path().to_owned()),
            model: Some(settings.model.display().to_string()),
            resources: None,
        };
        let app = runtime.block_on(App::open(options)).map_err(|error| error.to_string())?;
        Ok(Box::new(move |text, instruction| runtime.block_on(ask(&app, text, instruction))))
    };
    work(&open)
}

async fn ask(app: &App, text: &str, instruction: &Instruction) -> Result<Answered, String> {
    let request = RewriteRequest {
        tier: TierChoice::Small,
        ..RewriteRequest::of_text(text, Format::Plain, instruction.clone())
    };
    let (start, mut first_edit) = (Instant::now(), None);
    let done = app.rewrite(request, Cancel::new(), |event| {
        if let RewriteEvent::Segment(segment) = event
            && !segment.edits.is_empty()
        {
            first_edit.get_or_insert_with(|| start.elapsed());
        }
    });
    let done = done.await.map_err(|error| error.to_string())?;
    Ok(Answered { text: done.rewrite.text, first_edit, all: start.elapsed() })
}
