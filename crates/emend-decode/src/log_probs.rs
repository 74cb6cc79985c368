//! From raw scores to log-probabilities, and picking from a row of them.

use crate::TokenId;

/// Why a row of scores is no distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Broken {
    /// This token's score is NaN or plus infinity.
    Score { token: TokenId, value: f32 },
    /// All scores are minus infinity (or there are none).
    Empty,
}

/// Partial results that a pass over a row keeps side by side, so that it becomes vector code.
const LANES: usize = 8;

/// Replaces scores by log-probabilities: `x_i - log sum_j exp x_j`, with the maximum taken out first so that
/// neither large nor small scores overflow. Minus infinity stays: an impossible token.
pub(crate) fn log_softmax(row: &mut [f32]) -> Result<(), Broken> {
    if row.iter().fold(false, |broken, &value| broken | !below_infinity(value)) {
        let values = row.iter().enumerate();
        if let Some((token, &value)) = values.into_iter().find(|(_, value)| !below_infinity(**value)) {
            return Err(Broken::Score { token: token as TokenId, value });
        }
    }
    let max = maximum(row);
    if max == f32::NEG_INFINITY {
        return Err(Broken::Empty);
    }
    let normalizer = max + sum(row, |value| exp(value - max)).ln() as f32;
    for value in row {
        *value -= normalizer;
    }
    Ok(())
}

/// False for NaN, too.
fn below_infinity(value: f32) -> bool {
    value < f32::INFINITY
}

/// Entropy of a row of log-probabilities, in nats.
pub(crate) fn entropy(log_probs: &[f32]) -> f32 {
    // 0 times minus infinity would be NaN; e^-80 is nothing.
    let term = |value: f32| {
        let value = value.max(-80.0);
        -value * exp(value)
    };
    sum(log_probs, term).max(0.0) as f32
}

/// The most likely allowed token; among equals the smallest id. `None` when nothing is allowed.
pub(crate) fn argmax(row: &[f32]) -> Option<TokenId> {
    let max = maximum(row);
    if max == f32::NEG_INFINITY {
        return None;
    }
    row.iter().position(|&value| value >= max).map(|token| token as TokenId)
}

/// The largest number that is not NaN; minus infinity when there is none.
fn maximum(row: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let parts = row.chunks_exact(LANES);
    let rest = parts.remainder();
    for part in parts {
        lanes.iter_mut().zip(part).for_each(|(lane, &value)| *lane = larger(*lane, value));
    }
    lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |a, &b| larger(a, b))
}

/// The sum of all terms. In f64 from block to block: thirty thousand small terms are added to a large one.
fn sum(row: &[f32], term: impl Fn(f32) -> f32) -> f64 {
    let block_sum = |block: &[f32]| {
        let mut lanes = [0.0; LANES];
        let parts = block.chunks_exact(LANES);
        let rest: f32 = parts.remainder().iter().map(|&value| term(value)).sum();
        for part in parts {
            lanes.iter_mut().zip(part).for_each(|(lane, &value)| *lane += term(value));
        }
        f64::from(lanes.iter().sum::<f32>() + rest)
    };
    row.chunks(64 * LANES).map(block_sum).sum()
}

/// e^x for x ≤ 0, to two units in the last place; what is below e^-87 counts as e^-87. The library's function handles
/// every case and one number at a time, which for a vocabulary takes as long as a small model.
///
/// x = n ln 2 + r with |r| ≤ ln 2 / 2, e^x = 2^n e^r, and e^r by its series.
fn exp(x: f32) -> f32 {
    /// 1.5 · 2^23: added to a small number, it leaves its nearest integer in the last bits.
    const ROUND: f32 = 12_582_912.0;
    /// ln 2 in two parts, the first with so few digits that n times it is exact (Cody and Waite 1980).
    const LN_2: (f32, f32) = (0.693_359_4, -2.121_944_4e-4);
    let x = x.max(-87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2.0 - n * LN_2.1;
    let series = [1.0, 1.0, 0.5, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0];
    let e_r = series.iter().rev().fold(0.0, |sum, &term| sum * r + term);
    let two_n = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    two_n * e_r
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_scores_do_not_overflow() {
        let mut row = [1000.0, 1000.0 + 3f32.ln(), f32::NEG_INFINITY];
        log_softmax(&mut row).expect("a proper row");
        assert!((row[0] - 0.25f32.ln()).abs() < 1e-4, "exp(1000) would be infinite: {row:?}");
        assert!((row[1] - 0.75f32.ln()).abs() < 1e-4);
        assert!(row[2] < f32::MIN, "impossible stays impossible");
    }

    #[test]
    fn the_exponential_is_that_of_the_library() {
        for step in 0..=870_000 {
            let x = -(step as f32) / 1e4;
            let expected = x.exp();
            assert!((exp(x) - expected).abs() <= 2.5e-7 * expected, "{x}: {} {expected}", exp(x));
        }
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn long_rows_sum_to_one() {
        for length in [1, 7, 8, 9, 511, 513, 20_000] {
            let mut row: Vec<f32> = (0..length).map(|token| ((token * 37) % 101) as f32 / 10.0).collect();
            let plain: f64 = row.iter().map(|&value| f64::from(value).exp()).sum();
            let first = row[0];
            log_softmax(&mut row).expect("a proper row");
            assert!((f64::from(row[0]) - (f64::from(first) - plain.ln())).abs() < 3e-6);
            let (total, spread) = row.iter().fold((0.0, 0.0), |(total, spread), &value| {
                let value = f64::from(value);
                (total + value.exp(), spread - value * value.exp())
            });
            assert!((total - 1.0).abs() < 1e-5, "{length}: {total}");
            assert!((f64::from(entropy(&row)) - spread).abs() < 1e-5 * spread.max(1.0), "{length}: {spread}");
        }
    }

    #[test]
    fn a_broken_row_names_the_token() {
        let nan = log_softmax(&mut [0.0, f32::NAN]);
        assert!(matches!(nan, Err(Broken::Score { token: 1, value }) if value.is_nan()));
        assert_eq!(
            log_softmax(&mut [f32::INFINITY, 0.0]),
            Err(Broken::Score { token: 0, value: f32::INFINITY })
        );
        assert_eq!(log_softmax(&mut [f32::NEG_INFINITY; 3]), Err(Broken::Empty));
        assert_eq!(log_softmax(&mut []), Err(Broken::Empty));
    }

    #[test]
    fn entropy_is_that_of_the_distribution() {
        assert!((entropy(&[0.5f32.ln(), 0.5f32.ln(), f32::NEG_INFINITY]) - 2f32.ln()).abs() < 1e-6);
        assert!(entropy(&[0.0, f32::NEG_INFINITY]).abs() < 1e-6);
    }

    #[test]
    fn argmax_takes_the_first_of_equals_and_never_a_forbidden_token() {
        assert_eq!(argmax(&[-2.0, -1.0, -1.0]), Some(1));
        assert_eq!(argmax(&[f32::NEG_INFINITY, f32::NEG_INFINITY]), None);
        assert_eq!(argmax(&[]), None);
    }
}
