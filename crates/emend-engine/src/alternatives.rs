//! "Another one": further candidates for a single segment.

use std::collections::HashSet;

use emend_decode::Cancel;

use crate::judge::{Judged, judge};
use crate::plan::segment_at;
use crate::rewrite::{drafts, ranked, shown};
use crate::{Candidate, Drafting, EngineError, Prompt, Request, Rewriter, Tier};

/// How often new drafts are asked for when too few of them are new.
const ROUNDS: u64 = 3;

/// What came of asking for more.
#[derive(Debug, Clone, PartialEq)]
pub enum Alternatives {
    /// Candidates that were not seen before, best first; empty when the model has nothing else to offer. Edits are
    /// numbered through all of them, from 0.
    Found(Vec<Candidate>),
    /// Somebody asked to stop.
    Cancelled,
}

/// Drafts up to `number` further rewrites of one segment, ranked.
///
/// `request.range` is the span of the segment as [`rewrite`](crate::rewrite()) reported it (the whole text when
/// `None`). Texts in `exclude` (candidates already shown, in document form) do not come again, nor does the
/// original. The same `seed` gives the same candidates.
pub fn alternatives(
    model: &dyn Rewriter,
    request: &Request<'_>,
    exclude: &[String],
    number: usize,
    seed: u64,
    cancel: &Cancel,
) -> Result<Alternatives, EngineError> {
    let whole = emend_text::Span::new(0, request.text.len());
    let segment = segment_at(request, request.range.unwrap_or(whole))?;
    let (view, line, skip) = shown(model, request, &segment);
    let mut found: Vec<Candidate> = Vec::new();
    if skip.is_some() {
        return Ok(Alternatives::Found(found));
    }
    let mut seen: HashSet<String> = exclude.iter().map(|text| one_line(text)).collect();
    let prompts = [Prompt { instruction: request.instruction, text: &line }];
    for round in 0..ROUNDS {
        // Rounds of neighbouring seeds must not meet: the second round of seed 1 is not the first of seed 2.
        let seed = seed.wrapping_add(round << 32);
        let how = Drafting::Several { number: number.saturating_sub(found.len()), seed };
        let Some(drafts) = drafts(model, &prompts, &how, cancel)? else { return Ok(Alternatives::Cancelled) };
        for draft in drafts.iter().flatten() {
            if let (Judged::Candidate(candidate), _) = judge(request, &segment, &view, draft, Tier::Small)
                && seen.insert(one_line(&candidate.text))
            {
                found.push(candidate);
            }
        }
        if found.len() >= number {
            break;
        }
    }
    let mut found = ranked(found, number);
    for (edit, id) in found.iter_mut().flat_map(|candidate| &mut candidate.edits).zip(0..) {
        edit.id = id;
    }
    Ok(Alternatives::Found(found))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
