//! llama.cpp as a [`NextToken`], for T5 and for chat models alike: the strategies of `emend-decode` serve both.

use std::cell::RefCell;

use emend_decode::{Cancel, DecodeError, Decoded, Hypothesis, NextToken, TokenId};

use super::Stop;
use super::engine::{Engine, Entry, failed};

/// Tokens whose scores are fetched at once when an output is given.
const SCORED_AT_ONCE: usize = 32;

/// A context that has read its sources.
///
/// llama.cpp keeps what was read inside the context, so one state lives at a time: starting another one forgets
/// the first. Source `i` owns the slots from `i * copies` on.
pub(crate) struct Scorer<'a, 'm> {
    engine: RefCell<&'a mut Engine<'m>>,
    cancel: &'a Cancel,
    sources: usize,
    copies: usize,
    /// Tokens that every slot has read before its first own one (a chat's prompt).
    base: usize,
    /// The tokens that end an output. To decoding they are one, the first, with their probabilities added.
    ends: &'a [TokenId],
    vocab: usize,
}

/// A token that was given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scored {
    pub(crate) logprob: f32,
    /// Of the distribution that it could have been taken from, in nats.
    pub(crate) entropy: f32,
}

/// The slot of each row, and how many tokens it has read.
pub(crate) struct State {
    slots: Vec<i32>,
    lens: Vec<usize>,
}

impl<'a, 'm> Scorer<'a, 'm> {
    /// After T5's encoder has read `sources` sources into `copies` slots each.
    pub(crate) fn t5(engine: &'a mut Engine<'m>, cancel: &'a Cancel, sources: usize, copies: usize) -> Self {
        Self::new(engine, cancel, sources, copies, 0, &[])
    }

    /// After slot 0 has read a prompt of `base` tokens.
    pub(crate) fn chat(
        engine: &'a mut Engine<'m>,
        cancel: &'a Cancel,
        base: usize,
        ends: &'a [TokenId],
    ) -> Self {
        Self::new(engine, cancel, 1, 1, base, ends)
    }

    fn new(
        engine: &'a mut Engine<'m>,
        cancel: &'a Cancel,
        sources: usize,
        copies: usize,
        base: usize,
        ends: &'a [TokenId],
    ) -> Self {
        Self { vocab: engine.vocab, engine: RefCell::new(engine), cancel, sources, copies, base, ends }
    }

    /// How likely `output` is (never empty, the end token included) after `start`, token by token.
    pub(crate) fn score(&self, start: TokenId, output: &[TokenId]) -> Result<Vec<Scored>, Stop> {
        let mut state = self.start()?;
        let read: Vec<TokenId> =
            std::iter::once(start).chain(output.iter().copied()).take(output.len()).collect();
        let (mut scored, mut scores) = (Vec::with_capacity(output.len()), Vec::new());
        for (read, next) in read.chunks(SCORED_AT_ONCE).zip(output.chunks(SCORED_AT_ONCE)) {
            self.append(&mut state, read, read.len(), &mut scores)?;
            for (row, &token) in scores.chunks_exact(self.vocab).zip(next) {
                scored.push(scored_in(row, token)?);
            }
        }
        Ok(scored)
    }

    /// Reads `new[r]` tokens in row r and gives the scores after the last `wanted` of each row, in parts that fit a batch.
    fn read(
        &self,
        state: &mut State,
        tokens: &[TokenId],
        new: &[usize],
        wanted: usize,
        logits: &mut Vec<f32>,
    ) -> Result<(), Stop> {
        let engine = &mut **self.engine.borrow_mut();
        let mut entries = Vec::with_capacity(tokens.len());
        for (row, &new) in new.iter().enumerate() {
            let from = entries.len();
            entries.extend((0..new).map(|column| Entry {
                token: tokens[from + column],
                position: self.base + state.lens[row] + column,
                slots: &state.slots[row..=row],
                scored: column >= new.saturating_sub(wanted),
            }));
        }
        logits.clear();
        for part in entries.chunks(engine.widest.max(1)) {
            if self.cancel.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            engine.decode(part.iter().copied())?;
            for (place, _) in part.iter().enumerate().filter(|(_, entry)| entry.scored) {
                let from = logits.len();
                logits.extend_from_slice(engine.scores(place));
                self.join_ends(&mut logits[from..]);
            }
        }
        state.lens.iter_mut().zip(new).for_each(|(len, new)| *len += new);
        Ok(())
    }

    /// Lets an output end in one way only.
    fn join_ends(&self, row: &mut [f32]) {
        let [end, others @ ..] = self.ends else { return };
        if others.is_empty() {
            return;
        }
        let max = self.ends.iter().map(|&end| row[end as usize]).fold(f32::NEG_INFINITY, f32::max);
        if max > f32::NEG_INFINITY {
            let sum: f32 = self.ends.iter().map(|&end| (row[end as usize] - max).exp()).sum();
            row[*end as usize] = max + sum.ln();
        }
        for &other in others {
            row[other as usize] = f32::NEG_INFINITY;
        }
    }
}

impl NextToken for Scorer<'_, '_> {
    type State = State;
    type Error = Stop;

    fn vocab_size(&self) -> usize {
        self.vocab
    }

    fn start(&self) -> Result<State, Stop> {
        let mut engine = self.engine.borrow_mut();
        for slot in 0..self.sources * self.copies {
            if !engine.forget(slot as i32, self.base) {
                return Err(failed("this model cannot go back in its text").into());
            }
        }
        let slots = (0..self.sources).map(|source| (source * self.copies) as i32).collect();
        Ok(State { slots, lens: vec![0; self.sources] })
    }

    fn rows(&self, state: &State) -> usize {
        state.slots.len()
    }

    fn len(&self, state: &State) -> usize {
        state.lens.iter().copied().max().unwrap_or(0)
    }

    fn append(
        &self,
        state: &mut State,
        tokens: &[TokenId],
        wanted: usize,
        logits: &mut Vec<f32>,
    ) -> Result<(), Stop> {
        let rows = state.slots.len();
        if rows == 0 || !tokens.len().is_multiple_of(rows) {
            return Err(failed(format!("{} tokens for {rows} rows", tokens.len())).into());
        }
        self.read(state, tokens, &vec![tokens.len() / rows; rows], wanted, logits)
    }

    fn extend(
        &self,
        state: &mut State,
        tokens: &[TokenId],
        new: &[usize],
        logits: &mut Vec<f32>,
    ) -> Result<(), Stop> {
        if new.len() != state.slots.len() || new.iter().sum::<usize>() != tokens.len() {
            return Err(failed(format!("{} tokens in rows of {new:?}", tokens.len())).into());
        }
        self.read(state, tokens, new, usize::MAX, logits)
    }

    fn truncate(&self, state: &mut State, len: usize) -> Result<(), Stop> {
        self.truncate_rows(state, &vec![len; state.slots.len()])
    }

    fn truncate_rows(&self, state: &mut State, lens: &[usize]) -> Result<(), Stop> {
        let mut engine = self.engine.borrow_mut();
        for ((&slot, old), &len) in state.slots.iter().zip(&mut state.lens).zip(lens) {
            if len < *old && !engine.forget(slot, self.base + len) {
                return Err(failed("this model cannot go back in its text").into());
            }
            *old = len.min(*old);
        }
        Ok(())
    }

    fn reorder(&self, state: &mut State, rows: &[usize]) -> Result<(), Stop> {
        let slots = plan(&state.slots, rows, self.copies)
            .ok_or_else(|| failed(format!("at most {} outputs per source", self.copies)))?;
        let mut engine = self.engine.borrow_mut();
        // First room, then copies: a copy may go where a dropped row was.
        for &dropped in state.slots.iter().filter(|slot| !slots.contains(slot)) {
            engine.forget(dropped, 0);
        }
        for (&row, &slot) in rows.iter().zip(&slots) {
            let from = state.slots[row];
            if from != slot {
                engine.forget(slot, 0);
                engine.copy(from, slot)?;
            }
        }
        state.lens = rows.iter().map(|&row| state.lens[row]).collect();
        state.slots = slots;
        Ok(())
    }
}

/// The slots of the new rows: the first row that continues an old one stays where that was, further ones go to a
/// slot of the same source that no row needs. `None` when there is none, or no such row.
fn plan(old: &[i32], rows: &[usize], copies: usize) -> Option<Vec<i32>> {
    let needed: Vec<i32> = rows.iter().map(|&row| old.get(row).copied()).collect::<Option<_>>()?;
    let mut new: Vec<i32> = Vec::with_capacity(rows.len());
    for &slot in &needed {
        if !new.contains(&slot) {
            new.push(slot);
            continue;
        }
        let first = slot / copies as i32 * copies as i32;
        new.push((first..first + copies as i32).find(|slot| !needed.contains(slot) && !new.contains(slot))?);
    }
    Some(new)
}

/// From scores x to `log p` of one token, where `p = exp x / sum(exp x)`, and to the entropy `-sum(p log p)`. A token that
/// is impossible gets the smallest number: JSON has no minus infinity.
fn scored_in(row: &[f32], token: TokenId) -> Result<Scored, Stop> {
    let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let (mut sum, mut weighted) = (0.0, 0.0);
    for &score in row.iter().filter(|&&score| score > f32::NEG_INFINITY || score.is_nan()) {
        let below = f64::from(score - max);
        sum += below.exp();
        weighted += below.exp() * below;
    }
    let logprob = (f64::from(row[token as usize] - max) - sum.ln()) as f32;
    let entropy = (sum.ln() - weighted / sum) as f32;
    if logprob.is_nan() || entropy.is_nan() {
        return Err(failed("a score is not a number").into());
    }
    Ok(Scored { logprob: logprob.max(f32::MIN), entropy })
}

/// The outputs of a strategy.
pub(crate) fn finished(decoded: Result<Decoded, DecodeError<Stop>>) -> Result<Vec<Hypothesis>, Stop> {
    match decoded {
        Ok(Decoded::Done(hypotheses)) => Ok(hypotheses),
        Ok(Decoded::Cancelled) => Err(Stop::Cancelled),
        Err(DecodeError::Model(stop)) => Err(stop),
        Err(other) => Err(failed(other).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_where_they_are_and_copies_stay_with_their_source() {
        // Two sources with three slots each.
        assert_eq!(plan(&[0, 3], &[0, 0, 0, 1, 1, 1], 3), Some(vec![0, 1, 2, 3, 4, 5]));
        assert_eq!(plan(&[0, 1, 2, 3], &[0, 2, 3], 3), Some(vec![0, 2, 3]), "row 1 is dropped");
        assert_eq!(plan(&[0, 1, 2], &[2, 2, 1], 3), Some(vec![2, 0, 1]), "a copy takes the place of row 0");
        assert_eq!(
            plan(&[0, 1, 2], &[2, 1, 0], 3),
            Some(vec![2, 1, 0]),
            "rows change places without copying"
        );
    }

    #[test]
    fn there_is_no_room_for_a_fourth_copy_and_no_row_nine() {
        assert_eq!(plan(&[0], &[0, 0, 0, 0], 3), None);
        assert_eq!(plan(&[0, 3], &[9], 3), None);
        assert_eq!(plan(&[0, 1], &[0, 0], 1), None);
    }

    #[test]
    fn given_tokens_have_normalised_scores_that_are_always_numbers() {
        let row = [1000.0, 1000.0 + 3f32.ln(), f32::NEG_INFINITY];
        let scored = scored_in(&row, 0).unwrap();
        assert!((scored.logprob - 0.25f32.ln()).abs() < 1e-4);
        let entropy = -(0.25 * 0.25f32.ln() + 0.75 * 0.75f32.ln());
        assert!((scored.entropy - entropy).abs() < 1e-4, "{scored:?}");
        assert!(scored_in(&row, 2).unwrap().logprob <= f32::MIN);
        for broken in [[f32::NEG_INFINITY; 2], [f32::NAN, 0.0], [0.0, f32::INFINITY]] {
            assert!(scored_in(&broken, 0).is_err(), "{broken:?}");
        }
    }
}
