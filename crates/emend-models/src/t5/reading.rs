//! Sources that were read once, and the scores of whatever may be written about them.

use candle_core::{Storage, Tensor};
use emend_decode::{NextToken, TokenId};

use super::decoder::Sources;
use super::state::{DecoderState, Past};
use super::{MAX_TOKENS, Ops, T5};
use crate::error::ModelError;

/// The encoder's work on a batch of sources, done once: what the decoder's cross-attention looks at.
///
/// Made by [`T5::read`]. A [`DecoderState`] belongs to the reading that started it.
#[derive(Debug)]
pub struct Reading<'m> {
    pub(super) model: &'m T5,
    pub(super) sources: Sources,
    /// S: number of sources.
    pub(super) count: usize,
}

impl NextToken for Reading<'_> {
    type State = DecoderState;
    type Error = ModelError;

    fn vocab_size(&self) -> usize {
        self.model.config().vocab_size
    }

    fn start(&self) -> Result<DecoderState, ModelError> {
        Ok(DecoderState {
            past: Past::new(self.sources.layers.len()),
            rows: (0..self.count).collect(),
            sources: self.sources.clone(),
        })
    }

    fn rows(&self, state: &DecoderState) -> usize {
        state.rows.len()
    }

    fn len(&self, state: &DecoderState) -> usize {
        state.past.len()
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
        if state.past.len() + new > MAX_TOKENS {
            let expected = format!("at most {MAX_TOKENS}");
            return Err(input("decoder tokens", expected, state.past.len() + new));
        }

        let model = self.model;
        let x = model.embedding.forward(tokens)?; // (R·n, D)
        let mut x = model.decoder.forward(x, rows, Some(&mut state.past), &state.sources, Ops::Fused)?;
        if wanted < new {
            let width = x.dim(1)?;
            let last = x.reshape((rows, new, width))?.narrow(1, new - wanted, wanted)?; // (R, w, D)
            x = last.reshape(((), width))?; // (R·w, D)
        }
        copy_out(&model.score(&x, Ops::Fused)?, logits) // (R·w, V)
    }

    fn truncate(&self, state: &mut DecoderState, len: usize) -> Result<(), ModelError> {
        state.past.truncate(len);
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
        if rows.is_empty() {
            state.rows.clear();
            return Ok(());
        }
        let origins: Vec<usize> = rows.iter().map(|&row| state.rows[row]).collect();
        if origins != state.rows {
            state.sources = self.sources.serving(&origins)?;
            state.rows = origins;
        }
        state.past.reorder(rows)?;
        Ok(())
    }
}

/// The numbers of a contiguous f32 tensor, in the place of what `buffer` held; its memory is used again.
fn copy_out(tensor: &Tensor, buffer: &mut Vec<f32>) -> Result<(), ModelError> {
    let (storage, layout) = tensor.storage_and_layout();
    if let (Storage::Cpu(numbers), Some((start, end))) = (&*storage, layout.contiguous_offsets()) {
        buffer.extend_from_slice(&numbers.as_slice::<f32>()?[start..end]);
        return Ok(());
    }
    drop(storage);
    *buffer = tensor.flatten_all()?.to_vec1()?;
    Ok(())
}

pub(super) fn input(item: &'static str, expected: String, found: impl std::fmt::Display) -> ModelError {
    ModelError::Input { item, expected, found: found.to_string() }
}
