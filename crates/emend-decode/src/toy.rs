//! A model for tests that fits in the head: what comes next depends on the last token only, by a table.

use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;

use crate::{Cancel, DecodeError, Decoded, Hypothesis, Limits, NextToken, TokenId};

pub(crate) const START: TokenId = 0;
pub(crate) const END: TokenId = 1;
pub(crate) const A: TokenId = 2;
pub(crate) const B: TokenId = 3;
pub(crate) const C: TokenId = 4;

/// Scores after each token; one table per source.
type Table = HashMap<TokenId, Vec<f32>>;

#[derive(Debug, Clone)]
pub(crate) struct Toy {
    tables: Vec<Table>,
    vocab: usize,
    rows_per_step: RefCell<Vec<usize>>,
    cancelling: Option<(usize, Cancel)>,
}

/// (source, tokens read) per row.
pub(crate) type State = Vec<(usize, Vec<TokenId>)>;

impl Toy {
    /// A toy from probabilities; what is not named has probability zero.
    pub(crate) fn new(rows: &[(TokenId, &[(TokenId, f32)])]) -> Self {
        let rows: Vec<(TokenId, Vec<f32>)> = rows
            .iter()
            .map(|(last, next)| {
                let mut scores = vec![f32::NEG_INFINITY; 5];
                // Shifted, because a model's scores are not normalised.
                for (token, p) in *next {
                    scores[*token as usize] = p.ln() + 2.5;
                }
                (*last, scores)
            })
            .collect();
        Self::raw(&rows.iter().map(|(last, scores)| (*last, scores.as_slice())).collect::<Vec<_>>())
    }

    /// A toy from scores.
    pub(crate) fn raw(rows: &[(TokenId, &[f32])]) -> Self {
        let vocab = rows.first().map_or(5, |(_, scores)| scores.len());
        let table = rows.iter().map(|(last, scores)| (*last, scores.to_vec())).collect();
        Self { tables: vec![table], vocab, rows_per_step: RefCell::default(), cancelling: None }
    }

    /// One model that has read the sources of all of them.
    pub(crate) fn batch(toys: &[Toy]) -> Self {
        let tables = toys.iter().flat_map(|toy| toy.tables.clone()).collect();
        Self { tables, vocab: 5, rows_per_step: RefCell::default(), cancelling: None }
    }

    /// Raises `cancel` during its `steps`-th step.
    pub(crate) fn cancelling_after(self, steps: usize, cancel: &Cancel) -> Self {
        Self { cancelling: Some((steps, cancel.clone())), ..self }
    }

    pub(crate) fn claiming_vocabulary(self, vocab: usize) -> Self {
        Self { vocab, ..self }
    }

    /// How many rows each step so far has scored.
    pub(crate) fn rows_per_step(&self) -> Vec<usize> {
        self.rows_per_step.borrow().clone()
    }

    fn count(&self, rows: usize) {
        self.rows_per_step.borrow_mut().push(rows);
        if let Some((steps, cancel)) = &self.cancelling
            && self.rows_per_step.borrow().len() == *steps
        {
            cancel.cancel();
        }
    }
}

impl NextToken for Toy {
    type State = State;
    type Error = Infallible;

    fn vocab_size(&self) -> usize {
        self.vocab
    }

    fn start(&self) -> Result<State, Infallible> {
        Ok((0..self.tables.len()).map(|source| (source, Vec::new())).collect())
    }

    fn rows(&self, state: &State) -> usize {
        state.len()
    }

    fn len(&self, state: &State) -> usize {
        state.first().map_or(0, |(_, read)| read.len())
    }

    fn append(
        &self,
        state: &mut State,
        tokens: &[TokenId],
        wanted: usize,
        logits: &mut Vec<f32>,
    ) -> Result<(), Infallible> {
        let n = tokens.len() / state.len();
        logits.clear();
        for ((source, read), new) in state.iter_mut().zip(tokens.chunks(n)) {
            read.extend_from_slice(new);
            for last in &new[n - wanted..] {
                logits.extend_from_slice(&self.tables[*source][last]);
            }
        }
        self.count(state.len());
        Ok(())
    }

    fn extend(
        &self,
        state: &mut State,
        tokens: &[TokenId],
        new: &[usize],
        logits: &mut Vec<f32>,
    ) -> Result<(), Infallible> {
        logits.clear();
        let mut tokens = tokens.iter();
        for ((source, read), &new) in state.iter_mut().zip(new) {
            for &token in tokens.by_ref().take(new) {
                read.push(token);
                logits.extend_from_slice(&self.tables[*source][&token]);
            }
        }
        self.count(new.iter().filter(|&&new| new > 0).count());
        Ok(())
    }

    fn truncate(&self, state: &mut State, len: usize) -> Result<(), Infallible> {
        for (_, read) in state {
            read.truncate(len);
        }
        Ok(())
    }

    fn truncate_rows(&self, state: &mut State, lens: &[usize]) -> Result<(), Infallible> {
        for ((_, read), &len) in state.iter_mut().zip(lens) {
            read.truncate(len);
        }
        Ok(())
    }

    fn reorder(&self, state: &mut State, rows: &[usize]) -> Result<(), Infallible> {
        *state = rows.iter().map(|&row| state[row].clone()).collect();
        Ok(())
    }
}

/// Steps at most, with the toy's start and end.
pub(crate) fn limits(max_tokens: usize) -> Limits {
    Limits { max_tokens, start: START, end: END }
}

/// The hypotheses of a run that nobody cancelled.
#[track_caller]
pub(crate) fn done(result: Result<Decoded, DecodeError<Infallible>>) -> Vec<Hypothesis> {
    match result {
        Ok(Decoded::Done(written)) => written,
        other => panic!("expected hypotheses, found {other:?}"),
    }
}
