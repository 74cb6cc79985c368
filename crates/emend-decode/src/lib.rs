//! From next-token scores to sequences of tokens.
//!
//! Three axes that combine freely: a *strategy* decides which hypotheses live on ([`greedy`], [`input_guided`],
//! [`sample`], [`stream`], [`beam`], [`diverse_beam`]; [`forced`] reads what others wrote), *logits processors* say what may come next ([`logits`]), and [`Limits`] say
//! when to stop. The crate knows token ids and `f32` scores: no tensor library, no tokenizer, no text.

mod next_token;

mod cancel;
mod error;
mod hypothesis;
mod limits;
mod log_probs;
mod search;

pub mod logits;
pub mod strategies;

#[cfg(test)]
mod toy;

pub use cancel::Cancel;
pub use error::DecodeError;
pub use hypothesis::{Decoded, Hypothesis};
pub use limits::Limits;
pub use logits::{LogitsProcessor, SoFar};
pub use next_token::{NextToken, TokenId};
pub use search::Search;
pub use strategies::{
    Beam, Cost, DiverseBeam, Given, Guide, Pace, Sampling, beam, diverse_beam, forced, greedy, input_guided,
    input_guided_sample, sample, stream,
};
