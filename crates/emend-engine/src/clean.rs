//! Leaving out what needs no correction: the critics read a sentence before the model does, and it is not asked about one that
//! looks clean.

use crate::confidence::CLEAN;
use crate::opinions::original;
use crate::{AskCritics, Cascade, Policy, Request, Segment, SkipReason, TellCritics};

/// Segments below which nothing is left out: who asks about a few sentences wants to hear about each.
const FEWEST: usize = 10;

/// How sentences that look clean are found.
#[derive(Clone, Copy)]
pub struct SkipClean<'a> {
    /// Says how clean texts look: what the critics think of each beside itself.
    pub ask: &'a AskCritics<'a>,
    /// Tells them what they will be asked next.
    pub ahead: &'a TellCritics<'a>,
    /// The score from which on a text is left out.
    pub at_least: f32,
}

/// Why segments of a batch are left out, in their order; `next` will be asked about after them.
///
/// Nothing is left out of a short text, nor where further candidates are wanted or a calibration is fitted.
pub(crate) fn clean(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    planned: &[Segment],
    batch: &[Segment],
    next: &[Segment],
) -> Vec<Option<SkipReason>> {
    let nothing = vec![None; batch.len()];
    let wanted = matches!(cascade.policy, Policy::Small | Policy::Auto(_)) && request.alternatives == 0;
    let Some(skip) = cascade.skip.filter(|_| wanted && planned.len() >= FEWEST) else { return nothing };
    let pairs = |segments: &[Segment]| {
        let asked = segments.iter().filter(|segment| segment.skip.is_none());
        let text = |segment: &Segment| &request.text[segment.span.start..segment.span.end];
        asked.map(|segment| original(request, text(segment))).collect::<Vec<_>>()
    };
    let asked = pairs(batch);
    let Some(scores) = (skip.ask)(&asked).filter(|scores| scores.len() == asked.len()) else {
        return nothing;
    };
    let next = pairs(next);
    if !next.is_empty() {
        (skip.ahead)(&next);
    }
    let mut scores = scores.iter();
    let mut looks_clean = || scores.next()?.get(CLEAN).filter(|clean| clean.score >= skip.at_least);
    let reason = |segment: &Segment| match segment.skip {
        Some(_) => None,
        None => looks_clean().map(|_| SkipReason::Clean),
    };
    batch.iter().map(reason).collect()
}
