//! Beam search: several hypotheses grow together, the best in the end wins.

use super::groups::{Competition, compete};
use crate::{DecodeError, Decoded, NextToken, Search};

/// The numbers of a beam search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beam {
    /// Hypotheses that grow together; 1 = greedy search.
    pub width: usize,
    /// Final scores are divided by length^penalty: 0 = the sum of log-probabilities, 1 = their mean.
    pub length_penalty: f32,
    /// Hypotheses returned per source at most, best first.
    pub keep: usize,
}

impl Default for Beam {
    /// Four hypotheses, the mean decides, one is returned.
    fn default() -> Self {
        Self { width: 4, length_penalty: 1.0, keep: 1 }
    }
}

/// Finds outputs that are more likely as a whole than the greedy one.
///
/// A finished hypothesis keeps its place in the beam; the search ends when the beam is full of finished ones or
/// when no unfinished one can still win. Returns up to `how.keep` per source, finished ones first.
pub fn beam<M: NextToken>(
    model: &M,
    search: &Search<'_>,
    how: &Beam,
) -> Result<Decoded, DecodeError<M::Error>> {
    let Beam { width, length_penalty, keep } = *how;
    compete(model, search, Competition { groups: 1, width, diversity: 0.0, length_penalty, keep })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::logits::{ForbiddenWords, NoRepeatNgram};
    use crate::strategies::greedy;
    use crate::toy::{A, B, C, END, START, Toy, done, limits};
    use crate::{Cancel, Hypothesis, LogitsProcessor};

    /// The favourite first token leads to the less likely whole.
    fn garden_path() -> Toy {
        Toy::new(&[
            (START, &[(A, 0.6), (B, 0.4)]),
            (A, &[(END, 0.4), (B, 0.3), (C, 0.3)]),
            (B, &[(END, 0.9), (C, 0.1)]),
            (C, &[(END, 1.0)]),
        ])
    }

    fn run(toy: &Toy, steps: &[usize], processors: &[&dyn LogitsProcessor], how: Beam) -> Vec<Hypothesis> {
        let limits: Vec<_> = steps.iter().map(|&steps| limits(steps)).collect();
        done(beam(toy, &Search { limits: &limits, processors, cancel: &Cancel::new() }, &how))
    }

    #[test]
    fn finds_what_greedy_misses() {
        // Greedy: A (0.6), end (0.4) = 0.24. Better: B (0.4), end (0.9) = 0.36.
        let limits = [limits(6)];
        let search = Search { limits: &limits, processors: &[], cancel: &Cancel::new() };
        assert_eq!(done(greedy(&garden_path(), &search))[0].tokens, [A]);
        let best = run(&garden_path(), &[6], &[], Beam { width: 2, length_penalty: 0.0, keep: 2 });
        assert_eq!(best[0].tokens, [B]);
        assert!((best[0].logprob() - 0.36f32.ln()).abs() < 1e-5);
        assert_eq!(best[1].tokens, [A]);
        assert!((best[1].logprob() - 0.24f32.ln()).abs() < 1e-5);
    }

    #[test]
    fn the_length_penalty_prefers_longer_outputs() {
        // A end: ln 0.24 / 2 = -0.71; A B end: ln(0.6 * 0.3 * 0.9) / 3 = -0.61; B end: ln 0.36 / 2 = -0.51.
        // A C end: ln(0.6 * 0.3 * 1) / 3 = -0.57.
        let tokens = |penalty| -> Vec<Vec<u32>> {
            run(&garden_path(), &[6], &[], Beam { width: 4, length_penalty: penalty, keep: 4 })
                .into_iter()
                .map(|hypothesis| hypothesis.tokens)
                .collect()
        };
        assert_eq!(tokens(0.0), [vec![B], vec![A], vec![A, C], vec![A, B]]);
        assert_eq!(tokens(1.0), [vec![B], vec![A, C], vec![A, B], vec![A]]);
    }

    #[test]
    fn processors_and_limits_apply() {
        let no_b_first = ForbiddenWords(vec![vec![B]]);
        let best = run(&garden_path(), &[6], &[&no_b_first], Beam { width: 3, length_penalty: 0.0, keep: 1 });
        assert_eq!(best[0].tokens, [A]);
        let cut = run(&garden_path(), &[1], &[], Beam { width: 2, length_penalty: 0.0, keep: 2 });
        assert_eq!(cut.iter().map(|h| h.tokens.clone()).collect::<Vec<_>>(), [[A], [B]]);
        assert!(cut.iter().all(|hypothesis| !hypothesis.finished));
    }

    #[test]
    fn a_dead_end_is_an_unfinished_result() {
        let nothing_after = ForbiddenWords(
            [A, B].into_iter().flat_map(|first| (0..5).map(move |token| vec![first, token])).collect(),
        );
        let best = run(&garden_path(), &[6], &[&nothing_after], Beam { width: 2, ..Beam::default() });
        assert_eq!((best[0].tokens.as_slice(), best[0].finished), ([A].as_slice(), false));
    }

    #[test]
    fn a_batch_equals_one_by_one() {
        let other = Toy::new(&[
            (START, &[(C, 0.5), (A, 0.5)]),
            (C, &[(C, 0.6), (END, 0.4)]),
            (A, &[(B, 0.5), (END, 0.5)]),
            (B, &[(END, 1.0)]),
        ]);
        let toys = [garden_path(), other, garden_path()];
        let steps = [6, 4, 0];
        let how = Beam { width: 3, length_penalty: 1.0, keep: 3 };
        let together = run(&Toy::batch(&toys), &steps, &[], how);
        let mut alone = Vec::new();
        for (source, toy) in toys.iter().enumerate() {
            alone.extend(
                run(toy, &steps[source..=source], &[], how).into_iter().map(|h| Hypothesis { source, ..h }),
            );
        }
        assert_eq!(together, alone);
    }

    #[test]
    fn cancelled_after_two_tokens() {
        let cancel = Cancel::new();
        let toy = garden_path().cancelling_after(2, &cancel);
        let limits = [limits(6)];
        let search = Search { limits: &limits, processors: &[], cancel: &cancel };
        let how = Beam { keep: 4, ..Beam::default() };
        assert_eq!(beam(&toy, &search, &how).expect("no failure"), Decoded::Cancelled);
        assert_eq!(toy.rows_per_step().len(), 2);
    }

    #[test]
    fn no_width_and_nothing_to_keep_are_empty_results() {
        assert!(run(&garden_path(), &[6], &[], Beam { width: 0, ..Beam::default() }).is_empty());
        assert!(run(&garden_path(), &[6], &[], Beam { keep: 0, ..Beam::default() }).is_empty());
    }

    /// Every output of a toy within `steps`, with its probability, by plain enumeration.
    fn exhaustive(rows: &[Vec<f32>], steps: usize) -> f32 {
        fn walk(rows: &[Vec<f32>], last: usize, steps: usize, score: f32) -> f32 {
            if steps == 0 {
                return f32::NEG_INFINITY;
            }
            let normalizer = rows[last].iter().map(|x| x.exp()).sum::<f32>().ln();
            (0..rows.len()).fold(f32::NEG_INFINITY, |best, token| {
                let score = score + rows[last][token] - normalizer;
                best.max(if token == END as usize { score } else { walk(rows, token, steps - 1, score) })
            })
        }
        walk(rows, START as usize, steps, 0.0)
    }

    proptest! {
        #[test]
        fn one_hypothesis_is_greedy_search(
            rows in proptest::collection::vec(proptest::collection::vec(-3.0f32..3.0, 5), 5),
            penalty in -1.0f32..2.0,
            n in 0usize..4,
        ) {
            let table: Vec<(u32, &[f32])> = (0..).zip(rows.iter().map(Vec::as_slice)).collect();
            let limits = [limits(12)];
            let ngram = NoRepeatNgram(n);
            let search = Search { limits: &limits, processors: &[&ngram], cancel: &Cancel::new() };
            let how = Beam { width: 1, length_penalty: penalty, keep: 1 };
            prop_assert_eq!(done(beam(&Toy::raw(&table), &search, &how)), done(greedy(&Toy::raw(&table), &search)));
        }

        #[test]
        fn a_beam_as_wide_as_the_tree_finds_the_best_of_all(
            rows in proptest::collection::vec(proptest::collection::vec(-2.0f32..2.0, 4), 4),
        ) {
            let table: Vec<(u32, &[f32])> = (0..).zip(rows.iter().map(Vec::as_slice)).collect();
            let limits = [limits(4)];
            let search = Search { limits: &limits, processors: &[], cancel: &Cancel::new() };
            // 3 + 9 + 27 unfinished prefixes of up to three tokens, and as many endings.
            let how = Beam { width: 200, length_penalty: 0.0, keep: 1 };
            let best = done(beam(&Toy::raw(&table), &search, &how)).remove(0);
            prop_assert!(best.finished);
            prop_assert!((best.logprob() - exhaustive(&rows, 4)).abs() < 1e-3);
        }
    }
}
