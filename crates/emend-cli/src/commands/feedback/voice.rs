//! `emend feedback voice`

use std::process::ExitCode;

use emend_app::verbs::instructions::own_instruction;
use emend_app::verbs::voice::FromTexts;
use emend_app::{App, Cancel, Form};
use serde_json::json;

use crate::arguments::VoiceArguments;
use crate::commands::rewrite::stop_on_interrupt;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::Progress;

/// Below this, sentences are hardly told from what the model writes.
const TOLD: f64 = 0.6;

pub(super) async fn run(app: &App, arguments: &VoiceArguments, output: Output) -> Result<ExitCode, Failure> {
    let from = FromTexts {
        folder: arguments.folder.clone(),
        instruction: own_instruction(&arguments.instruction)?,
        sentences: arguments.sentences.get(),
    };
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let bar = Progress::new("reading");
    let on = move |done, of| bar.at(done as u64, of as u64);
    let made = match &arguments.output {
        None => app.take_voice(from, &cancel, on).await?,
        Some(file) => {
            let reader = app.clone();
            let work = tokio::task::spawn_blocking(move || reader.voice(&from, &cancel, on));
            let made = work
                .await
                .map_err(|_| Failure::new("thread", "the work stopped unexpectedly", "report this"))??;
            if let Some(made) = &made {
                app.write_preference_file(Form::Dpo, &made.data, file)?;
            }
            made.map(|made| (made, 0))
        }
    };
    let Some((made, added)) = made else {
        eprintln!("emend: cancelled; nothing was taken in");
        return Ok(ExitCode::from(130));
    };
    for (path, problem) in &made.passed_over {
        eprintln!("emend: passed over {}: {problem}", path.display());
    }
    let pairs = made.data.preferences.len();
    if output.json {
        Output::json(&json!({
            "files": made.files, "sentences": made.sentences, "pairs": pairs, "told_apart": made.told_apart, "added": added,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "emend: {} sentences of {} texts gave {pairs} pairs; in {:.0} of 100 comparisons a sentence of yours is told from \
         the model's",
        made.sentences,
        made.files,
        100.0 * made.told_apart
    );
    if made.told_apart < TOLD {
        eprintln!(
            "emend: that is little to learn from: more texts, or texts of one kind, may show more of your style"
        );
    }
    match &arguments.output {
        Some(file) => Output::line(file.display().to_string())?,
        None => eprintln!(
            "emend: {added} of them are new; `emend train run --recipe prefer-dpo` learns from them with your decisions"
        ),
    }
    Ok(ExitCode::SUCCESS)
}
