//! Why decoding stopped without a result. Being cancelled is not among the reasons: it is a result.

use crate::TokenId;

/// A failure of the model, or of the agreement between caller and model.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError<E> {
    /// The model itself failed.
    #[error("the model could not score the next token")]
    Model(#[source] E),
    /// The caller gave limits for another number of sources than the model has read.
    #[error("{found} limits for {expected} sources; give one limit per source")]
    Sources {
        /// Sources that the model has read.
        expected: usize,
        /// Limits that were given.
        found: usize,
    },
    /// The model answered with the wrong number of scores.
    #[error(
        "the model gave {found} scores where {rows} hypotheses x {vocab} tokens were expected; \
         its vocabulary size and its output head disagree"
    )]
    Shape {
        /// Hypotheses that were scored.
        rows: usize,
        /// Tokens in the vocabulary.
        vocab: usize,
        /// Scores that came back.
        found: usize,
    },
    /// A score was not a number or was plus infinity: the computation overflowed.
    #[error(
        "the score of token {token} is {value} after {position} tokens of source {source_row}; \
         the weights are damaged or were computed in too narrow a float type"
    )]
    BrokenScore {
        /// Which source, from 0. (`source` is a reserved name in error types.)
        source_row: usize,
        /// Tokens already written.
        position: usize,
        /// The token with the broken score.
        token: TokenId,
        /// The score: NaN or plus infinity.
        value: f32,
    },
    /// Every token has the score minus infinity.
    #[error("the model allows no token at all after {position} tokens of source {source_row}")]
    NoScore {
        /// Which source, from 0.
        source_row: usize,
        /// Tokens already written.
        position: usize,
    },
}
