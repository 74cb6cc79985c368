//! "Another one": further candidates for a single segment.

use std::collections::{HashMap, HashSet};

use emend_decode::Cancel;

use crate::answer::{Asked, ask_critics, assess};
use crate::house;
use crate::judge::Judged;
use crate::opinions::Assessed;
use crate::plan::segment_at;
use crate::rewrite::{drafts, ranked, shown};
use crate::{Candidate, Cascade, Drafting, EngineError, Prompt, Request, Tier};

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

/// Drafts up to `number` further rewrites of one segment with the small tier of `cascade`. What its critics like best comes
/// first; without critics, what the model finds likeliest.
///
/// `request.range` is the span of the segment as [`rewrite`](crate::rewrite()) reported it (the whole text when
/// `None`). Texts in `exclude` (candidates already shown, in document form) do not come again, nor does the
/// original. The same `seed` gives the same candidates.
pub fn alternatives(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    exclude: &[String],
    number: usize,
    seed: u64,
    cancel: &Cancel,
) -> Result<Alternatives, EngineError> {
    let whole = emend_text::Span::new(0, request.text.len());
    let segment = segment_at(request, request.range.unwrap_or(whole))?;
    let (view, line, skip) = shown(cascade.small, request, &segment);
    if skip.is_some() {
        return Ok(Alternatives::Found(Vec::new()));
    }
    let asked = Asked { segment: &segment, view, line };
    let mut found: Vec<Assessed> = Vec::new();
    let mut seen: HashSet<String> = exclude.iter().map(|text| one_line(text)).collect();
    let prompts = [Prompt { instruction: request.instruction, text: &asked.line }];
    for round in 0..ROUNDS {
        // Rounds of neighbouring seeds must not meet: the second round of seed 1 is not the first of seed 2.
        let seed = seed.wrapping_add(round << 32);
        let how = Drafting::Several { number: number.saturating_sub(found.len()), seed };
        let Some(drafts) = drafts(cascade.small, &prompts, &how, cancel)? else {
            return Ok(Alternatives::Cancelled);
        };
        for draft in drafts.iter().flatten() {
            let assessed = assess(request, &asked, draft, Tier::Small);
            if let Judged::Candidate(candidate) = &assessed.judged
                && seen.insert(one_line(&house::ruled(request, &segment, candidate.clone()).text))
            {
                found.push(assessed);
            }
        }
        if found.len() >= number {
            break;
        }
    }
    let mut all = [found];
    ask_critics(cascade, request, std::slice::from_ref(&asked), &[0], &mut all);
    let [found] = all;
    let original = &request.text[segment.span.start..segment.span.end];
    let found = liked(cascade, found).into_iter().map(|found| house::ruled(request, &segment, found));
    let mut found: Vec<Candidate> = found.filter(|found| found.text != original).collect();
    found.truncate(number);
    for (edit, id) in found.iter_mut().flat_map(|candidate| &mut candidate.edits).zip(0..) {
        edit.id = id;
    }
    Ok(Alternatives::Found(found))
}

/// Candidates with their confidence, those that the critics like best first; what they like equally, or have no opinion of,
/// in the order of [`ranked`].
fn liked(cascade: &Cascade<'_>, found: Vec<Assessed>) -> Vec<Candidate> {
    let mut worth: HashMap<String, f32> = HashMap::new();
    let mut candidates = Vec::new();
    for Assessed { judged, features, worth: opinion } in found {
        let Some(mut candidate) = judged.candidate() else { continue };
        candidate.confidence = cascade.calibration.map(|known| known.confidence(&features));
        worth.extend(opinion.map(|opinion| (candidate.text.clone(), opinion.answer)));
        candidates.push(candidate);
    }
    let number = candidates.len();
    let mut candidates = ranked(candidates, number);
    let of = |candidate: &Candidate| worth.get(&candidate.text).copied().unwrap_or(f32::NEG_INFINITY);
    candidates.sort_by(|a, b| of(b).total_cmp(&of(a)));
    candidates
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
