//! From texts to rows of tokens, by the model's own `tokenizer.json`.

use std::path::Path;

use candle_core::{Device, Tensor};
use emend_decode::TokenId;
use tokenizers::{Tokenizer, TruncationDirection, TruncationParams, TruncationStrategy};

use super::Input;
use super::config::Config;
use crate::error::ModelError;
use crate::files::read_text;

/// Largest `tokenizer.json`, in bytes; with 250,000 pieces it takes about 17 MB.
const MAX_FILE: u64 = 64 << 20;

/// A tokenizer that cuts what is too long.
#[derive(Debug)]
pub(super) struct Reader {
    tokenizer: Tokenizer,
    pad: TokenId,
    /// The highest kind of text that the model knows.
    last_type: u32,
}

/// An input's tokens and, for each, whether it belongs to the first text or the second.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) ids: Vec<TokenId>,
    types: Vec<u32>,
}

impl Reader {
    pub(super) fn open(path: &Path, config: &Config) -> Result<Reader, ModelError> {
        let text = read_text(path, MAX_FILE)?;
        let failed =
            |e: tokenizers::Error| ModelError::Parse { path: path.to_owned(), reason: e.to_string() };
        let mut tokenizer: Tokenizer = text.parse().map_err(failed)?;
        check_vocabulary(path, tokenizer.get_vocab(true).into_values().max(), config.vocab)?;
        let truncation = TruncationParams {
            direction: TruncationDirection::Right,
            max_length: config.longest,
            strategy: TruncationStrategy::LongestFirst,
            stride: 0,
        };
        tokenizer.with_truncation(Some(truncation)).map_err(failed)?;
        tokenizer.with_padding(None);
        let reader = Reader { tokenizer, pad: config.pad, last_type: config.types.saturating_sub(1) as u32 };
        // The first token stands for the whole text.
        if reader.row(Input::One(""))?.ids.is_empty() {
            return Err(ModelError::Tokenizer {
                path: path.to_owned(),
                item: "post_processor".into(),
                expected: "a token before the text, such as [CLS]".into(),
                found: "none".into(),
            });
        }
        Ok(reader)
    }

    /// Tokens of an input, those that the model's own processor puts around it included.
    pub(super) fn row(&self, input: Input<'_>) -> Result<Row, ModelError> {
        let encoded = match input {
            Input::One(text) => self.tokenizer.encode(text, true),
            Input::Pair(first, second) => self.tokenizer.encode((first, second), true),
        };
        let encoded = encoded.map_err(|e| ModelError::Tokenize { reason: e.to_string() })?;
        let types = encoded.get_type_ids().iter().map(|kind| (*kind).min(self.last_type)).collect();
        Ok(Row { ids: encoded.get_ids().to_vec(), types })
    }

    /// Tokens, kinds of text and mask of some rows, each (B, T).
    pub(super) fn tensors(&self, rows: &[&Row]) -> candle_core::Result<(Tensor, Tensor, Tensor)> {
        let longest = rows.iter().map(|row| row.ids.len()).max().unwrap_or(0);
        let filled = |numbers: &dyn Fn(&Row, usize) -> Option<u32>, fill: u32| {
            let all: Vec<u32> = rows
                .iter()
                .flat_map(|row| (0..longest).map(move |at| numbers(row, at).unwrap_or(fill)))
                .collect();
            Tensor::from_vec(all, (rows.len(), longest), &Device::Cpu)
        };
        let ids = filled(&|row, at| row.ids.get(at).copied(), self.pad)?;
        let types = filled(&|row, at| row.types.get(at).copied(), 0)?;
        let mask = filled(&|row, at| row.ids.get(at).map(|_| 1), 0)?.to_dtype(candle_core::DType::F32)?;
        Ok((ids, types, mask))
    }
}

/// Refuses a tokenizer whose numbers reach beyond the embedding table of `vocab` rows.
fn check_vocabulary(path: &Path, largest: Option<TokenId>, vocab: usize) -> Result<(), ModelError> {
    match largest {
        Some(largest) if (largest as usize) < vocab => Ok(()),
        largest => Err(ModelError::Tokenizer {
            path: path.to_owned(),
            item: "vocabulary".into(),
            expected: format!("numbers below {vocab}, the configuration's vocab_size"),
            found: largest.map_or("no tokens".into(), |largest| largest.to_string()),
        }),
    }
}
