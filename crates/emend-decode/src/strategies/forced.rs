//! Forced decoding: what a model thinks of texts that others wrote.

use crate::search::{check_shape, normalise};
use crate::{DecodeError, Decoded, Hypothesis, NextToken, Search, TokenId};

/// Positions that are scored in one pass, so that the scores of a large vocabulary stay small (64 MB for 32,128 tokens). A
/// longer text has a pass of its own.
const MOST_POSITIONS: usize = 512;

/// A text that is read as if the model had written it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given<'a> {
    /// Which source it is a rewrite of, from 0.
    pub source: usize,
    /// Its tokens, without a start token and without an end token.
    pub tokens: &'a [TokenId],
}

/// One finished hypothesis for each of `texts`, in their order: its tokens, and the log-probabilities and entropies that
/// the model gives them and the end after them.
///
/// A text that the model would have written itself gets the very numbers that it would have got then, provided that
/// scores do not depend on how many tokens are read at once ([`NextToken::extend`]). Limits of length do not apply, and
/// processors, which only say what may be written, are not asked.
///
/// # Errors
///
/// Those of the model; [`DecodeError::Sources`] when there is not one limit for each source, or a text is of none of them.
pub fn forced<M: NextToken>(
    model: &M,
    search: &Search<'_>,
    texts: &[Given<'_>],
) -> Result<Decoded, DecodeError<M::Error>> {
    let sources = search.limits.len();
    if let Some(stray) = texts.iter().find(|text| text.source >= sources) {
        return Err(DecodeError::Sources { expected: stray.source + 1, found: sources });
    }
    let mut read = Vec::with_capacity(texts.len());
    let mut scores = Vec::new();
    while read.len() < texts.len() {
        if search.cancel.is_cancelled() {
            return Ok(Decoded::Cancelled);
        }
        let together = &texts[read.len()..][..fitting(&texts[read.len()..])];
        let mut state = search.start(model)?;
        let rows: Vec<usize> = together.iter().map(|text| text.source).collect();
        model.reorder(&mut state, &rows).map_err(DecodeError::Model)?;
        let lengths: Vec<usize> = together.iter().map(|text| text.tokens.len() + 1).collect();
        let tokens: Vec<TokenId> = together
            .iter()
            .flat_map(|text| {
                std::iter::once(search.limits[text.source].start).chain(text.tokens.iter().copied())
            })
            .collect();
        model.extend(&mut state, &tokens, &lengths, &mut scores).map_err(DecodeError::Model)?;
        check_shape(model, tokens.len(), &scores)?;
        let mut positions = scores.chunks_exact_mut(model.vocab_size());
        for text in together {
            let mut hypothesis = Hypothesis::new(text.source);
            let end = search.limits[text.source].end;
            let chosen = text.tokens.iter().copied().chain([end]);
            for (position, (token, scores)) in chosen.zip(&mut positions).enumerate() {
                let entropy = normalise(scores, text.source, position)?;
                hypothesis.choose(token, scores, entropy);
            }
            hypothesis.tokens = text.tokens.to_vec();
            hypothesis.finished = true;
            read.push(hypothesis);
        }
    }
    Ok(Decoded::Done(read))
}

/// How many of `texts`, from the first on, are read in one pass: at least one.
fn fitting(texts: &[Given<'_>]) -> usize {
    let mut positions = 0;
    let within = texts.iter().take_while(|text| {
        positions += text.tokens.len() + 1;
        positions <= MOST_POSITIONS
    });
    within.count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toy::{A, B, C, END, START, Toy, done, limits};
    use crate::{Cancel, Limits, Sampling, greedy, sample};

    fn toys() -> Toy {
        let chain: &[(TokenId, &[(TokenId, f32)])] = &[
            (START, &[(A, 0.7), (B, 0.3)]),
            (A, &[(B, 0.6), (END, 0.4)]),
            (B, &[(C, 0.5), (A, 0.3), (END, 0.2)]),
            (C, &[(END, 0.8), (A, 0.2)]),
        ];
        let other: &[(TokenId, &[(TokenId, f32)])] =
            &[(START, &[(C, 0.9), (A, 0.1)]), (A, &[(END, 1.0)]), (C, &[(A, 0.75), (END, 0.25)])];
        Toy::batch(&[Toy::new(chain), Toy::new(other)])
    }

    fn run(model: &Toy, limits: &[Limits], texts: &[Given<'_>]) -> Vec<Hypothesis> {
        done(forced(model, &Search { limits, processors: &[], cancel: &Cancel::new() }, texts))
    }

    #[test]
    fn probabilities_are_those_of_the_table() {
        let texts = [
            Given { source: 1, tokens: &[C, A] },
            Given { source: 0, tokens: &[B] },
            Given { source: 0, tokens: &[] },
        ];
        let read = run(&toys(), &[limits(9), limits(9)], &texts);
        let expected: [(usize, &[f32]); 3] = [(1, &[0.9, 0.75, 1.0]), (0, &[0.3, 0.2]), (0, &[0.0])];
        for (found, (source, chances)) in read.iter().zip(expected) {
            assert_eq!((found.source, found.logprobs.len(), found.finished), (source, chances.len(), true));
            for (logprob, chance) in found.logprobs.iter().zip(chances) {
                assert!((logprob.exp() - chance).abs() < 1e-5, "{found:?}");
            }
        }
    }

    #[test]
    fn what_was_written_is_read_with_the_same_numbers() {
        let model = toys();
        let limits = [limits(9), limits(9)];
        let search = Search { limits: &limits, processors: &[], cancel: &Cancel::new() };
        let how = Sampling { samples: 8, temperature: 1.0, top_k: 0, top_p: 1.0, seed: 3 };
        let mut written = done(greedy(&model, &search));
        written.extend(done(sample(&model, &search, &how)));
        written.retain(|hypothesis| hypothesis.finished);
        assert!(written.len() > 8);
        let texts: Vec<Given<'_>> =
            written.iter().map(|text| Given { source: text.source, tokens: &text.tokens }).collect();
        assert_eq!(run(&model, &limits, &texts), written);
    }

    #[test]
    fn passes_hold_a_bounded_number_of_positions() {
        let long = vec![A; MOST_POSITIONS];
        let (long, short) = (Given { source: 0, tokens: &long }, Given { source: 0, tokens: &[A, B] });
        assert_eq!(fitting(&[long, short]), 1, "one text is always read");
        assert_eq!(fitting(&[short; 200]), MOST_POSITIONS / 3);
        let model = toys();
        let read = run(&model, &[limits(9), limits(9)], &[short; 200]);
        assert_eq!((read.len(), model.rows_per_step()), (200, vec![170, 30]));
        assert!(run(&model, &[limits(9), limits(9)], &[]).is_empty());
    }

    #[test]
    fn a_text_of_no_source_is_a_typed_error_and_cancelled_is_a_result() {
        let cancel = Cancel::new();
        let search = Search { limits: &[limits(9), limits(9)], processors: &[], cancel: &cancel };
        let error = forced(&toys(), &search, &[Given { source: 2, tokens: &[A] }]).expect_err("two sources");
        assert!(matches!(error, DecodeError::Sources { expected: 3, found: 2 }), "{error:?}");
        cancel.cancel();
        let stopped = forced(&toys(), &search, &[Given { source: 0, tokens: &[A] }]);
        assert_eq!(stopped.expect("no failure"), Decoded::Cancelled);
    }
}
