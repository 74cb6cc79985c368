//! `emend batch`

use std::process::ExitCode;

use emend_app::verbs::batch::{Batch, BatchOutcome};
use emend_app::{App, Cancel};
use emend_text::Format;
use serde_json::json;

use crate::arguments::BatchArguments;
use crate::commands::rewrite::stop_on_interrupt;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::Progress;

pub(crate) async fn run(app: &App, arguments: BatchArguments, output: Output) -> Result<ExitCode, Failure> {
    let batch = Batch {
        instruction: arguments.wish.instruction()?,
        input: arguments.input,
        output: arguments.output,
        format: Format::Markdown,
        keep: arguments.keep,
        tier: arguments.tier.into(),
        rated: true,
    };
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let bar = Progress::new("rewriting");
    let outcome = app.batch(&batch, &cancel, |at| bar.at(at.resumed + at.done, at.total)).await?;
    drop(bar);
    let (cancelled, at) = match outcome {
        BatchOutcome::Finished(at) => (false, at),
        BatchOutcome::Cancelled(at) => (true, at),
    };
    if output.json {
        Output::json(&json!({
            "outcome": if cancelled { "cancelled" } else { "done" },
            "rows": at.total,
            "done": at.done,
            "resumed": at.resumed,
            "failed": at.failed,
        }))?;
    } else {
        let resumed =
            if at.resumed > 0 { format!(", {} from an earlier run", at.resumed) } else { String::new() };
        let failed =
            if at.failed > 0 { format!(", {} rows have an error", at.failed) } else { String::new() };
        eprintln!("emend: {} of {} rows{resumed}{failed}", at.done, at.total);
    }
    let all_failed = at.done > 0 && at.failed == at.done;
    Ok(match (cancelled, all_failed) {
        (true, _) => ExitCode::from(130),
        (false, true) => ExitCode::FAILURE,
        (false, false) => ExitCode::SUCCESS,
    })
}
