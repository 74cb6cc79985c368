//! The list of tests and what runs them.

mod answers;
mod ask;
mod crashes;
mod files;
mod model;
mod processes;
mod strangers;

use std::panic::catch_unwind;
use std::process::ExitCode;

/// Name and body.
pub(crate) type Test = (&'static str, fn());

pub(crate) fn run() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, model] = arguments.as_slice()
        && flag == crashes::MIDDLE_FLAG
    {
        crashes::middle(model);
    }
    let tests = [answers::TESTS, files::TESTS, crashes::TESTS, strangers::TESTS].concat();
    // The standard options of a test program are accepted and have no effect, but for `--list`.
    let mut words = arguments.iter().filter(|argument| !argument.starts_with('-'));
    let filter = if arguments.iter().any(|argument| argument == "--test-threads") {
        words.nth(1)
    } else {
        words.next()
    };
    let chosen: Vec<Test> = tests
        .into_iter()
        .filter(|(name, _)| filter.is_none_or(|filter| name.contains(filter.as_str())))
        .collect();
    if arguments.iter().any(|argument| argument == "--list") {
        for (name, _) in &chosen {
            println!("{name}: test");
        }
        return ExitCode::SUCCESS;
    }
    let failed: Vec<&str> =
        chosen.iter().filter(|(name, body)| !passes(name, *body)).map(|(name, _)| *name).collect();
    println!("\n{} passed, {} failed: {failed:?}", chosen.len() - failed.len(), failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn passes(name: &str, body: fn()) -> bool {
    println!("test {name} ...");
    let passed = catch_unwind(body).is_ok();
    println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
    passed
}
