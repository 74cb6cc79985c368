//! `emend bench`

use std::process::ExitCode;

use emend_app::{App, DEFAULT_MODEL};
use emend_bench::{SCENARIOS, Settings};

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
    let failed = |error: emend_bench::BenchError| {
        Failure::new("bench", error.to_string(), "`emend bench --list` names the scenarios")
    };
    if arguments.list {
        for scenario in SCENARIOS {
            Output::line(format!("{:<18} {}", scenario.name, scenario.about))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let model = app.model_manifest(model.unwrap_or(DEFAULT_MODEL))?;
    if let Some(side) = &arguments.memory_child {
        if let Some(bytes) = emend_bench::run_child(side, &model).map_err(failed)? {
            Output::line(bytes.to_string())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let program = std::env::current_exe().map_err(|error| {
        Failure::new("bench", format!("cannot find this program: {error}"), "report this")
    })?;
    let (repetitions, texts) = (arguments.repetitions, arguments.texts.clone());
    let settings = Settings { model, program, repetitions, texts };
    let report = emend_bench::run(&arguments.scenarios, &settings, |scenario| {
        eprintln!("emend: measuring {}", scenario.about);
    })
    .map_err(failed)?;
    if output.json {
        Output::json(&report)?;
    } else {
        Output::line(report.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}
