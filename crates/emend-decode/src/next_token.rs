//! The one thing that decoding asks of a model.
//!
//! The state is a value that the caller owns. A model is only read, so greedy search, beams, batches
//! and cancelled runs share one model, and a finished hypothesis simply leaves the state. Scores
//! travel as plain `f32` rows: candle, llama.cpp and a three-word toy model look the same from here.

/// The number of a token in the model's vocabulary.
pub type TokenId = u32;

/// A model that has read its sources and scores what may come next.
///
/// Rows are hypotheses. [`NextToken::start`] gives one row per source; [`NextToken::reorder`] drops
/// finished rows or repeats a row for a beam. Rows of a state may have read different numbers of tokens:
/// [`NextToken::extend`] and [`NextToken::truncate_rows`] are for strategies that advance rows at their own speed.
pub trait NextToken {
    /// What every hypothesis has read so far, one row each.
    type State;
    /// Why the model could not score.
    type Error;

    /// Number of tokens V in the vocabulary: the width of every row of scores.
    fn vocab_size(&self) -> usize;

    /// One hypothesis per source, each having read nothing.
    fn start(&self) -> Result<Self::State, Self::Error>;

    /// Number of hypotheses in `state`.
    fn rows(&self, state: &Self::State) -> usize;

    /// Number of tokens that a hypothesis has read; where they differ, the longest.
    fn len(&self, state: &Self::State) -> usize;

    /// True when nothing has been read yet.
    fn is_empty(&self, state: &Self::State) -> bool {
        self.len(state) == 0
    }

    /// Reads n further tokens per hypothesis, row-major (rows, n), and replaces the content of `logits`
    /// with the scores after each of the last `wanted` of them, row-major (rows, wanted, V).
    ///
    /// `wanted` is between 1 and n. With n > 1 the scores equal those of n calls with one token each, so a guess
    /// can be verified in one pass.
    fn append(
        &self,
        state: &mut Self::State,
        tokens: &[TokenId],
        wanted: usize,
        logits: &mut Vec<f32>,
    ) -> Result<(), Self::Error>;

    /// Reads `new[r]` further tokens in row r, all rows' tokens one after the other in `tokens`, and replaces the content
    /// of `logits` with the scores after each of them, (tokens, V). A row with 0 waits. Scores are those of
    /// [`NextToken::append`].
    fn extend(
        &self,
        state: &mut Self::State,
        tokens: &[TokenId],
        new: &[usize],
        logits: &mut Vec<f32>,
    ) -> Result<(), Self::Error>;

    /// Forgets all but the first `len` tokens of every hypothesis.
    fn truncate(&self, state: &mut Self::State, len: usize) -> Result<(), Self::Error>;

    /// Forgets all but the first `lens[r]` tokens of row r.
    fn truncate_rows(&self, state: &mut Self::State, lens: &[usize]) -> Result<(), Self::Error>;

    /// Keeps, drops or repeats hypotheses: row `i` of the new state is row `rows[i]` of the old one.
    fn reorder(&self, state: &mut Self::State, rows: &[usize]) -> Result<(), Self::Error>;
}
