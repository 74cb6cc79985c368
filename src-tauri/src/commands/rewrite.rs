//! Rewriting and reviewing.

use emend_app::verbs::decide::{Choice, Decision};
use emend_app::verbs::rewrite::{self as verb, RewriteRequest, segment_outcome};
use emend_app::{AppError, Cancel, Candidate, Outcome, Path, ProposedEdit, SegmentRewrite, Tier};
use emend_text::{Instruction, OwnInstruction, intent};
use tauri::State;
use tauri::ipc::Channel;

use crate::dto::{
    Alternatives, AnotherArgs, AppErrorDto, CandidateDto, DecisionDto, EditDto, InstructionDto, RewriteArgs,
    RewriteEvent, RewriteOutcome, SegmentOutcome, TierDecision, TierDto, VerdictDto,
};
use crate::refusal::refusal;
use crate::state::Desktop;
use crate::utf16::Offsets;

/// Rewrites a part of a document; the answer comes through the channel while the call runs.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rewrite(
    desktop: State<'_, Desktop>,
    args: RewriteArgs,
    on_event: Channel<RewriteEvent>,
) -> Result<(), AppErrorDto> {
    let app = desktop.app()?;
    let document = app.open_document(args.document).await.map_err(refusal)?;
    let text = if document.revision == args.revision {
        document.text
    } else {
        app.revision(args.document, args.revision).await.map_err(refusal)?.text
    };
    let offsets = Offsets::new(&text);
    let range = match (args.start, args.end) {
        (Some(start), Some(end)) => Some(offsets.of_page(start, end).map_err(refusal)?),
        _ => None,
    };
    let request = RewriteRequest {
        range,
        document: Some((args.document, args.revision)),
        record: true,
        ..RewriteRequest::of_text(
            text.clone(),
            document.format,
            instruction(args.instruction).map_err(refusal)?,
        )
    };
    let cancel = Cancel::new();
    let (mut number, mut ticket) = (None, None);
    // The window may have closed: then nobody hears, and that is no error.
    let tell = |event| drop(on_event.send(event));
    let done = app
        .rewrite(request, cancel.clone(), |event| match event {
            verb::RewriteEvent::Started { request, segments } => {
                number = Some(request);
                ticket = Some(desktop.begun(request, cancel.clone()));
                tell(RewriteEvent::Started { request, revision: args.revision, segments: segments as u32 });
            }
            verb::RewriteEvent::Segment(segment) => {
                let request = number.unwrap_or_default();
                desktop.segment_begins(request, segment.index as u32, offsets.to_page(segment.span).0);
                tell(segment_event(request, segment, &offsets));
            }
            verb::RewriteEvent::Progress { done, total } => {
                tell(RewriteEvent::Progress { done: done as u32, total: total as u32 });
            }
            _ => {}
        })
        .await;
    if let Some(ticket) = ticket {
        desktop.ended(ticket);
    }
    let done = done.map_err(refusal)?;
    tell(RewriteEvent::Finished {
        outcome: outcome(done.rewrite.outcome),
        ms: u32::try_from(done.ms).unwrap_or(u32::MAX),
        tier: tier(done.rewrite.tier()),
        model: done.tiers.of(done.rewrite.tier()).name.clone(),
    });
    Ok(())
}

/// Stops a running request.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel(desktop: State<'_, Desktop>, request: i64) -> Result<(), AppErrorDto> {
    desktop.cancel(request);
    Ok(())
}

/// Other ways to rewrite one segment of an earlier request.
#[tauri::command]
#[specta::specta]
pub(crate) async fn another(
    desktop: State<'_, Desktop>,
    args: AnotherArgs,
) -> Result<Alternatives, AppErrorDto> {
    let app = desktop.app()?;
    let start = desktop.beginning(args.request, args.index).ok_or_else(|| {
        refusal(AppError::Invalid {
            what: "the sentence",
            expected: "one that was rewritten since the window opened".into(),
            found: format!("sentence {} of request {}", args.index, args.request),
        })
    })?;
    let cancel = Cancel::new();
    let ticket = desktop.begun(args.request, cancel.clone());
    let found = app.another(args.request, i64::from(args.index), cancel).await;
    desktop.ended(ticket);
    let found = found.map_err(refusal)?;
    let offsets = Offsets::new(&found.source);
    let candidates = found
        .candidates
        .iter()
        .enumerate()
        .map(|(index, candidate)| {
            let mut dto = candidate_dto(args.request, index, candidate, found.first_edit, &offsets);
            for edit in &mut dto.edits {
                edit.start += start;
                edit.end += start;
            }
            dto
        })
        .collect();
    Ok(Alternatives { candidates })
}

/// Keeps what the person did with edits, all or none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn decide(
    desktop: State<'_, Desktop>,
    decisions: Vec<DecisionDto>,
) -> Result<(), AppErrorDto> {
    let decisions: Vec<Decision> =
        decisions.into_iter().map(decision).collect::<Result<_, _>>().map_err(refusal)?;
    desktop.app()?.decide(&decisions).await.map_err(refusal)
}

pub(crate) fn instruction(wish: InstructionDto) -> Result<Instruction, AppError> {
    let (expected, found) = match wish {
        InstructionDto::Intent { id } => match intent(&id) {
            Some(found) => return Ok(Instruction::Intent(found)),
            None => ("a known intent".into(), id),
        },
        InstructionDto::Own { text } => match OwnInstruction::new(&text) {
            Ok(own) => return Ok(Instruction::Own(own)),
            Err(error) => (error.to_string(), text),
        },
    };
    Err(AppError::Invalid { what: "the instruction", expected, found })
}

fn segment_event(request: i64, segment: &SegmentRewrite, offsets: &Offsets<'_>) -> RewriteEvent {
    let (start, end) = offsets.to_page(segment.span);
    let (_, reason) = segment_outcome(&segment.outcome);
    RewriteEvent::Segment {
        index: segment.index as u32,
        start,
        end,
        outcome: match segment.outcome {
            emend_app::SegmentOutcome::Rewritten => SegmentOutcome::Rewritten,
            emend_app::SegmentOutcome::Unchanged => SegmentOutcome::Unchanged,
            emend_app::SegmentOutcome::Vetoed { .. } => SegmentOutcome::Vetoed,
            emend_app::SegmentOutcome::Skipped { .. } => SegmentOutcome::Skipped,
        },
        reason,
        edits: segment.edits.iter().map(|edit| edit_dto(request, edit, 0, offsets)).collect(),
        decision: TierDecision {
            tier: tier(segment.decision.tier),
            confidence: segment.decision.confidence,
            why: segment.decision.to_string(),
            failed: match &segment.decision.path {
                Path::LargeFailed { reason } => Some(reason.clone()),
                _ => None,
            },
        },
    }
}

fn tier(tier: Tier) -> TierDto {
    match tier {
        Tier::Small => TierDto::Small,
        Tier::Large => TierDto::Large,
    }
}

fn edit_dto(request: i64, edit: &ProposedEdit, first_edit: i64, offsets: &Offsets<'_>) -> EditDto {
    let (start, end) = offsets.to_page(edit.span);
    EditDto {
        id: format!("{request}:{}", first_edit + i64::from(edit.id)),
        start,
        end,
        replacement: edit.replacement.clone(),
        kind: edit.kind.label().into(),
        reason: edit.reason.clone(),
        confidence: edit.confidence,
    }
}

fn candidate_dto(
    request: i64,
    index: usize,
    candidate: &Candidate,
    first_edit: i64,
    offsets: &Offsets<'_>,
) -> CandidateDto {
    CandidateDto {
        id: format!("{request}:{first_edit}:{index}"),
        text: candidate.text.clone(),
        edits: candidate.edits.iter().map(|edit| edit_dto(request, edit, first_edit, offsets)).collect(),
        score: candidate.scores.get("probability").copied(),
    }
}

fn decision(dto: DecisionDto) -> Result<Decision, AppError> {
    let invalid = |found: &str| AppError::Invalid {
        what: "the decision",
        expected: "the name of an edit, and with `edited` the text that was written".into(),
        found: found.into(),
    };
    let (request, edit) = dto.edit.split_once(':').ok_or_else(|| invalid(&dto.edit))?;
    Ok(Decision {
        request: request.parse().map_err(|_| invalid(&dto.edit))?,
        edit: edit.parse().map_err(|_| invalid(&dto.edit))?,
        choice: match (dto.verdict, dto.final_text) {
            (VerdictDto::Accept, _) => Choice::Accept,
            (VerdictDto::Reject, _) => Choice::Reject,
            (VerdictDto::Another, _) => Choice::Another,
            (VerdictDto::Edited, Some(text)) => Choice::EditedTo(text),
            (VerdictDto::Edited, None) => return Err(invalid("edited, without a text")),
        },
    })
}

fn outcome(outcome: Outcome) -> RewriteOutcome {
    match outcome {
        Outcome::Rewritten => RewriteOutcome::Rewritten,
        Outcome::NothingToChange => RewriteOutcome::NothingToChange,
        Outcome::NothingToRewrite => RewriteOutcome::NothingToRewrite,
        Outcome::Cancelled => RewriteOutcome::Cancelled,
    }
}
