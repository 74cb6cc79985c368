//! The pipeline: plan -> answer in batches (draft, judge, cascade) -> edits, streamed in document order.

use std::ops::Range;

use emend_decode::Cancel;

use crate::answer::answer_batch;
use crate::judge::applied;
use crate::view::View;
use crate::{
    Candidate, Cascade, Draft, Drafted, Drafting, EngineError, Kept, Outcome, Progress, Prompt, Request,
    Rewrite, Rewriter, Segment, SegmentOutcome, SegmentRewrite, SkipReason, plan,
};

/// Segments in the first batch: few, so that the first edit shows at once. Each batch is twice the one before.
const FIRST_BATCH: usize = 2;
/// Segments in a batch at most: twice as many as are written together, so that most find a place that another has left.
/// More would leave a person with a large model without a sign of life for too long.
const LARGEST_BATCH: usize = 32;
/// Bytes of text in a batch at most (one segment is always allowed).
const BATCH_BYTES: usize = 8 << 10;

/// Rewrites a text or a part of it: each segment is answered by one of the models in `cascade`.
///
/// `on` is told of every segment as soon as it and all before it are finished. Raising `cancel` stops before the
/// next token; segments that were told of stay and the outcome is [`Outcome::Cancelled`]. The same request gives
/// the same result.
pub fn rewrite(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    cancel: &Cancel,
    on: &mut dyn FnMut(Progress<'_>),
) -> Result<Rewrite, EngineError> {
    let reader = cascade.reader();
    let planned = plan(request, reader.max_source_tokens(), &|text| reader.measure(text))?;
    on(Progress::Started { segments: planned.len() });

    let mut segments: Vec<SegmentRewrite> = Vec::with_capacity(planned.len());
    let mut size = FIRST_BATCH;
    let mut failed = None;
    let mut next_edit = 0;
    while segments.len() < planned.len() {
        let batch = next_batch(&planned, segments.len(), size);
        size = (size * 2).min(LARGEST_BATCH);
        let next = next_batch(&planned, batch.end, size);
        let (finished, cancelled) =
            answer_batch(cascade, request, &planned, (batch, next), &mut failed, cancel)?;
        for mut segment in finished {
            next_edit = number_edits(&mut segment, next_edit);
            on(Progress::Segment(&segment));
            segments.push(segment);
        }
        on(Progress::Advanced { done: segments.len(), total: planned.len() });
        if cancelled {
            return Ok(assembled(request, segments, true));
        }
    }
    Ok(assembled(request, segments, false))
}

/// The segments from `from` on that are drafted together; skipped ones cost nothing.
fn next_batch(planned: &[Segment], from: usize, size: usize) -> Range<usize> {
    let (mut count, mut bytes) = (0, 0);
    let mut to = from;
    for segment in &planned[from..] {
        if segment.skip.is_none() {
            if count == size || (count > 0 && bytes + segment.span.len() > BATCH_BYTES) {
                break;
            }
            count += 1;
            bytes += segment.span.len();
        }
        to += 1;
    }
    from..to
}

/// What the model sees of a segment: the view, the same on one line, and whether it can read it at all.
pub(crate) fn shown(
    model: &dyn Rewriter,
    request: &Request<'_>,
    segment: &Segment,
) -> (View, String, Option<SkipReason>) {
    let view = View::of(request.text, segment.span, &segment.frozen);
    let line = view.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let unreadable = || (!model.measure(&line).survives).then_some(SkipReason::Unreadable);
    let skip = segment.skip.or_else(unreadable);
    (view, line, skip)
}

/// Drafts, one list per prompt; `None` when cancelled.
pub(crate) fn drafts(
    model: &dyn Rewriter,
    prompts: &[Prompt<'_>],
    how: &Drafting,
    cancel: &Cancel,
) -> Result<Option<Vec<Vec<Draft>>>, EngineError> {
    if cancel.is_cancelled() {
        return Ok(None);
    }
    if prompts.is_empty() {
        return Ok(Some(Vec::new()));
    }
    match model.draft(prompts, how, cancel)? {
        Drafted::Cancelled => Ok(None),
        Drafted::Done(drafts) if drafts.len() == prompts.len() => Ok(Some(drafts)),
        Drafted::Done(drafts) => Err(EngineError::Drafts {
            rewriter: model.name().to_owned(),
            expected: prompts.len(),
            found: drafts.len(),
        }),
    }
}

/// Different candidates, best first, at most `number`: whole drafts before repaired ones, then by the model's own
/// mean log-probability, then by text, so that the order never depends on chance.
pub(crate) fn ranked(mut candidates: Vec<Candidate>, number: usize) -> Vec<Candidate> {
    candidates.sort_by(|a, b| {
        let repaired = |candidate: &Candidate| matches!(candidate.kept, Kept::Repaired { .. });
        repaired(a)
            .cmp(&repaired(b))
            .then(b.logprob_mean.total_cmp(&a.logprob_mean))
            .then(a.text.cmp(&b.text))
    });
    let mut different: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if different.len() < number && different.iter().all(|other| other.text != candidate.text) {
            different.push(candidate);
        }
    }
    different
}

/// Gives the edits of a segment and of its candidates their numbers, from `next` on; returns the next free one.
fn number_edits(segment: &mut SegmentRewrite, mut next: u32) -> u32 {
    // The segment's edits are those of the first candidate, so they share its numbers.
    for edit in segment.candidates.iter_mut().flat_map(|candidate| &mut candidate.edits) {
        edit.id = next;
        next += 1;
    }
    if let (SegmentOutcome::Rewritten, Some(best)) = (&segment.outcome, segment.candidates.first()) {
        segment.edits.clone_from(&best.edits);
    }
    next
}

/// The document with everything that was finished.
fn assembled(request: &Request<'_>, segments: Vec<SegmentRewrite>, cancelled: bool) -> Rewrite {
    let edits: Vec<_> = segments.iter().flat_map(|segment| segment.edits.iter().cloned()).collect();
    let skipped = |segment: &SegmentRewrite| matches!(&segment.outcome, SegmentOutcome::Skipped { reason } if *reason != SkipReason::Clean);
    let outcome = if cancelled {
        Outcome::Cancelled
    } else if !edits.is_empty() {
        Outcome::Rewritten
    } else if segments.iter().all(skipped) {
        Outcome::NothingToRewrite
    } else {
        Outcome::NothingToChange
    };
    let whole = emend_text::Span::new(0, request.text.len());
    Rewrite { outcome, text: applied(request.text, whole, &edits), segments, edits }
}
