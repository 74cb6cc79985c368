//! House rules hold in all that is proposed: what a rewrite has of them is put right whoever wrote it, and in a text that is
//! corrected also where the rewriter changes nothing.
//!
//! They are applied to what guards and critics let through, and are no matter of opinion: nobody refuses them, and no good
//! draft is refused because of them.

use std::collections::BTreeMap;

use emend_text::{EditKind, Ruling, Span};

use crate::confidence::Features;
use crate::judge::applied;
use crate::{
    Candidate, Kept, ProposedEdit, Request, Segment, SegmentOutcome, SegmentRewrite, SkipReason, Tier,
};

/// Has house rules hold in all that `found` proposes, and in a text that is to be corrected also where it proposes nothing.
///
/// What a rule turns into the text as it stands, or into what another candidate says, is left out.
pub(crate) fn hold(request: &Request<'_>, segment: &Segment, found: &mut SegmentRewrite) {
    let original = &request.text[segment.span.start..segment.span.end];
    let mut candidates: Vec<Candidate> = Vec::with_capacity(found.candidates.len());
    for (place, candidate) in std::mem::take(&mut found.candidates).into_iter().enumerate() {
        let candidate = ruled(request, segment, candidate);
        if candidate.text != original && candidates.iter().all(|other| other.text != candidate.text) {
            candidates.push(candidate);
        } else if place == 0 && found.outcome == SegmentOutcome::Rewritten {
            found.outcome = SegmentOutcome::Unchanged;
        }
    }
    found.candidates = candidates;
    if is_corrected(request, &found.outcome) {
        let edits = ruled_edits(request, segment, Vec::new());
        if !edits.is_empty() {
            let candidate =
                by_rules_alone(applied(request.text, segment.span, &edits), edits, found.decision.tier);
            found.candidates.retain(|other| other.text != candidate.text);
            found.candidates.insert(0, candidate);
            found.outcome = SegmentOutcome::Rewritten;
        }
    }
    found.edits = match (&found.outcome, found.candidates.first()) {
        (SegmentOutcome::Rewritten, Some(best)) => best.edits.clone(),
        _ => Vec::new(),
    };
}

/// A candidate with what house rules make of it.
pub(crate) fn ruled(request: &Request<'_>, segment: &Segment, candidate: Candidate) -> Candidate {
    let edits = ruled_edits(request, segment, candidate.edits);
    Candidate { text: applied(request.text, segment.span, &edits), edits, ..candidate }
}

/// Whether rules are to correct a text of which nothing was made: it was, or could have been, read.
fn is_corrected(request: &Request<'_>, outcome: &SegmentOutcome) -> bool {
    let is_read = match outcome {
        SegmentOutcome::Rewritten => false,
        SegmentOutcome::Unchanged | SegmentOutcome::Vetoed { .. } => true,
        SegmentOutcome::Skipped { reason } => {
            matches!(reason, SkipReason::Clean | SkipReason::Unreadable | SkipReason::TooLong)
        }
    };
    is_read && request.instruction.is_corrected()
}

/// What nobody wrote but the rules, where `tier` was asked: whether it is kept says nothing of a model.
fn by_rules_alone(text: String, edits: Vec<ProposedEdit>, tier: Tier) -> Candidate {
    Candidate {
        text,
        edits,
        logprob_mean: 0.0,
        token_logprobs: Vec::new(),
        scores: BTreeMap::new(),
        kept: Kept::ByRules,
        tier,
        features: Features::new(),
        confidence: None,
    }
}

/// `edits` of a segment with what house rules make of the rewrite, numbered from 0. An edit that a rule undoes is left out, and
/// in a text that is to be corrected one of what a rule speaks of: the rule says how that is corrected.
fn ruled_edits(request: &Request<'_>, segment: &Segment, mut edits: Vec<ProposedEdit>) -> Vec<ProposedEdit> {
    if request.dictionary.entries().is_empty() {
        return edits;
    }
    let rulings = |edits: &[Placed]| {
        let frozen = segment.frozen.iter().filter_map(|span| in_rewrite(*span, segment.span, edits));
        let rewrite = applied(request.text, segment.span, edits.iter().map(|placed| &placed.edit));
        (request.dictionary.read(&rewrite, &frozen.collect::<Vec<_>>()).ruled, rewrite)
    };
    if request.instruction.is_corrected() {
        let (spoken_of, _) = rulings(&[]);
        let touches = |edit: &ProposedEdit, ruling: &Ruling| {
            let span = ruling.span.shift(segment.span.start);
            edit.span.start < span.end && span.start < edit.span.end
        };
        edits.retain(|edit| !spoken_of.iter().any(|ruling| touches(edit, ruling)));
    }
    let placed = placed(segment.span, edits);
    let (rulings, rewrite) = rulings(&placed);
    let mut all = Vec::with_capacity(placed.len() + rulings.len());
    // Where the last place ended, in the document and in the rewrite.
    let (mut old_end, mut new_end) = (segment.span.start, 0);
    for Place { span, edits, rulings } in places(placed, rulings) {
        let start = old_end + (span.start - new_end);
        let taken: usize = edits.iter().map(|edit| edit.span.len()).sum();
        let put: usize = edits.iter().map(|edit| edit.replacement.len()).sum();
        let old = Span::new(start, start + span.len() + taken - put);
        (old_end, new_end) = (old.end, span.end);
        if rulings.is_empty() {
            all.extend(edits);
        } else {
            let mut said: Vec<&str> = rulings.iter().map(|ruling| &*ruling.message).collect();
            said.dedup();
            all.extend(change(request.text, old, with(&rewrite, span, &rulings), said.join(" ")));
        }
    }
    for (edit, id) in all.iter_mut().zip(0..) {
        edit.id = id;
    }
    all
}

/// An edit and where its replacement stands in the rewrite.
struct Placed {
    span: Span,
    edit: ProposedEdit,
}

fn placed(segment: Span, edits: Vec<ProposedEdit>) -> Vec<Placed> {
    let (mut old_end, mut new_end) = (segment.start, 0);
    let place = |edit: ProposedEdit| {
        let start = new_end + (edit.span.start - old_end);
        let span = Span::new(start, start + edit.replacement.len());
        (old_end, new_end) = (edit.span.end, span.end);
        Placed { span, edit }
    };
    edits.into_iter().map(place).collect()
}

/// Where a part of the document that no edit touches stands in the rewrite of `segment`; `None` when it is outside.
fn in_rewrite(span: Span, segment: Span, edits: &[Placed]) -> Option<Span> {
    let (start, end) = (span.start.max(segment.start), span.end.min(segment.end));
    let before = edits.iter().rev().find(|placed| placed.edit.span.end <= start);
    let (old, new) = before.map_or((segment.start, 0), |placed| (placed.edit.span.end, placed.span.end));
    (start < end).then(|| Span::new(new + (start - old), new + (end - old)))
}

/// Edits and rulings that touch one another.
struct Place {
    /// In the rewrite.
    span: Span,
    edits: Vec<ProposedEdit>,
    rulings: Vec<Ruling>,
}

fn places(edits: Vec<Placed>, rulings: Vec<Ruling>) -> Vec<Place> {
    let edits =
        edits.into_iter().map(|Placed { span, edit }| Place { span, edits: vec![edit], rulings: vec![] });
    let rulings =
        rulings.into_iter().map(|ruling| Place { span: ruling.span, edits: vec![], rulings: vec![ruling] });
    let mut all: Vec<Place> = edits.chain(rulings).collect();
    all.sort_by_key(|place| (place.span.start, place.span.end));
    let mut joined: Vec<Place> = Vec::with_capacity(all.len());
    for place in all {
        match joined.last_mut().filter(|last| place.span.start <= last.span.end) {
            Some(last) => {
                last.span.end = last.span.end.max(place.span.end);
                last.edits.extend(place.edits);
                last.rulings.extend(place.rulings);
            }
            None => joined.push(place),
        }
    }
    joined
}

/// `span` of `rewrite`, as the rulings in it want it.
fn with(rewrite: &str, span: Span, rulings: &[Ruling]) -> String {
    let mut text = String::with_capacity(span.len());
    let mut from = span.start;
    for ruling in rulings {
        text.push_str(&rewrite[from..ruling.span.start]);
        text.push_str(&ruling.replacement);
        from = ruling.span.end;
    }
    text + &rewrite[from..span.end]
}

/// The edit that puts `new` in the place of `span` of the document; `None` when it stands there.
fn change(document: &str, span: Span, new: String, reason: String) -> Option<ProposedEdit> {
    let old = &document[span.start..span.end];
    let kind = EditKind::of(old, &new);
    (old != new).then_some(ProposedEdit { id: 0, span, replacement: new, kind, reason, confidence: None })
}
