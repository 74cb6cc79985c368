//! `emend feedback grade`

use std::process::ExitCode;

use emend_app::{App, Cancel};
use serde_json::json;

use crate::commands::rewrite::stop_on_interrupt;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::Progress;

pub(super) async fn run(app: &App, most: usize, output: Output) -> Result<ExitCode, Failure> {
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let bar = Progress::new("grading");
    let done = app.grade(most, &cancel, |done, of| bar.at(done as u64, of as u64)).await;
    drop(bar);
    let done = done?;
    if output.json {
        Output::json(&json!({
            "grader": done.grader, "graded": done.graded, "known": done.known, "silent": done.silent, "left": done.left,
        }))?;
    } else {
        eprintln!(
            "emend: {} graded {} rewrites and had nothing to say of {}; {} are left",
            done.grader, done.graded, done.silent, done.left
        );
        if done.graded > 0 && done.left == 0 {
            eprintln!("emend: `emend train run --recipe rloo-graded` learns from its grades");
        }
    }
    Ok(if cancel.is_cancelled() { ExitCode::from(130) } else { ExitCode::SUCCESS })
}
