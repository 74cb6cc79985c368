//! `emend rewrite`

use std::process::ExitCode;

use emend_app::verbs::rewrite::{RewriteEvent, RewriteRequest, Rewritten, outcome_name, segment_outcome};
use emend_app::{
    App, Cancel, Candidate, Outcome, Path, ProposedEdit, SegmentOutcome, SegmentRewrite, VetoReason,
};
use serde_json::{Value, json};

use crate::arguments::RewriteArguments;
use crate::failure::Failure;
use crate::input;
use crate::output::Output;
use crate::progress::Progress;

pub(crate) async fn run(app: &App, arguments: RewriteArguments, output: Output) -> Result<ExitCode, Failure> {
    let instruction = arguments.wish.instruction()?;
    let source = input::read(arguments.file.as_deref())?;
    let format = input::format(arguments.format, arguments.file.as_deref());
    let request = RewriteRequest {
        keep: arguments.keep,
        alternatives: usize::from(arguments.alternatives),
        seed: arguments.seed,
        tier: arguments.tier.into(),
        // Printed as text, the answer does not say how sure it is.
        rated: output.json || arguments.record,
        record: arguments.record,
        ..RewriteRequest::of_text(source.text.clone(), format, instruction)
    };
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let bar = Progress::new("rewriting");
    let done = app
        .rewrite(request, cancel, |event| {
            if let RewriteEvent::Progress { done, total } = event {
                bar.at(done as u64, total as u64);
            }
        })
        .await?;
    drop(bar);
    if output.json {
        Output::json(&as_json(&done, arguments.record))?;
        tell_adapter(&done);
    } else {
        Output::bytes(&source.encode(&done.rewrite.text))?;
        tell(&done);
    }
    Ok(if done.rewrite.outcome == Outcome::Cancelled { ExitCode::from(130) } else { ExitCode::SUCCESS })
}

/// The first Ctrl+C keeps what is finished; a second one ends the program.
pub(crate) fn stop_on_interrupt(cancel: Cancel) {
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancel.cancel();
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        }
    });
}

/// What the text alone does not say, on standard error.
fn tell(done: &Rewritten) {
    let failed = done.rewrite.segments.iter().find_map(|segment| match &segment.decision.path {
        Path::LargeFailed { reason } => Some(reason),
        _ => None,
    });
    if let Some(reason) = failed {
        eprintln!("emend: the large model could not be asked, so the small one answered: {reason}");
    }
    if let Some(problem) = &done.tiers.small.calibration_problem {
        eprintln!("emend: {problem}");
    }
    tell_adapter(done);
    let segments = &done.rewrite.segments;
    let refused: Vec<&VetoReason> = segments
        .iter()
        .filter_map(|segment| match &segment.outcome {
            SegmentOutcome::Vetoed { reason } => Some(reason),
            _ => None,
        })
        .collect();
    if let Some(first) = refused.first() {
        eprintln!("emend: {} of {} passages stay as they were: {first}", refused.len(), segments.len());
    }
    match done.rewrite.outcome {
        Outcome::NothingToChange if refused.is_empty() => eprintln!("emend: nothing to change"),
        Outcome::Rewritten | Outcome::NothingToChange => {}
        Outcome::NothingToRewrite => eprintln!(
            "emend: there is nothing to rewrite here: what is code, quoted, a table or in another language stays as it is"
        ),
        Outcome::Cancelled => {
            eprintln!("emend: cancelled; what was finished is there, the rest is as it was");
        }
    }
}

/// That the model answered alone, although it should not have.
fn tell_adapter(done: &Rewritten) {
    if let Some(problem) = &done.tiers.small.adapter_problem {
        eprintln!("emend: {problem}; the model answered without it");
    }
}

/// Offsets are bytes.
fn as_json(done: &Rewritten, recorded: bool) -> Value {
    let rewrite = &done.rewrite;
    json!({
        "outcome": outcome_name(rewrite.outcome),
        "text": rewrite.text,
        "edits": rewrite.edits.iter().map(edit_json).collect::<Vec<_>>(),
        "confidence": rewrite.confidence(),
        "tier": rewrite.tier().id(),
        "model": done.tiers.of(rewrite.tier()).id,
        "adapter": done.tiers.of(rewrite.tier()).adapter,
        "scores": { "probability": lowest_probability(&rewrite.segments) },
        "segments": rewrite.segments.iter().map(segment_json).collect::<Vec<_>>(),
        "request": recorded.then_some(done.request),
        "ms": done.ms,
    })
}

fn segment_json(segment: &SegmentRewrite) -> Value {
    let (outcome, reason) = segment_outcome(&segment.outcome);
    json!({
        "index": segment.index,
        "start": segment.span.start,
        "end": segment.span.end,
        "outcome": outcome,
        "reason": reason,
        "confidence": segment.decision.confidence,
        "tier": segment.decision.tier.id(),
        "decision": segment.decision.to_string(),
        "candidates": segment.candidates.iter().map(candidate_json).collect::<Vec<_>>(),
    })
}

pub(crate) fn candidate_json(candidate: &Candidate) -> Value {
    json!({
        "text": candidate.text,
        "tier": candidate.tier.id(),
        "confidence": candidate.confidence,
        "scores": candidate.scores,
        "edits": candidate.edits.iter().map(edit_json).collect::<Vec<_>>(),
    })
}

pub(crate) fn edit_json(edit: &ProposedEdit) -> Value {
    json!({
        "id": edit.id,
        "start": edit.span.start,
        "end": edit.span.end,
        "replacement": edit.replacement,
        "kind": edit.kind.label(),
        "reason": edit.reason,
        "confidence": edit.confidence,
    })
}

/// The model's own opinion of its least certain rewrite; null when nothing was rewritten.
fn lowest_probability(segments: &[SegmentRewrite]) -> Option<f32> {
    segments
        .iter()
        .filter(|segment| !segment.edits.is_empty())
        .filter_map(|segment| segment.candidates.first()?.scores.get("probability").copied())
        .reduce(f32::min)
}
