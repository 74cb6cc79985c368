//! Greedy search: the most likely token at each step.

use super::independent::write_rows;
use crate::log_probs::argmax;
use crate::{DecodeError, Decoded, NextToken, Search};

/// Takes the most likely token at each step, for all sources at once.
///
/// Returns one hypothesis per source, in the order of the sources.
pub fn greedy<M: NextToken>(model: &M, search: &Search<'_>) -> Result<Decoded, DecodeError<M::Error>> {
    write_rows(model, search, 1, |_, row| argmax(row))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::logits::{ForbiddenWords, ForcedWords, Length, NoRepeatNgram};
    use crate::toy::{A, B, C, END, START, Toy, done, limits};
    use crate::{Cancel, Limits, LogitsProcessor, TokenId};

    /// A -> B -> C -> end are the favourites; each probability is in the table.
    fn chain() -> Toy {
        Toy::new(&[
            (START, &[(A, 0.7), (B, 0.3)]),
            (A, &[(B, 0.6), (END, 0.4)]),
            (B, &[(C, 0.5), (A, 0.3), (END, 0.2)]),
            (C, &[(END, 0.8), (A, 0.2)]),
        ])
    }

    /// Loops for ever: A is always the favourite.
    fn stutter() -> Toy {
        Toy::new(&[
            (START, &[(A, 1.0)]),
            (A, &[(A, 0.5), (B, 0.3), (END, 0.2)]),
            (B, &[(A, 0.9), (END, 0.1)]),
        ])
    }

    fn run(toy: &Toy, limits: &[Limits], processors: &[&dyn LogitsProcessor]) -> Vec<crate::Hypothesis> {
        done(greedy(toy, &Search { limits, processors, cancel: &Cancel::new() }))
    }

    #[test]
    fn follows_the_favourites_and_reports_their_probabilities() {
        let written = run(&chain(), &[limits(9)], &[]);
        assert_eq!(written[0].tokens, [A, B, C]);
        assert!(written[0].finished);
        for (found, p) in written[0].logprobs.iter().zip([0.7f32, 0.6, 0.5, 0.8]) {
            assert!((found - p.ln()).abs() < 1e-5, "{:?}", written[0].logprobs);
        }
        assert_eq!(written[0].logprobs.len(), 4, "three tokens and the end");
    }

    #[test]
    fn the_limit_is_a_number_of_steps() {
        let written = run(&chain(), &[limits(3)], &[]);
        assert_eq!((written[0].tokens.as_slice(), written[0].finished), ([A, B, C].as_slice(), false));
        assert_eq!(written[0].logprobs.len(), 3);
        assert!(run(&chain(), &[limits(4)], &[])[0].finished, "the end needs a fourth step");
        let none = run(&chain(), &[limits(0)], &[]);
        assert_eq!((none[0].tokens.len(), none[0].finished), (0, false));
    }

    #[test]
    fn a_batch_equals_one_by_one_and_finished_rows_leave() {
        let toys = [stutter(), chain(), Toy::new(&[(START, &[(END, 1.0)])]), chain()];
        let each = [limits(7), limits(9), limits(9), limits(2)];
        let batch = Toy::batch(&toys);
        let together = run(&batch, &each, &[]);
        for (source, toy) in toys.iter().enumerate() {
            let mut alone = run(toy, &each[source..=source], &[]).remove(0);
            alone.source = source;
            assert_eq!(together[source], alone);
        }
        // Source 2 ends at once, source 3 after two steps, source 1 after four, source 0 runs to its limit.
        assert_eq!(batch.rows_per_step(), [4, 3, 2, 2, 1, 1, 1]);
    }

    #[test]
    fn an_empty_batch_is_an_empty_result() {
        assert!(run(&Toy::batch(&[]), &[], &[]).is_empty());
    }

    #[test]
    fn cancelled_after_two_tokens_reads_no_third() {
        let cancel = Cancel::new();
        let toy = stutter().cancelling_after(2, &cancel);
        let result = greedy(&toy, &Search { limits: &[limits(50)], processors: &[], cancel: &cancel });
        assert_eq!(result.expect("no failure"), Decoded::Cancelled);
        assert_eq!(toy.rows_per_step(), [1, 1]);
    }

    #[test]
    fn forbidden_words_never_occur_and_reported_scores_stay_the_models_own() {
        let forbidden = ForbiddenWords(vec![vec![A, A], vec![B, A]]);
        let written = run(&stutter(), &[limits(20)], &[&forbidden]);
        // A A is forbidden, so B (0.3) follows; B A is forbidden, so the end (0.1) follows.
        assert_eq!(written[0].tokens, [A, B]);
        assert!(written[0].finished);
        assert!((written[0].logprobs[1] - 0.3f32.ln()).abs() < 1e-5, "0.3, not renormalised to 0.6");
    }

    #[test]
    fn forced_words_occur() {
        let forced = ForcedWords(vec![vec![C], vec![B]]);
        let every = Toy::new(&[
            (START, &[(A, 0.9), (B, 0.05), (C, 0.05)]),
            (A, &[(A, 0.9), (B, 0.03), (C, 0.03), (END, 0.04)]),
            (B, &[(END, 0.9), (A, 0.05), (C, 0.05)]),
            (C, &[(END, 0.9), (A, 0.05), (B, 0.05)]),
        ]);
        let written = run(&every, &[limits(5)], &[&forced]);
        assert_eq!(written[0].tokens, [A, A, C, B]);
        assert!(written[0].finished);
    }

    #[test]
    fn length_bounds_hold() {
        let written = run(&chain(), &[limits(20)], &[&Length { bounds: vec![(5, 6)] }]);
        assert_eq!(written[0].tokens, [A, B, C, A, B, C]);
        assert!(written[0].finished);
    }

    #[test]
    fn a_dead_end_is_an_unfinished_result() {
        let nothing = ForbiddenWords((0..5).map(|token| vec![A, token]).collect());
        let written = run(&chain(), &[limits(9)], &[&nothing]);
        assert_eq!((written[0].tokens.as_slice(), written[0].finished), ([A].as_slice(), false));
    }

    #[test]
    fn broken_scores_are_typed_errors() {
        let run = |score: f32| {
            let toy = Toy::batch(&[chain(), Toy::raw(&[(START, &[0.0, score, 0.0, 0.0, 0.0])])]);
            let limits = [limits(5), limits(5)];
            greedy(&toy, &Search { limits: &limits, processors: &[], cancel: &Cancel::new() })
        };
        for broken in [f32::NAN, f32::INFINITY] {
            let error = run(broken).expect_err("such a score is no score");
            assert!(
                matches!(error, DecodeError::BrokenScore { source_row: 1, position: 0, token: 1, .. }),
                "{error:?}"
            );
        }
        assert!(matches!(run(f32::NEG_INFINITY), Ok(Decoded::Done(_))), "minus infinity just forbids");
        let nothing = Toy::raw(&[(START, &[f32::NEG_INFINITY; 5])]);
        let error =
            greedy(&nothing, &Search { limits: &[limits(5)], processors: &[], cancel: &Cancel::new() })
                .expect_err("no token at all");
        assert!(matches!(error, DecodeError::NoScore { source_row: 0, position: 0 }), "{error:?}");
    }

    #[test]
    fn limits_must_fit_the_sources_and_scores_the_vocabulary() {
        let search = |limits: &[Limits], toy: &Toy| {
            greedy(toy, &Search { limits, processors: &[], cancel: &Cancel::new() }).expect_err("a mismatch")
        };
        let error = search(&[limits(5), limits(5)], &chain());
        assert!(matches!(error, DecodeError::Sources { expected: 1, found: 2 }), "{error:?}");
        let error = search(&[limits(5)], &chain().claiming_vocabulary(7));
        assert!(matches!(error, DecodeError::Shape { rows: 1, vocab: 7, found: 5 }), "{error:?}");
    }

    /// A toy with arbitrary weights from every token to every token.
    fn any_toy() -> impl Strategy<Value = Toy> {
        proptest::collection::vec(proptest::collection::vec(-3.0f32..3.0, 5), 5).prop_map(|rows| {
            let rows: Vec<(TokenId, &[f32])> = (0..).zip(rows.iter().map(Vec::as_slice)).collect();
            Toy::raw(&rows)
        })
    }

    proptest! {
        #[test]
        fn no_ngram_ever_repeats(toy in any_toy(), n in 1usize..4) {
            let written = run(&toy, &[limits(40)], &[&NoRepeatNgram(n)]);
            let mut seen = std::collections::HashSet::new();
            for ngram in written[0].tokens.windows(n) {
                prop_assert!(seen.insert(ngram), "{ngram:?} twice in {:?}", written[0].tokens);
            }
        }

        #[test]
        fn forced_words_that_fit_are_always_there(
            toy in any_toy(),
            words in proptest::collection::vec(proptest::collection::vec(2u32..5, 1..4), 1..4),
            spare in 0usize..5,
        ) {
            let steps = words.iter().map(Vec::len).sum::<usize>() + 1 + spare;
            let written = run(&toy, &[limits(steps)], &[&ForcedWords(words.clone())]);
            for word in words {
                let found = written[0].tokens.windows(word.len()).any(|window| window == word);
                prop_assert!(found, "{word:?} is not in {:?}", written[0].tokens);
            }
        }
    }
}
