//! Log-probabilities of a row of scores, and how spread out they are, in one pass of exponentials.

use crate::exp::exp;
use crate::simd::{Simd, dispatch};
use crate::threads;

/// Partial results that a pass keeps side by side, so that it becomes vectors.
const LANES: usize = 16;

/// Vectors whose sum is kept in 32 bits: of thirty thousand small terms, added one by one to a large one, much would be lost.
const TOGETHER: usize = 32;

/// Replaces the scores by log-probabilities, `x_i − log Σ_j e^x_j`, and returns their entropy `−Σ_i p_i log p_i` in nats. The
/// maximum is taken out first, so that neither large nor small scores overflow. Minus infinity stays.
///
/// `None`, and the row stays as it is, when a score is NaN or plus infinity, or when none is above minus infinity.
pub fn log_softmax(row: &mut [f32]) -> Option<f32> {
    with(Simd::best(), row)
}

fn with(simd: Simd, row: &mut [f32]) -> Option<f32> {
    let mut entropy = None;
    log_softmax_with(simd, row, &mut entropy);
    entropy
}

/// log p of one of the scores; the row becomes the gradient of that with respect to the scores, 1 at its place less `p_i`
/// everywhere.
///
/// `None`, where [`log_softmax`] has none.
///
/// # Panics
/// When there is no score at that place.
pub fn choose(row: &mut [f32], place: usize) -> Option<f32> {
    let simd = Simd::best();
    with(simd, row)?;
    let found = row[place];
    negative_powers(simd, row);
    row[place] += 1.0;
    Some(found)
}

/// [`choose`] for each row of `scores`, which become gradients; NaN in place of none, and that row becomes 0.
///
/// # Panics
/// When the scores are no whole rows, or a place is behind the end of one.
pub fn choose_all(scores: &mut [f32], places: &[u32]) -> Vec<f32> {
    let mut found = vec![f32::NAN; places.len()];
    let width = (scores.len() / places.len().max(1)).max(1);
    // An exponential takes about as long as ten multiplications, and there are two of each score.
    let work = 20 * scores.len();
    let mut rest = scores.chunks_exact_mut(width).zip(places).zip(&mut found);
    let cut = |rows: usize| rest.by_ref().take(rows).collect::<Vec<_>>();
    threads::divide(work, places.len(), cut, &|rows: Vec<_>| {
        for ((row, place), found) in rows {
            match choose(row, *place as usize) {
                Some(log_prob) => *found = log_prob,
                None => row.fill(0.0),
            }
        }
    });
    found
}

dispatch!(negative_powers = negative_powers_body(row: &mut [f32]));

#[inline(always)]
fn negative_powers_body<const FUSED: bool>(row: &mut [f32]) {
    for x in row {
        *x = -exp::<FUSED>(*x);
    }
}

dispatch!(log_softmax_with = body(row: &mut [f32], entropy: &mut Option<f32>));

#[inline(always)]
fn body<const FUSED: bool>(row: &mut [f32], entropy: &mut Option<f32>) {
    let (max, proper) = most(row);
    if !proper || max == f32::NEG_INFINITY {
        return;
    }
    // Σ e^d and Σ d e^d with d = x − max ≤ 0.
    let (mut sum, mut weighted) = (0.0_f64, 0.0_f64);
    let (whole, rest) = row.as_chunks::<LANES>();
    for block in whole.chunks(TOGETHER) {
        let (mut sums, mut products) = ([0.0; LANES], [0.0; LANES]);
        for chunk in block {
            for ((sum, product), score) in sums.iter_mut().zip(&mut products).zip(chunk) {
                let (power, term) = terms::<FUSED>(score - max);
                *sum += power;
                *product += term;
            }
        }
        sum += f64::from(sums.iter().sum::<f32>());
        weighted += f64::from(products.iter().sum::<f32>());
    }
    for score in rest {
        let (power, term) = terms::<FUSED>(score - max);
        sum += f64::from(power);
        weighted += f64::from(term);
    }
    // log p = d − log Σ e^d, so −Σ p log p = log Σ e^d − Σ d e^d / Σ e^d.
    *entropy = Some((sum.ln() - weighted / sum).max(0.0) as f32);
    let normalizer = max + sum.ln() as f32;
    for score in row {
        *score -= normalizer;
    }
}

/// e^d and d e^d. What is impossible has a finite d here, because 0 times minus infinity would be NaN.
#[inline(always)]
fn terms<const FUSED: bool>(d: f32) -> (f32, f32) {
    let d = if d > -87.0 { d } else { -87.0 };
    let power = exp::<FUSED>(d);
    (power, d * power)
}

/// The largest score, and whether all are below plus infinity, which NaN is not.
#[inline(always)]
fn most(row: &[f32]) -> (f32, bool) {
    let (whole, rest) = row.as_chunks::<LANES>();
    let (mut largest, mut improper) = ([f32::NEG_INFINITY; LANES], [0_u32; LANES]);
    for chunk in whole {
        for ((largest, improper), score) in largest.iter_mut().zip(&mut improper).zip(chunk) {
            *largest = if *score > *largest { *score } else { *largest };
            *improper |= u32::from(!below_infinity(*score));
        }
    }
    let largest = largest.iter().chain(rest).fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a });
    (largest, improper.iter().all(|&improper| improper == 0) && rest.iter().copied().all(below_infinity))
}

#[inline(always)]
fn below_infinity(score: f32) -> bool {
    score < f32::INFINITY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_definition_for_rows_of_any_length() {
        for length in [1, 7, 15, 16, 17, 511, 513, 20_000] {
            let scores: Vec<f32> =
                (0..length).map(|token| ((token * 37) % 101) as f32 / 10.0 + 300.0).collect();
            let sum: f64 = scores.iter().map(|&score| (f64::from(score) - 300.0).exp()).sum();
            let expected: Vec<f64> =
                scores.iter().map(|&score| f64::from(score) - 300.0 - sum.ln()).collect();
            let spread: f64 = expected.iter().map(|value| -value * value.exp()).sum();
            for simd in Simd::here() {
                let mut row = scores.clone();
                let entropy = with(simd, &mut row).expect("a proper row");
                assert!((f64::from(entropy) - spread).abs() < 1e-5 * spread.max(1.0), "{simd:?}, {length}");
                for (found, expected) in row.iter().zip(&expected) {
                    assert!((f64::from(*found) - expected).abs() < 4e-5, "{simd:?}: {found}, not {expected}");
                }
            }
        }
    }

    #[test]
    fn a_choice_has_the_slopes_of_differences() {
        let scores: Vec<f32> = (0..37).map(|token| ((token * 37) % 101) as f32 / 20.0).collect();
        let log_prob = |scores: &[f32]| {
            let mut row = scores.to_vec();
            with(Simd::Portable, &mut row).expect("a proper row");
            row[5]
        };
        let mut row = scores.clone();
        let found = choose(&mut row, 5).expect("a proper row");
        assert!((found - log_prob(&scores)).abs() < 1e-5);
        for place in 0..scores.len() {
            let moved = |by: f32| {
                let mut scores = scores.clone();
                scores[place] += by;
                log_prob(&scores)
            };
            let expected = (moved(0.01) - moved(-0.01)) / 0.02;
            assert!((row[place] - expected).abs() < 1e-3, "{}, not {expected}", row[place]);
        }
        assert!(choose(&mut [f32::NAN], 0).is_none());
    }

    #[test]
    fn what_is_impossible_stays_so_and_does_not_count() {
        for simd in Simd::here() {
            let mut row = [0.0; 40];
            row[3..].fill(f32::NEG_INFINITY);
            let entropy = with(simd, &mut row).expect("three are possible");
            assert!((entropy - 3_f32.ln()).abs() < 1e-6 && (row[0] + 3_f32.ln()).abs() < 1e-6, "{simd:?}");
            assert!(row[3..].iter().all(|value| *value == f32::NEG_INFINITY));
            assert!(with(simd, &mut [5.0, f32::NEG_INFINITY]).expect("one is").abs() < 1e-6);
        }
    }

    #[test]
    fn what_is_no_distribution_is_left_alone() {
        for simd in Simd::here() {
            for (place, score) in [(2, f32::NAN), (2, f32::INFINITY), (38, f32::NAN), (38, f32::INFINITY)] {
                let mut row = [1.0; 40];
                row[place] = score;
                assert!(with(simd, &mut row).is_none() && row[0].to_bits() == 1_f32.to_bits(), "{simd:?}");
            }
            assert!(with(simd, &mut [f32::NEG_INFINITY; 40]).is_none());
            assert!(with(simd, &mut []).is_none());
        }
    }
}
