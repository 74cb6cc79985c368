//! Sources that were read once, and the scores of whatever may be written about them.

use std::sync::Arc;

use emend_decode::{NextToken, TokenId};

use super::buffers::Buffers;
use super::state::{DecoderState, Past, Source};
use super::{MAX_TOKENS, T5};
use crate::error::ModelError;

/// The encoder's work on a batch of sources, done once: what the decoder's cross-attention looks at.
///
/// Made by [`T5::read`] and [`T5::read_with`]. A [`DecoderState`] belongs to the reading that started it.
#[derive(Debug)]
pub struct Reading<'m> {
    pub(super) model: &'m T5,
    pub(super) sources: Vec<Arc<Source>>,
}

impl NextToken for Reading<'_> {
    type State = DecoderState;
    type Error = ModelError;

    fn vocab_size(&self) -> usize {
        self.model.config().vocab_size
    }

    fn start(&self) -> Result<DecoderState, ModelError> {
        Ok(DecoderState {
            rows: (0..self.sources.len()).collect(),
            past: Past::new(self.model.decoder.layers(), self.sources.len()),
            buffers: Buffers::default(),
            x: Vec::new(),
            new: Vec::new(),
        })
    }

    fn rows(&self, state: &DecoderState) -> usize {
        state.rows.len()
    }

    fn len(&self, state: &DecoderState) -> usize {
        state.past.longest()
    }

    fn append(
        &self,
        state: &mut DecoderState,
        tokens: &[TokenId],
        wanted: usize,
        logits: &mut Vec<f32>,
    ) -> Result<(), ModelError> {
        logits.clear();
        let rows = state.rows.len();
        if rows == 0 && tokens.is_empty() {
            return Ok(());
        }
        if rows == 0 || tokens.is_empty() || !tokens.len().is_multiple_of(rows) {
            return Err(input("tokens", format!("n ≥ 1 for each of {rows} rows"), tokens.len()));
        }
        let new = tokens.len() / rows; // n
        if !(1..=new).contains(&wanted) {
            return Err(input("wanted positions", format!("1 to {new}"), wanted));
        }
        fits(state.past.longest() + new)?;

        let DecoderState { rows, past, buffers, x, new: each } = state;
        each.clear();
        each.resize(rows.len(), new);
        self.model.write(tokens, rows, each, past, &self.sources, x, buffers)?;
        if wanted < new {
            let width = x.len() / tokens.len();
            for row in 0..rows.len() {
                let from = (row * new + new - wanted) * width;
                x.copy_within(from..from + wanted * width, row * wanted * width);
            }
            x.truncate(rows.len() * wanted * width);
        }
        self.model.score(x, buffers, logits) // (R·w, V)
    }

    fn extend(
        &self,
        state: &mut DecoderState,
        tokens: &[TokenId],
        new: &[usize],
        logits: &mut Vec<f32>,
    ) -> Result<(), ModelError> {
        logits.clear();
        let DecoderState { rows, past, buffers, x, .. } = state;
        if new.len() != rows.len() {
            return Err(input(
                "numbers of tokens",
                format!("one for each of {} rows", rows.len()),
                new.len(),
            ));
        }
        if new.iter().sum::<usize>() != tokens.len() {
            let expected = format!("the sum of {new:?}");
            return Err(input("tokens", expected, tokens.len()));
        }
        for (row, &new) in new.iter().enumerate() {
            fits(past.len(row) + new)?;
        }
        if tokens.is_empty() {
            return Ok(());
        }
        self.model.write(tokens, rows, new, past, &self.sources, x, buffers)?;
        self.model.score(x, buffers, logits) // (N, V)
    }

    fn truncate(&self, state: &mut DecoderState, len: usize) -> Result<(), ModelError> {
        state.past.truncate(std::iter::repeat(len));
        Ok(())
    }

    fn truncate_rows(&self, state: &mut DecoderState, lens: &[usize]) -> Result<(), ModelError> {
        if lens.len() != state.rows.len() {
            return Err(input("lengths", format!("one for each of {} rows", state.rows.len()), lens.len()));
        }
        state.past.truncate(lens.iter().copied());
        Ok(())
    }

    fn reorder(&self, state: &mut DecoderState, rows: &[usize]) -> Result<(), ModelError> {
        let old = state.rows.len();
        if let Some(&row) = rows.iter().find(|&&row| row >= old) {
            return Err(input("row", format!("below {old}"), row));
        }
        if rows.iter().copied().eq(0..old) {
            return Ok(());
        }
        state.rows = rows.iter().map(|&row| state.rows[row]).collect();
        state.past.reorder(rows);
        Ok(())
    }
}

/// Refuses a row of more than [`MAX_TOKENS`].
fn fits(tokens: usize) -> Result<(), ModelError> {
    if tokens > MAX_TOKENS {
        return Err(input("decoder tokens", format!("at most {MAX_TOKENS}"), tokens));
    }
    Ok(())
}

pub(super) fn input(item: &'static str, expected: String, found: impl std::fmt::Display) -> ModelError {
    ModelError::Input { item, expected, found: found.to_string() }
}
