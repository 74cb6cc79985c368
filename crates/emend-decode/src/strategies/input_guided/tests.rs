//! The same output as without a guide, in fewer passes.

use proptest::prelude::*;

use super::*;
use crate::logits::{ForbiddenWords, ForcedWords, NoRepeatNgram, Repetition};
use crate::strategies::{greedy, sample};
use crate::toy::{A, B, C, END, START, Toy, done, limits};
use crate::{Cancel, Limits};

const CHEAP: Cost = Cost { pass: 1.0, position: 0.01 };

fn guided(
    toy: &Toy,
    limits: &[Limits],
    processors: &[&dyn LogitsProcessor],
    texts: &[&[TokenId]],
) -> (Vec<Hypothesis>, Pace) {
    let mut pace = Pace::given(CHEAP);
    let search = Search { limits, processors, cancel: &Cancel::new() };
    let written = done(input_guided(toy, &search, Guide { texts, streams: &[], pace: &mut pace }));
    (written, pace)
}

fn plain(toy: &Toy, limits: &[Limits], processors: &[&dyn LogitsProcessor]) -> Vec<Hypothesis> {
    done(greedy(toy, &Search { limits, processors, cancel: &Cancel::new() }))
}

/// After token t comes t + 1 up to `last`, then the end; with `edit`, a token is followed by another one than usual.
fn counting(last: TokenId, edit: Option<(TokenId, TokenId)>) -> Toy {
    let vocab = last as usize + 1;
    let rows: Vec<(TokenId, Vec<f32>)> = (0..=last)
        .map(|token| {
            let usual = match token {
                START => 2,
                token if token == last => END,
                token => token + 1,
            };
            let next = edit.filter(|(after, _)| *after == token).map_or(usual, |(_, next)| next);
            (token, (0..vocab).map(|other| if other == next as usize { 4.0 } else { 0.0 }).collect())
        })
        .collect();
    Toy::raw(&rows.iter().map(|(token, scores)| (*token, scores.as_slice())).collect::<Vec<_>>())
}

fn numbers(from: TokenId, to: TokenId) -> Vec<TokenId> {
    (from..=to).collect()
}

#[test]
fn an_unchanged_sentence_takes_few_passes() {
    let (toy, text, limits) = (counting(21, None), numbers(2, 21), [limits(40)]);
    let (written, pace) = guided(&toy, &limits, &[], &[&text]);
    assert_eq!(written[0].tokens, text);
    assert_eq!(written, plain(&toy, &limits, &[]));
    assert!(pace.passes <= 2, "{pace:?}");
    assert_eq!(
        pace.accepted + pace.row_passes,
        text.len() + 1,
        "each pass adds one pick to what was accepted"
    );
}

#[test]
fn after_a_deletion_the_draft_goes_on_behind_it() {
    // 2 to 9, then 14 to 30 where the source has 2 to 30.
    let (toy, text) = (counting(30, Some((9, 14))), numbers(2, 30));
    let (written, pace) = guided(&toy, &[limits(40)], &[], &[&text]);
    assert_eq!(written[0].tokens, [numbers(2, 9), numbers(14, 30)].concat());
    assert!(pace.passes <= 4, "{pace:?}");
}

#[test]
fn after_an_insertion_the_draft_goes_on_where_it_was() {
    // The source lacks 10 to 12.
    let (toy, text) = (counting(30, None), [numbers(2, 9), numbers(13, 30)].concat());
    let (written, pace) = guided(&toy, &[limits(40)], &[], &[&text]);
    assert_eq!(written[0].tokens, numbers(2, 30));
    assert!(pace.passes <= 7, "{pace:?}");
}

#[test]
fn sources_without_a_text_are_written_all_the_same() {
    let toy = Toy::batch(&[favourites(), favourites()]);
    let limits = [limits(9), limits(9)];
    let (written, pace) = guided(&toy, &limits, &[], &[]);
    assert_eq!(written, plain(&toy, &limits, &[]));
    assert_eq!((pace.passes, pace.row_passes, pace.positions), (4, 8, 8));
}

/// A, B, C and the end are the favourites.
fn favourites() -> Toy {
    Toy::new(&[
        (START, &[(A, 0.5), (B, 0.3), (C, 0.15), (END, 0.05)]),
        (A, &[(B, 0.6), (END, 0.3), (A, 0.1)]),
        (B, &[(C, 0.5), (A, 0.3), (END, 0.2)]),
        (C, &[(END, 0.8), (A, 0.2)]),
    ])
}

#[test]
fn at_most_sixteen_rows_are_written_together_and_waiting_ones_follow() {
    let toys: Vec<Toy> = (0..20).map(|_| favourites()).collect();
    let batch = Toy::batch(&toys);
    let limits: Vec<Limits> = (0..20).map(|source| limits(source % 6)).collect();
    let texts: Vec<&[TokenId]> = vec![&[A, B, C, A, B]; 20];
    let (written, _) = guided(&batch, &limits, &[], &texts);
    let rows = batch.rows_per_step();
    assert_eq!(rows[0], MOST_ROWS, "of 16 with a limit above 0: {rows:?}");
    assert_eq!(written, plain(&Toy::batch(&toys), &limits, &[]));
}

#[test]
fn cancelled_after_two_passes_reads_no_third() {
    let cancel = Cancel::new();
    let toy = favourites().cancelling_after(2, &cancel);
    let limits = [limits(50)];
    let search = Search { limits: &limits, processors: &[], cancel: &cancel };
    let result =
        input_guided(&toy, &search, Guide { texts: &[], streams: &[], pace: &mut Pace::given(CHEAP) });
    assert_eq!(result.expect("no failure"), Decoded::Cancelled);
    assert_eq!(toy.rows_per_step().len(), 2);
}

#[test]
fn broken_scores_count_only_where_they_are_reached() {
    let toy = |after_b: f32| {
        Toy::raw(&[
            (START, &[0.0, 0.0, 1.0, 0.0, 0.0]),
            (A, &[0.0, 1.0, 0.0, 0.0, 0.0]),
            (B, &[0.0, after_b, 0.0, 0.0, 0.0]),
        ])
    };
    // The draft is A B; the model ends after A.
    let (written, _) = guided(&toy(f32::NAN), &[limits(9)], &[], &[&[A, B]]);
    assert_eq!(written[0].tokens, [A]);
    let reached = ForbiddenWords(vec![vec![END], vec![START], vec![A, A], vec![A, C]]);
    let limits = [limits(9)];
    let search = Search { limits: &limits, processors: &[&reached], cancel: &Cancel::new() };
    let guide = Guide { texts: &[&[A, B]], streams: &[], pace: &mut Pace::given(CHEAP) };
    let error = input_guided(&toy(f32::NAN), &search, guide).expect_err("B is written");
    assert!(
        matches!(error, DecodeError::BrokenScore { source_row: 0, position: 2, token: 1, .. }),
        "{error:?}"
    );
}

#[test]
fn wrong_numbers_of_limits_and_of_scores_are_typed_errors() {
    let run = |toy: &Toy, limits: &[Limits]| {
        let search = Search { limits, processors: &[], cancel: &Cancel::new() };
        input_guided(toy, &search, Guide { texts: &[&[A, B]], streams: &[], pace: &mut Pace::given(CHEAP) })
    };
    let error = run(&favourites(), &[limits(5), limits(5)]).expect_err("one source");
    assert!(matches!(error, DecodeError::Sources { expected: 1, found: 2 }), "{error:?}");
    let error = run(&favourites().claiming_vocabulary(7), &[limits(5)]).expect_err("five scores a row");
    assert!(matches!(error, DecodeError::Shape { vocab: 7, .. }), "{error:?}");
    assert!(matches!(run(&Toy::batch(&[]), &[]), Ok(Decoded::Done(none)) if none.is_empty()));
}

/// The outputs that [`favourites`] writes within two steps, and how likely they are.
const OUTPUTS: [(&[TokenId], f64); 10] = [
    (&[], 0.05),
    (&[A], 0.5 * 0.3),
    (&[A, A], 0.5 * 0.1),
    (&[A, B], 0.5 * 0.6),
    (&[B], 0.3 * 0.2),
    (&[B, A], 0.3 * 0.3),
    (&[B, C], 0.3 * 0.5),
    (&[C], 0.15 * 0.8),
    (&[C, A], 0.15 * 0.2),
    (&[C, B], 0.0),
];

/// Pearson's chi-square of samples against the likelihoods of outputs. `critical` is exceeded once in a thousand seeds.
#[track_caller]
fn check_samples(how: Sampling, text: &[TokenId], expected: &[(&[TokenId], f64)], critical: f64) {
    let mut pace = Pace::given(CHEAP);
    let limits = [limits(2)];
    let search = Search { limits: &limits, processors: &[], cancel: &Cancel::new() };
    let guide = Guide { texts: &[text], streams: &[], pace: &mut pace };
    let written = done(input_guided_sample(&favourites(), &search, &how, guide));
    assert!(pace.positions > pace.row_passes, "something was drafted");
    let mut chi_square = 0.0;
    for (output, p) in expected {
        let count = written.iter().filter(|hypothesis| hypothesis.tokens == *output).count() as f64;
        let mean = p * how.samples as f64;
        if *p > 0.0 {
            chi_square += (count - mean).powi(2) / mean;
        } else {
            assert!(count < 0.5, "{output:?} is impossible");
        }
    }
    assert!(chi_square < critical, "{how:?} {text:?}: {chi_square}");
}

#[test]
fn samples_follow_the_models_distribution_whatever_is_drafted() {
    // Nine outputs are possible: 8 degrees of freedom.
    for (seed, text) in [(1, &[A, B][..]), (2, &[B, C]), (3, &[C, A, A]), (4, &[A, A, A])] {
        check_samples(Sampling { samples: 5000, seed, ..Sampling::default() }, text, &OUTPUTS, 26.12);
    }
}

#[test]
fn samples_follow_a_shaped_distribution() {
    // Temperature 1/2 squares: 0.25 0.09 0.0225 0.0025 of 0.365; after A 0.36 0.09 0.01 of 0.46; after B 0.25 0.09 0.04
    // of 0.38; after C 0.64 0.04 of 0.68.
    let (start, a, b, c) = (0.365, 0.46, 0.38, 0.68);
    let squared = [
        (&[][..], 0.0025 / start),
        (&[A], 0.25 / start * 0.09 / a),
        (&[A, A], 0.25 / start * 0.01 / a),
        (&[A, B], 0.25 / start * 0.36 / a),
        (&[B], 0.09 / start * 0.04 / b),
        (&[B, A], 0.09 / start * 0.09 / b),
        (&[B, C], 0.09 / start * 0.25 / b),
        (&[C], 0.0225 / start * 0.64 / c),
        (&[C, A], 0.0225 / start * 0.04 / c),
    ];
    let cold = Sampling { samples: 5000, temperature: 0.5, seed: 5, ..Sampling::default() };
    check_samples(cold, &[A, B], &squared, 26.12);
    // Top-p 0.75: A and B first; then B or the end after A; C or A after B. 3 degrees of freedom.
    let nucleus = [
        (&[A][..], 0.625 / 3.0),
        (&[A, B], 0.625 * 2.0 / 3.0),
        (&[B, A], 0.375 * 0.375),
        (&[B, C], 0.375 * 0.625),
        (&[C], 0.0),
        (&[], 0.0),
        (&[B], 0.0),
        (&[A, A], 0.0),
    ];
    let nuclear = Sampling { samples: 5000, top_p: 0.75, seed: 6, ..Sampling::default() };
    check_samples(nuclear, &[B, C], &nucleus, 16.27);
}

#[test]
fn samples_depend_on_their_stream_and_not_on_their_neighbours() {
    let how = Sampling { samples: 3, seed: 7, ..Sampling::default() };
    let written = |streams: &[u32]| -> Vec<Vec<TokenId>> {
        let batch = Toy::batch(&vec![favourites(); streams.len()]);
        let limits = vec![limits(9); streams.len()];
        let search = Search { limits: &limits, processors: &[], cancel: &Cancel::new() };
        let guide = Guide { texts: &[], streams, pace: &mut Pace::given(CHEAP) };
        done(input_guided_sample(&batch, &search, &how, guide))
            .into_iter()
            .map(|sample| sample.tokens)
            .collect()
    };
    let together = written(&[5, 90, 5]);
    assert_eq!(together[..3], together[6..], "the same stream, the same samples");
    assert_eq!(together[3..6], written(&[90]));
    assert_ne!(together[..3], together[3..6]);
}

/// A toy with arbitrary weights from every token to every token.
fn any_toy() -> impl Strategy<Value = Toy> {
    proptest::collection::vec(proptest::collection::vec(-3.0f32..3.0, 5), 5).prop_map(|rows| {
        let rows: Vec<(TokenId, &[f32])> = (0..).zip(rows.iter().map(Vec::as_slice)).collect();
        Toy::raw(&rows)
    })
}

/// Toys with their texts and limits.
fn any_batch() -> impl Strategy<Value = (Vec<Toy>, Vec<Vec<TokenId>>, Vec<Limits>)> {
    let text = proptest::collection::vec(1u32..5, 0..25);
    proptest::collection::vec((any_toy(), text, 0usize..30), 0..20).prop_map(|each| {
        let mut batch = (Vec::new(), Vec::new(), Vec::new());
        for (toy, text, steps) in each {
            batch.0.push(toy);
            batch.1.push(text);
            batch.2.push(limits(steps));
        }
        batch
    })
}

proptest! {
    #[test]
    fn guided_greedy_is_greedy(
        (toys, texts, limits) in any_batch(),
        n in 0usize..4,
        word in proptest::collection::vec(2u32..5, 1..4),
        position in 0.0f64..2.0,
    ) {
        let texts: Vec<&[TokenId]> = texts.iter().map(Vec::as_slice).collect();
        let (no_repeat, forced) = (NoRepeatNgram(n), ForcedWords(vec![word.clone()]));
        let (forbidden, repetition) = (ForbiddenWords(vec![[word.as_slice(), &[A]].concat()]), Repetition(1.3));
        let all: [&dyn LogitsProcessor; 4] = [&no_repeat, &forbidden, &forced, &repetition];
        for processors in [&[][..], &all] {
            let cancel = Cancel::new();
            let search = Search { limits: &limits, processors, cancel: &cancel };
            let mut pace = Pace::given(Cost { pass: 1.0, position });
            let batch = Toy::batch(&toys);
            let written = done(input_guided(&batch, &search, Guide { texts: &texts, streams: &[], pace: &mut pace }));
            let expected = plain(&Toy::batch(&toys), &limits, processors);
            prop_assert_eq!(&written, &expected);
            prop_assert_eq!(pace.passes, batch.rows_per_step().len());
            let tokens: usize = expected.iter().map(|hypothesis| hypothesis.logprobs.len()).sum();
            prop_assert!(pace.row_passes <= tokens + toys.len());
        }
    }

    #[test]
    fn guided_samples_are_samples((toys, texts, limits) in any_batch(), seed in 0u64..1000, samples in 0usize..4) {
        let texts: Vec<&[TokenId]> = texts.iter().map(Vec::as_slice).collect();
        let how = Sampling { samples, temperature: 0.8, top_p: 0.9, seed, top_k: 0 };
        let search = Search { limits: &limits, processors: &[], cancel: &Cancel::new() };
        let guide = Guide { texts: &texts, streams: &[], pace: &mut Pace::given(CHEAP) };
        let written = done(input_guided_sample(&Toy::batch(&toys), &search, &how, guide));
        prop_assert_eq!(written, done(sample(&Toy::batch(&toys), &search, &how)));
    }
}
