//! From the engine's values to the store's rows.

use emend_engine::{Candidate, Kept, ProposedEdit, SegmentRewrite};
use emend_store::Store;
use emend_store::tables::candidates::{BY_RULES, NewCandidate, NewEdit};
use emend_store::tables::requests::Segment;
use emend_text::Format;

use crate::app::now;
use crate::verbs::rewrite::segment_outcome;
use crate::{AppError, Tiers};

/// Stores a segment of `text` with all of its candidates.
pub(crate) async fn segment(
    store: &Store,
    request: i64,
    text: &str,
    segment: &SegmentRewrite,
    tiers: &Tiers,
) -> Result<(), AppError> {
    let (outcome, reason) = segment_outcome(&segment.outcome);
    let row = Segment {
        number: segment.index as i64,
        range_start: segment.span.start as i64,
        range_end: segment.span.end as i64,
        source: segment.span.of(text).unwrap_or_default().into(),
        outcome: outcome.into(),
        reason,
    };
    let rows: Vec<NewCandidate<'_>> =
        segment.candidates.iter().map(|candidate| candidate_row(candidate, text, 0, 0, tiers)).collect();
    store.candidates().record(request, &row, &rows, now()).await?;
    Ok(())
}

/// One candidate with its edits. Their ranges count in `text`, which begins at byte `offset` of the document; their
/// numbers start at `first_edit`.
pub(crate) fn candidate_row<'a>(
    candidate: &'a Candidate,
    text: &'a str,
    offset: usize,
    first_edit: i64,
    tiers: &'a Tiers,
) -> NewCandidate<'a> {
    let model = tiers.of(candidate.tier);
    // The features are what a calibration is fitted to once the person has decided.
    let mut scores = candidate.scores.clone();
    scores.extend(&candidate.features);
    scores.extend(candidate.confidence.map(|confidence| ("confidence", confidence)));
    NewCandidate {
        text: &candidate.text,
        kept: match candidate.kept {
            Kept::AsIs => "as_is",
            Kept::Repaired { .. } => "repaired",
            Kept::ByRules => BY_RULES,
        },
        scores,
        token_logprobs: &candidate.token_logprobs,
        tier: candidate.tier.id(),
        model: &model.id,
        adapter: model.adapter.as_deref(),
        weights_id: model.weights_id.as_deref(),
        edits: candidate.edits.iter().map(|edit| edit_row(edit, text, offset, first_edit)).collect(),
    }
}

fn edit_row<'a>(edit: &'a ProposedEdit, text: &'a str, offset: usize, first_edit: i64) -> NewEdit<'a> {
    NewEdit {
        number: first_edit + i64::from(edit.id),
        range_start: (offset + edit.span.start) as i64,
        range_end: (offset + edit.span.end) as i64,
        original: edit.span.of(text).unwrap_or_default(),
        replacement: &edit.replacement,
        kind: edit.kind.label(),
        reason: &edit.reason,
        confidence: edit.confidence.map(f64::from),
    }
}

/// How a format is written down.
pub(crate) fn format_name(format: Format) -> &'static str {
    match format {
        Format::Plain => "plain",
        Format::Markdown => "markdown",
    }
}
