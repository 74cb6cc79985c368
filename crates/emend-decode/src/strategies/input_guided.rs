//! Input-guided speculative decoding: a rewrite mostly repeats its source, so the source is the draft.
//!
//! What the source says next is put behind what was written and read in one pass, which scores every position at
//! once. The drafted tokens are taken as long as each is what the strategy picks from the scores before it; the first
//! that is not is replaced by the pick, and the rest is forgotten. The output is token by token, and score by score,
//! that of the plain strategy; only the number of passes differs. Sun et al. 2021 (arXiv:2106.04970) and Ge et al. 2022
//! (arXiv:2205.10350) call it aggressive decoding.
//!
//! `place.rs` finds the place in the source again after a difference, `pace.rs` decides how far ahead to draft from what
//! passes cost (`cost.rs`).

mod cost;
mod pace;
mod place;
#[cfg(test)]
mod tests;

pub use cost::Cost;
pub use pace::Pace;

use super::independent::keep;
use super::sample::Draws;
use crate::log_probs::argmax;
use crate::search::{check_shape, normalise};
use crate::{DecodeError, Decoded, Hypothesis, LogitsProcessor, NextToken, Sampling, Search, TokenId};
use pace::{MOST_AHEAD, Room};
use place::Place;

/// Rows that are written together at most; further ones wait until one of them is done. Beyond this many, a processor
/// is busy, and a larger pass only takes longer.
const MOST_ROWS: usize = 16;

/// What guides a search: never what is written, only how fast.
#[derive(Debug)]
pub struct Guide<'a> {
    /// The text of each source: the part that the output is expected to repeat, without an instruction and without
    /// an end token. Sources beyond its end are written without drafts.
    pub texts: &'a [&'a [TokenId]],
    /// Which of a seed's random numbers the samples of each source take, so that they do not depend on what else is
    /// written. Sources beyond its end take those of their place, as in [`sample`](crate::sample).
    pub streams: &'a [u32],
    /// How far ahead to draft. Keep it from call to call: it learns.
    pub pace: &'a mut Pace,
}

/// [`greedy`](crate::greedy) in fewer passes.
///
/// The output is the same, provided that the model's scores do not depend on how many tokens are read at once
/// ([`NextToken::extend`]).
pub fn input_guided<M: NextToken>(
    model: &M,
    search: &Search<'_>,
    guide: Guide<'_>,
) -> Result<Decoded, DecodeError<M::Error>> {
    write_rows(model, search, 1, guide, |_, row| argmax(row))
}

/// [`sample`](crate::sample) in fewer passes: for the same seed the same samples, under the proviso of [`input_guided`].
///
/// Speculative sampling (Leviathan et al. 2023, Chen et al. 2023) accepts a drafted token x with probability
/// min(1, p(x) / q(x)) and otherwise draws from the rest of p, normalised. A draft that is given is certain, q(x) = 1, and
/// both steps are one: draw from p, and accept if it is x.
pub fn input_guided_sample<M: NextToken>(
    model: &M,
    search: &Search<'_>,
    how: &Sampling,
    guide: Guide<'_>,
) -> Result<Decoded, DecodeError<M::Error>> {
    let (temperature, top_k, top_p) = how.processors();
    let mut processors = search.processors.to_vec();
    processors.extend([&temperature as &dyn LogitsProcessor, &top_k, &top_p]);
    let mut draws = Draws::new(how, search.limits.len(), guide.streams);
    let search = Search { processors: &processors, ..*search };
    write_rows(model, &search, how.samples, guide, |lane, row| draws.draw(lane, row))
}

/// A hypothesis and where it is in its source.
struct Lane<'a> {
    hypothesis: Hypothesis,
    place: Place<'a>,
}

/// Writes `copies` hypotheses per source, numbered and chosen as in the loop of plain strategies
/// ([`independent`](super::independent)).
fn write_rows<M: NextToken>(
    model: &M,
    search: &Search<'_>,
    copies: usize,
    guide: Guide<'_>,
    mut pick: impl FnMut(usize, &[f32]) -> Option<TokenId>,
) -> Result<Decoded, DecodeError<M::Error>> {
    let Guide { texts, pace, streams: _ } = guide;
    let mut state = search.start(model)?;
    let sources = search.limits.len();
    let lane = |source: usize| Lane {
        hypothesis: Hypothesis::with_room(source, search.limits[source].max_tokens),
        place: Place::new(texts.get(source).copied().unwrap_or_default()),
    };
    let mut lanes: Vec<Lane<'_>> =
        (0..sources).flat_map(|source| (0..copies).map(move |_| source)).map(lane).collect();

    // `running[row]` is the lane that the model's row writes; the first MOST_ROWS of them do, the others wait.
    let source_of = |lane: usize| lane / copies;
    let mut running: Vec<usize> =
        (0..lanes.len()).filter(|&lane| search.limits[source_of(lane)].max_tokens > 0).collect();
    let first: Vec<usize> = running.iter().map(|&lane| source_of(lane)).collect();
    if !first.iter().copied().eq(0..sources) {
        model.reorder(&mut state, &first).map_err(DecodeError::Model)?;
    }

    // Kept from pass to pass, so that a token costs no allocation.
    let mut tokens = Vec::with_capacity(running.len().min(MOST_ROWS) * (1 + MOST_AHEAD));
    let (mut scores, mut adjusted) = (Vec::new(), Vec::new());
    let (mut rooms, mut ahead, mut new) = (Vec::new(), Vec::new(), Vec::new());
    let (mut kept, mut lens) = (Vec::with_capacity(running.len()), Vec::new());
    while !running.is_empty() {
        if search.cancel.is_cancelled() {
            return Ok(Decoded::Cancelled);
        }
        // One pass over the last token of each row and what is drafted behind it.
        rooms.clear();
        rooms.extend(running.iter().take(MOST_ROWS).map(|&lane| lanes[lane].room(search)));
        pace.plan(&rooms, &mut ahead);
        new.clear();
        new.resize(running.len(), 0);
        tokens.clear();
        for (row, &ahead) in ahead.iter().enumerate() {
            let Lane { hypothesis, place } = &lanes[running[row]];
            let start = search.limits[hypothesis.source].start;
            tokens.push(hypothesis.tokens.last().copied().unwrap_or(start));
            tokens.extend_from_slice(&place.ahead()[..ahead]);
            new[row] = 1 + ahead;
        }
        pace.pass(tokens.len(), || model.extend(&mut state, &tokens, &new, &mut scores))
            .map_err(DecodeError::Model)?;
        check_shape(model, tokens.len(), &scores)?;

        kept.clear();
        let mut positions = scores.chunks_exact_mut(model.vocab_size());
        for (row, &ahead) in ahead.iter().enumerate() {
            let lane = running[row];
            let grown = lanes[lane].verify(
                search,
                ahead,
                positions.by_ref().take(1 + ahead),
                &mut adjusted,
                |row| pick(lane, row),
            )?;
            pace.learn(&rooms[row], ahead, grown.accepted);
            if grown.goes_on {
                kept.push(row);
            }
        }
        kept.extend(ahead.len()..running.len());

        if kept.len() < running.len() && !kept.is_empty() {
            model.reorder(&mut state, &kept).map_err(DecodeError::Model)?;
        }
        keep(&mut running, &kept);
        if !running.is_empty() {
            // What counts is the start token and all that was written but the last.
            lens.clear();
            lens.extend(running.iter().map(|&lane| lanes[lane].hypothesis.tokens.len()));
            model.truncate_rows(&mut state, &lens).map_err(DecodeError::Model)?;
        }
    }
    Ok(Decoded::Done(lanes.into_iter().map(|lane| lane.hypothesis).collect()))
}

/// What a pass brought to a lane.
struct Grown {
    /// Drafted tokens that were picked.
    accepted: usize,
    /// False when the hypothesis is done.
    goes_on: bool,
}

impl Lane<'_> {
    /// How many tokens can be drafted: a draft never passes the limit, of which the pick after it takes one step.
    fn room(&self, search: &Search<'_>) -> Room {
        let limit = search.limits[self.hypothesis.source].max_tokens;
        let steps = limit.saturating_sub(self.hypothesis.tokens.len() + 1);
        Room { most: self.place.ahead().len().min(steps), found: self.place.found() }
    }

    /// Picks tokens from the scores after the last token and after each of the `ahead` drafted ones, up to the
    /// first pick that was not drafted.
    fn verify<'s, E>(
        &mut self,
        search: &Search<'_>,
        ahead: usize,
        mut positions: impl Iterator<Item = &'s mut [f32]>,
        adjusted: &mut Vec<f32>,
        mut pick: impl FnMut(&[f32]) -> Option<TokenId>,
    ) -> Result<Grown, DecodeError<E>> {
        let Self { hypothesis, place } = self;
        let (source, limits) = (hypothesis.source, search.limits[hypothesis.source]);
        let mut accepted = 0;
        let done = loop {
            let Some(scores) = positions.next() else { break false };
            let entropy = normalise(scores, source, hypothesis.tokens.len())?;
            let choice = if search.processors.is_empty() {
                pick(scores)
            } else {
                search.adjust(scores, source, &hypothesis.tokens, adjusted);
                pick(adjusted)
            };
            let Some(token) = choice else { break true };
            hypothesis.choose(token, scores, entropy);
            if token == limits.end {
                hypothesis.finished = true;
                break true;
            }
            hypothesis.tokens.push(token);
            let drafted = accepted < ahead && place.ahead()[accepted] == token;
            accepted += usize::from(drafted);
            if hypothesis.tokens.len() == limits.max_tokens {
                break true;
            }
            if !drafted {
                break false;
            }
        };
        // The positions behind a rejection belong to this lane, too.
        positions.for_each(drop);
        if !done {
            place.follow(&hypothesis.tokens, accepted);
        }
        Ok(Grown { accepted, goes_on: !done })
    }
}
