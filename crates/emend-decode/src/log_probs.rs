//! From raw scores to log-probabilities, and picking from a row of them.

use emend_kernels::softmax;

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

/// Replaces scores by log-probabilities; the result is their entropy in nats. Minus infinity stays: an impossible token.
pub(crate) fn log_softmax(row: &mut [f32]) -> Result<f32, Broken> {
    softmax::log_softmax(row).ok_or_else(|| {
        let mut values = (0..).zip(row.iter());
        match values.find(|(_, value)| value.is_nan() || **value == f32::INFINITY) {
            Some((token, &value)) => Broken::Score { token, value },
            None => Broken::Empty,
        }
    })
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
    fn argmax_takes_the_first_of_equals_and_never_a_forbidden_token() {
        assert_eq!(argmax(&[-2.0, -1.0, -1.0]), Some(1));
        assert_eq!(argmax(&[f32::NEG_INFINITY, f32::NEG_INFINITY]), None);
        assert_eq!(argmax(&[]), None);
    }
}
