//! Rows that do not compete with each other: the loop of greedy search and of sampling.

use crate::search::read;
use crate::{DecodeError, Decoded, Hypothesis, NextToken, Search, TokenId};

/// Writes `copies` hypotheses per source; `pick(lane, adjusted)` chooses each next token, where lanes count
/// through the copies of source 0, then of source 1, and so on. A pick of `None` (everything is forbidden)
/// leaves the hypothesis unfinished. A row that is done leaves the model's state.
pub(super) fn write_rows<M: NextToken>(
    model: &M,
    search: &Search<'_>,
    copies: usize,
    mut pick: impl FnMut(usize, &[f32]) -> Option<TokenId>,
) -> Result<Decoded, DecodeError<M::Error>> {
    let mut state = search.start(model)?;
    let sources = search.limits.len();
    let new = |source: usize| Hypothesis::with_room(source, search.limits[source].max_tokens);
    let mut written: Vec<Hypothesis> =
        (0..sources).flat_map(|source| (0..copies).map(move |_| source)).map(new).collect();

    // `running[row]` is the lane that the model's row writes.
    let mut running: Vec<usize> =
        (0..written.len()).filter(|&lane| search.limits[written[lane].source].max_tokens > 0).collect();
    let first: Vec<usize> = running.iter().map(|&lane| written[lane].source).collect();
    let mut next: Vec<TokenId> = first.iter().map(|&source| search.limits[source].start).collect();
    if !first.iter().copied().eq(0..sources) {
        model.reorder(&mut state, &first).map_err(DecodeError::Model)?;
    }

    // Kept from pass to pass, so that a token costs no allocation.
    let (mut log_probs, mut entropies, mut adjusted) = (Vec::new(), Vec::new(), Vec::new());
    let mut kept = Vec::with_capacity(running.len());
    while !running.is_empty() {
        if search.cancel.is_cancelled() {
            return Ok(Decoded::Cancelled);
        }
        let source = |row: usize| written[running[row]].source;
        read(model, &mut state, &next, source, &mut log_probs, &mut entropies)?;
        next.clear();
        kept.clear();
        let rows = log_probs.chunks_exact(model.vocab_size()).zip(&entropies).enumerate();
        for (row, (log_probs, &entropy)) in rows {
            let lane = running[row];
            let hypothesis = &mut written[lane];
            let limits = search.limits[hypothesis.source];
            let choice = if search.processors.is_empty() {
                pick(lane, log_probs)
            } else {
                search.adjust(log_probs, hypothesis.source, &hypothesis.tokens, &mut adjusted);
                pick(lane, &adjusted)
            };
            let Some(token) = choice else { continue };
            hypothesis.choose(token, log_probs, entropy);
            if token == limits.end {
                hypothesis.finished = true;
                continue;
            }
            hypothesis.tokens.push(token);
            if hypothesis.tokens.len() < limits.max_tokens {
                kept.push(row);
                next.push(token);
            }
        }
        if kept.len() < running.len() && !kept.is_empty() {
            model.reorder(&mut state, &kept).map_err(DecodeError::Model)?;
        }
        keep(&mut running, &kept);
    }
    Ok(Decoded::Done(written))
}

/// Leaves the rows that are named in `kept`, in ascending order.
pub(super) fn keep<T: Copy>(rows: &mut Vec<T>, kept: &[usize]) {
    for (to, &row) in kept.iter().enumerate() {
        rows[to] = rows[row];
    }
    rows.truncate(kept.len());
}
