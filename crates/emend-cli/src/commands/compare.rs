//! `emend adapters compare`

use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;

use emend_app::verbs::compare::{CompareEvent, Compared, Sample, Side};
use emend_app::verbs::rewrite::outcome_name;
use emend_app::{App, Cancel};
use serde_json::{Value, json};

use crate::arguments::Wish;
use crate::commands::rewrite::{edit_json, stop_on_interrupt};
use crate::failure::Failure;
use crate::input;
use crate::output::Output;
use crate::progress::Progress;

pub(crate) async fn run(
    app: &App,
    id: &str,
    file: Option<&Path>,
    wish: &Wish,
    held_out: Option<NonZeroUsize>,
    output: Output,
) -> Result<ExitCode, Failure> {
    let samples = if let Some(most) = held_out {
        app.held_out_samples(most.get()).await?
    } else {
        let instruction = wish.instruction()?;
        let source = input::read(file)?.text.trim().to_owned();
        vec![Sample { instruction, source, kept: None }]
    };
    if samples.is_empty() {
        let message = "none of your decisions is about a text that is held out";
        return Err(Failure::new("no_decisions", message, "give a text instead"));
    }
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let bar = Progress::new("comparing");
    let compared = app
        .compare_adapter(id, samples, &cancel, |event| {
            if let CompareEvent::Progress { done, of } = event {
                bar.at(done as u64, of as u64);
            }
        })
        .await?;
    drop(bar);
    if output.json {
        Output::json(&compared.iter().map(text_json).collect::<Vec<_>>())?;
    } else {
        let texts: Vec<String> = compared.iter().map(shown).collect();
        Output::line(texts.join("\n\n"))?;
    }
    Ok(if cancel.is_cancelled() { ExitCode::from(130) } else { ExitCode::SUCCESS })
}

/// Offsets are bytes.
fn text_json(compared: &Compared) -> Value {
    let side = |side: &Side| {
        json!({
            "adapter": side.adapter,
            "outcome": outcome_name(side.rewrite.outcome),
            "text": side.rewrite.text,
            "edits": side.rewrite.edits.iter().map(edit_json).collect::<Vec<_>>(),
        })
    };
    json!({
        "intent": compared.sample.instruction.id(),
        "instruction": compared.sample.instruction.label(),
        "source": compared.sample.source,
        "kept": compared.sample.kept,
        "sides": compared.sides.iter().map(side).collect::<Vec<_>>(),
    })
}

fn shown(compared: &Compared) -> String {
    let Sample { instruction, source, kept } = &compared.sample;
    let mut lines = vec![format!("{}: {source}", instruction.label())];
    for side in &compared.sides {
        let name = side.adapter.as_deref().unwrap_or("the model alone");
        let edits =
            side.rewrite.edits.iter().map(|edit| (edit.span.start..edit.span.end, &*edit.replacement));
        lines.push(format!(
            "  {name}: {}",
            marked(source, edits).unwrap_or_else(|| "leaves it as it is".into())
        ));
    }
    lines.extend(kept.as_ref().map(|kept| format!("  you: {kept}")));
    lines.join("\n")
}

/// The text with what goes in `[-…-]` and what comes in `{+…+}`, as word diffs are written; `None` without edits.
fn marked<'e>(
    source: &str,
    edits: impl Iterator<Item = (std::ops::Range<usize>, &'e str)>,
) -> Option<String> {
    let (mut text, mut at) = (String::new(), None);
    for (span, replacement) in edits {
        text.push_str(&source[at.unwrap_or(0)..span.start]);
        if !span.is_empty() {
            text.extend(["[-", &source[span.clone()], "-]"]);
        }
        if !replacement.is_empty() {
            text.extend(["{+", replacement, "+}"]);
        }
        at = Some(span.end);
    }
    at.map(|end| text + &source[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_and_what_comes_is_marked() {
        let source = "He go home now.";
        let edits = [(3..5, "goes"), (10..14, ""), (14..14, ", fast")];
        assert_eq!(marked(source, edits.into_iter()).unwrap(), "He [-go-]{+goes+} home[- now-]{+, fast+}.");
        assert_eq!(marked(source, [].into_iter()), None);
    }
}
