//! Sampling: tokens drawn at random, by their probability.

use std::ops::ControlFlow;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::independent::write_rows;
use crate::logits::{Temperature, TopK, TopP};
use crate::{DecodeError, Decoded, LogitsProcessor, NextToken, Search, TokenId};

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Samples per source. They may coincide.
    pub samples: usize,
    /// See [`Temperature`]; 1 = the model's own distribution, 0 = greedy.
    pub temperature: f32,
    /// See [`TopK`]; 0 = off.
    pub top_k: usize,
    /// See [`TopP`]; 1 = off.
    pub top_p: f32,
    /// Where the random numbers start. Each sample of each source has its own stream of them, so that a
    /// sample does not depend on how long its neighbours are.
    pub seed: u64,
}

impl Default for Sampling {
    /// One sample of the model's own distribution.
    fn default() -> Self {
        Self { samples: 1, temperature: 1.0, top_k: 0, top_p: 1.0, seed: 0 }
    }
}

impl Sampling {
    /// What shapes the distribution, in the order in which it is applied.
    pub(super) fn processors(&self) -> (Temperature, TopK, TopP) {
        (Temperature(self.temperature), TopK(self.top_k), TopP(self.top_p))
    }
}

/// The random numbers of all samples. Each token takes one number of its sample's stream, so that what is drawn
/// depends only on the distributions that it is drawn from.
pub(super) struct Draws(Vec<ChaCha8Rng>);

impl Draws {
    /// Streams for the samples of `sources` sources, lane after lane. A source without an entry in `streams` has the
    /// stream of its place.
    pub(super) fn new(how: &Sampling, sources: usize, streams: &[u32]) -> Self {
        let stream = |lane: usize| {
            let mut stream = ChaCha8Rng::seed_from_u64(how.seed);
            let (source, sample) = (lane / how.samples, lane % how.samples);
            let number = streams.get(source).map_or(source as u64, |&stream| u64::from(stream));
            stream.set_stream(number << 32 | sample as u64);
            stream
        };
        Self((0..sources * how.samples).map(stream).collect())
    }

    /// The lane's next token out of `row`; `None` when nothing is allowed.
    pub(super) fn draw(&mut self, lane: usize, row: &[f32]) -> Option<TokenId> {
        draw(row, self.0[lane].random())
    }
}

/// Draws `how.samples` outputs per source. The search's processors come first, then temperature, top-k and
/// top-p, in this order.
///
/// Returns them ordered by source, then in the order drawn.
pub fn sample<M: NextToken>(
    model: &M,
    search: &Search<'_>,
    how: &Sampling,
) -> Result<Decoded, DecodeError<M::Error>> {
    stream(model, search, how, |_, _| ControlFlow::Continue(()))
}

/// [`sample`] with somebody watching: `each` is told the number of an output, counted as they are returned, and
/// its next token, as soon as that is drawn. The end token is not told.
///
/// `Break` ends that output after the token told, unfinished: a stop phrase is text, which only the caller can
/// read.
pub fn stream<M: NextToken>(
    model: &M,
    search: &Search<'_>,
    how: &Sampling,
    mut each: impl FnMut(usize, TokenId) -> ControlFlow<()>,
) -> Result<Decoded, DecodeError<M::Error>> {
    let (temperature, top_k, top_p) = how.processors();
    let mut processors = search.processors.to_vec();
    processors.extend([&temperature as &dyn LogitsProcessor, &top_k, &top_p]);
    let mut draws = Draws::new(how, search.limits.len(), &[]);
    let mut stopped = vec![false; search.limits.len() * how.samples];
    write_rows(model, &Search { processors: &processors, ..*search }, how.samples, |lane, row| {
        if stopped[lane] {
            return None;
        }
        let token = draws.draw(lane, row)?;
        if token != search.limits[lane / how.samples].end {
            stopped[lane] = each(lane, token).is_break();
        }
        Some(token)
    })
}

/// The token at which the running sum of probabilities passes `uniform` (in [0, 1)) of the total.
fn draw(row: &[f32], uniform: f64) -> Option<TokenId> {
    let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if max == f32::NEG_INFINITY {
        return None;
    }
    let weight = |value: f32| f64::from(value - max).exp();
    let target = uniform * row.iter().map(|&value| weight(value)).sum::<f64>();
    let mut sum = 0.0;
    let mut last = None;
    for (token, &value) in row.iter().enumerate() {
        let weight = weight(value);
        if weight > 0.0 {
            sum += weight;
            last = Some(token as TokenId);
            if sum > target {
                break;
            }
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logits::ForbiddenWords;
    use crate::strategies::greedy;
    use crate::toy::{A, B, C, END, START, Toy, done, limits};
    use crate::{Cancel, Hypothesis};

    fn one_choice() -> Toy {
        Toy::new(&[
            (START, &[(A, 0.5), (B, 0.3), (C, 0.15), (END, 0.05)]),
            (A, &[(END, 1.0)]),
            (B, &[(END, 1.0)]),
            (C, &[(END, 1.0)]),
        ])
    }

    fn run(toy: &Toy, sources: usize, how: Sampling) -> Vec<Hypothesis> {
        let limits = vec![limits(8); sources];
        done(sample(toy, &Search { limits: &limits, processors: &[], cancel: &Cancel::new() }, &how))
    }

    /// How often A, B, C and the end came first.
    fn firsts(written: &[Hypothesis]) -> [f64; 4] {
        let mut counts = [0.0; 4];
        for hypothesis in written {
            let first = hypothesis.tokens.first().map_or(3, |&token| (token - A) as usize);
            counts[first] += 1.0;
        }
        counts
    }

    /// Pearson's chi-square; 3 degrees of freedom, so 16.27 is exceeded once in a thousand seeds.
    #[track_caller]
    fn check(temperature: f32, expected: [f64; 4]) {
        let samples = 4000;
        let how = Sampling { samples, temperature, seed: 11, ..Sampling::default() };
        let counts = firsts(&run(&one_choice(), 1, how));
        let chi_square: f64 = counts
            .iter()
            .zip(expected)
            .map(|(count, p)| (count - p * samples as f64).powi(2) / (p * samples as f64))
            .sum();
        assert!(chi_square < 16.27, "{counts:?} are not draws from {expected:?}: {chi_square}");
    }

    #[test]
    fn frequencies_follow_the_probabilities() {
        check(1.0, [0.5, 0.3, 0.15, 0.05]);
    }

    #[test]
    fn temperature_one_half_squares_them() {
        // 0.25, 0.09, 0.0225, 0.0025 of 0.365
        check(0.5, [0.25 / 0.365, 0.09 / 0.365, 0.0225 / 0.365, 0.0025 / 0.365]);
    }

    #[test]
    fn scores_are_the_models_own_at_any_temperature() {
        let how = Sampling { samples: 50, temperature: 0.5, top_p: 0.9, ..Sampling::default() };
        for hypothesis in run(&one_choice(), 1, how) {
            if hypothesis.tokens == [B] {
                assert!((hypothesis.logprobs[0] - 0.3f32.ln()).abs() < 1e-5);
                return;
            }
        }
        panic!("B has probability 0.2 or more in each of fifty draws");
    }

    #[test]
    fn top_p_and_top_k_never_leave_their_set() {
        // 0.5 + 0.3 reaches 0.7: A and B are the nucleus, and the two most likely.
        for how in
            [Sampling { top_p: 0.7, ..Sampling::default() }, Sampling { top_k: 2, ..Sampling::default() }]
        {
            let counts = firsts(&run(&one_choice(), 1, Sampling { samples: 1000, seed: 3, ..how }));
            assert!(counts[0] > 0.0 && counts[1] > 0.0, "both members are drawn: {counts:?}");
            assert!(counts[2] + counts[3] < 0.5, "nothing else is: {counts:?}");
        }
    }

    #[test]
    fn a_seed_gives_the_same_samples_in_any_batch() {
        let how = Sampling { samples: 20, seed: 5, ..Sampling::default() };
        let alone = run(&one_choice(), 1, how);
        let pair = run(&Toy::batch(&[one_choice(), one_choice()]), 2, how);
        assert_eq!(pair[..20], alone);
        assert_ne!(
            pair[20..].iter().map(|h| &h.tokens).collect::<Vec<_>>(),
            alone.iter().map(|h| &h.tokens).collect::<Vec<_>>(),
            "the second source has its own random numbers"
        );
        assert_ne!(run(&one_choice(), 1, Sampling { seed: 6, ..how }), alone);
    }

    #[test]
    fn forbidden_words_are_never_drawn_and_cold_is_greedy() {
        let forbidden = ForbiddenWords(vec![vec![A]]);
        let limits = [limits(8)];
        let cancel = Cancel::new();
        let search = Search { limits: &limits, processors: &[&forbidden], cancel: &cancel };
        let hot = Sampling { samples: 500, ..Sampling::default() };
        let written = done(sample(&one_choice(), &search, &hot));
        assert!(written.iter().all(|hypothesis| !hypothesis.tokens.contains(&A)));
        let cold = Sampling { temperature: 0.0, ..Sampling::default() };
        assert_eq!(done(sample(&one_choice(), &search, &cold)), done(greedy(&one_choice(), &search)));
    }

    #[test]
    fn a_stream_tells_what_is_written_and_stops_where_it_is_told_to() {
        let stutter = Toy::new(&[(START, &[(A, 0.5), (B, 0.5)]), (A, &[(B, 1.0)]), (B, &[(A, 1.0)])]);
        let (limits, cancel) = ([limits(6), limits(4)], Cancel::new());
        let search = Search { limits: &limits, processors: &[], cancel: &cancel };
        let how = Sampling { samples: 2, seed: 9, ..Sampling::default() };
        let model = Toy::batch(&[stutter.clone(), stutter]);
        let mut told = vec![Vec::new(); 4];
        let watched = done(stream(&model, &search, &how, |lane, token| {
            told[lane].push(token);
            if lane == 1 && told[lane].len() == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }));
        assert_eq!(watched.iter().map(|h| h.tokens.clone()).collect::<Vec<_>>(), told);
        assert_eq!(watched.iter().map(|h| h.tokens.len()).collect::<Vec<_>>(), [6, 3, 4, 4]);
        let free = done(sample(&model, &search, &how));
        assert_eq!(watched[1].tokens, free[1].tokens[..3], "being watched changes no draw");
        assert_eq!(
            [&watched[0], &watched[2], &watched[3]],
            [&free[0], &free[2], &free[3]],
            "nor does a neighbour that stops"
        );
    }

    #[test]
    fn the_end_is_not_told() {
        let toy = Toy::new(&[(START, &[(A, 1.0)]), (A, &[(END, 1.0)])]);
        let (limits, cancel) = ([limits(6)], Cancel::new());
        let search = Search { limits: &limits, processors: &[], cancel: &cancel };
        let mut told = Vec::new();
        let written = done(stream(&toy, &search, &Sampling::default(), |_, token| {
            told.push(token);
            ControlFlow::Continue(())
        }));
        assert_eq!((told, written[0].finished), (vec![A], true));
    }

    #[test]
    fn no_samples_is_an_empty_result() {
        assert!(run(&one_choice(), 1, Sampling { samples: 0, ..Sampling::default() }).is_empty());
    }

    #[test]
    fn cancelled_after_one_token() {
        let cancel = Cancel::new();
        let toy = one_choice().cancelling_after(1, &cancel);
        let limits = [limits(8)];
        let search = Search { limits: &limits, processors: &[], cancel: &cancel };
        assert_eq!(sample(&toy, &search, &Sampling::default()).expect("no failure"), Decoded::Cancelled);
    }

    #[test]
    fn a_draw_at_the_upper_edge_stays_inside() {
        let row = [0.5f32.ln(), 0.5f32.ln(), f32::NEG_INFINITY];
        assert_eq!(draw(&row, 0.0), Some(0));
        assert_eq!(draw(&row, 0.999_999_999), Some(1));
        assert_eq!(draw(&[f32::NEG_INFINITY; 2], 0.5), None);
    }
}
