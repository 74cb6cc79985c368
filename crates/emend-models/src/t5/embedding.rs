//! Token numbers in, vectors out. Encoder and decoder share the table.

use candle_core::{Device, Tensor};
use emend_decode::TokenId;

use crate::error::ModelError;
use crate::weights::Stored;

/// The table (V, D) as the file stores it: it is only unpacked row by row.
#[derive(Debug, Clone)]
pub(super) struct Embedding {
    table: Stored,
    vocab: usize,
    width: usize,
}

impl Embedding {
    /// The table is (`vocab`, `width`).
    pub(super) fn new(table: Stored, vocab: usize, width: usize) -> Self {
        Self { table, vocab, width }
    }

    /// One row per token, (N, D); gradients flow to a table that is a variable. [`ModelError::UnknownToken`] for a token
    /// outside the table.
    pub(super) fn forward(&self, tokens: &[TokenId]) -> Result<Tensor, ModelError> {
        self.check(tokens)?;
        if let Stored::Float(table) = &self.table {
            return Ok(table.index_select(&Tensor::from_slice(tokens, tokens.len(), &Device::Cpu)?, 0)?);
        }
        let mut rows = Vec::new();
        self.apply(tokens, &mut rows)?;
        Ok(Tensor::from_vec(rows, (tokens.len(), self.width), &Device::Cpu)?)
    }

    /// The same in the place of what `rows` held.
    pub(super) fn apply(&self, tokens: &[TokenId], rows: &mut Vec<f32>) -> Result<(), ModelError> {
        self.check(tokens)?;
        rows.clear();
        match &self.table {
            Stored::Mapped(mapped) => {
                let table = mapped.matrix();
                for &token in tokens {
                    table.unpack_row(token as usize, rows);
                }
            }
            Stored::Float(table) => {
                let table = crate::slices::numbers(table)?;
                for &token in tokens {
                    rows.extend_from_slice(&table[token as usize * self.width..][..self.width]);
                }
            }
            Stored::Quantized(table) => {
                let ids = Tensor::from_slice(tokens, tokens.len(), &Device::Cpu)?; // (N)
                rows.extend(table.embedding(&ids)?.flatten_all()?.to_vec1::<f32>()?);
            }
        }
        Ok(())
    }

    /// D.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    fn check(&self, tokens: &[TokenId]) -> Result<(), ModelError> {
        match tokens.iter().find(|&&token| token as usize >= self.vocab) {
            Some(&token) => Err(ModelError::UnknownToken { token, vocab: self.vocab }),
            None => Ok(()),
        }
    }
}
