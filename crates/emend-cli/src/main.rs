//! The `emend` command: arguments in, one verb of `emend-app`, its result out.

mod arguments;
mod commands;
mod failure;
mod input;
mod output;
mod progress;

use std::process::ExitCode;

use clap::Parser;
use emend_app::{App, Options};

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;
use crate::output::Output;

fn main() -> ExitCode {
    // The same program is the large model's process when it is started with that flag; it does not come back then.
    emend_app::large_model_process(std::env::args_os().skip(1));
    emend_app::size_model_threads();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and version are no mistakes, and have no JSON form.
        Err(error) if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") => {
            Failure::from(&error).report(Output { json: true });
            return ExitCode::from(2);
        }
        Err(error) => error.exit(),
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let output = Output { json: arguments.json };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(run(arguments, output)),
        Err(error) => Err(Failure::new("start", format!("cannot start: {error}"), "try again")),
    };
    match ended {
        Ok(code) => code,
        Err(failure) => failure.report(output),
    }
}

async fn run(arguments: Arguments, output: Output) -> Result<ExitCode, Failure> {
    // A listing of what is built in needs no profile.
    if let Command::Intents = arguments.command {
        return commands::intents::run(output);
    }
    let model = arguments.model.clone();
    let app = App::open(Options { home: arguments.home, model: arguments.model, resources: None }).await?;
    for notice in app.settings()?.notices {
        eprintln!("emend: {notice}");
    }
    match arguments.command {
        Command::Rewrite(options) => commands::rewrite::run(&app, options, output).await,
        Command::Another { request, segment } => commands::another::run(&app, request, segment, output).await,
        Command::Batch(options) => commands::batch::run(&app, options, output).await,
        Command::Check(options) => commands::check::run(&app, options, output).await,
        Command::Score(options) => commands::score::run(&app, options, output).await,
        Command::Diagnose(options) => commands::diagnose::run(&app, options, output).await,
        Command::Documents { action } => commands::documents::run(&app, action, output).await,
        Command::Dictionary { action } => commands::dictionary::run(&app, action, output).await,
        Command::Instructions { action } => commands::instructions::run(&app, action, output).await,
        Command::Feedback { action } => commands::feedback::run(&app, action, output).await,
        Command::Models { action } => commands::models::run(&app, action, output).await,
        Command::Adapters { action } => commands::adapters::run(&app, action, output).await,
        Command::Critics { action } => commands::critics::run(&app, action, output).await,
        Command::Large { action } => commands::large::run(&app, action, output).await,
        Command::Server { action } => commands::server::run(&app, action, output).await,
        Command::Eval(options) => commands::eval::run(&app, *options, output).await,
        Command::Calibrate(options) => commands::calibrate::run(&app, options, output).await,
        Command::Train { action } => commands::train::run(&app, action, output).await,
        Command::Bench(options) => commands::bench::run(&app, options, model.as_deref(), output).await,
        Command::Intents => commands::intents::run(output),
    }
}
