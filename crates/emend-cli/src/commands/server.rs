//! `emend server`

use std::process::ExitCode;

use emend_app::App;
use emend_app::verbs::server::ServerInfo;
use serde_json::{Value, json};

use crate::arguments::ServerAction;
use crate::failure::Failure;
use crate::input;
use crate::output::Output;

pub(crate) async fn run(app: &App, action: ServerAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        ServerAction::Set { address, model, token_file } => {
            let token = token_file.map(|file| input::read(Some(&file))).transpose()?;
            let server = app.set_server(&address, &model, token.as_ref().map(|token| token.text.as_str()))?;
            show(Some(&server), output)?;
        }
        ServerAction::Show => {
            show(app.server()?.as_ref(), output)?;
        }
        ServerAction::Check => {
            let check = app.check_server().await?;
            let has_model = check.models.contains(&check.server.model);
            if output.json {
                Output::json(&json!({
                    "address": check.server.address,
                    "model": check.server.model,
                    "has_model": has_model,
                    "models": check.models,
                    "ms": check.ms,
                }))?;
            } else {
                Output::line(format!("{} answered in {} ms", check.server.address, check.ms))?;
                for model in &check.models {
                    let chosen = if *model == check.server.model { "  (set)" } else { "" };
                    // A foreign program's words must not steer the terminal.
                    Output::line(format!("  {}{chosen}", model.escape_debug()))?;
                }
                if !has_model {
                    // Not every server lists each name that it answers to.
                    Output::line(format!("`{}`, which is set, is not among its models", check.server.model))?;
                }
            }
        }
        ServerAction::Remove => app.remove_server()?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(server: Option<&ServerInfo>, output: Output) -> Result<(), Failure> {
    if output.json {
        return Output::json(&server.map_or(Value::Null, server_json));
    }
    let Some(server) = server else {
        return Output::line("no server is set: nothing leaves this machine");
    };
    let reach = match (server.is_this_machine, server.is_encrypted) {
        (true, _) => "on this machine",
        (false, true) => "another machine, encrypted",
        (false, false) => "another machine, NOT encrypted: others on the network can read your texts",
    };
    let token = if server.has_token { "with a token" } else { "without a token" };
    Output::line(format!("{} at {} ({reach}; {token})", server.model, server.address))
}

fn server_json(server: &ServerInfo) -> Value {
    json!({
        "address": server.address,
        "model": server.model,
        "has_token": server.has_token,
        "is_this_machine": server.is_this_machine,
        "is_encrypted": server.is_encrypted,
    })
}
