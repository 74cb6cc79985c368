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

/// Replaces scores by log-probabilities: `x_i - log sum_j exp x_j`, with the maximum taken out first so that
/// neither large nor small scores overflow. Minus infinity stays: an impossible token.
pub(crate) fn log_softmax(row: &mut [f32]) -> Result<(), Broken> {
    let mut max = f32::NEG_INFINITY;
    for (token, &value) in row.iter().enumerate() {
        if value.is_nan() || value == f32::INFINITY {
            return Err(Broken::Score { token: token as TokenId, value });
        }
        max = max.max(value);
    }
    if max == f32::NEG_INFINITY {
        return Err(Broken::Empty);
    }
    // f64: thirty thousand small terms are added to a large one.
    let sum: f64 = row.iter().map(|&value| f64::from((value - max).exp())).sum();
    let normalizer = max + sum.ln() as f32;
    for value in row {
        *value -= normalizer;
    }
    Ok(())
}

/// Entropy of a row of log-probabilities, in nats.
pub(crate) fn entropy(log_probs: &[f32]) -> f32 {
    // Below e^-20 a token adds less than a millionth; skipping it also spares 0 times minus infinity.
    let terms = log_probs.iter().filter(|&&value| value > -20.0).map(|&value| -value.exp() * value);
    terms.sum::<f32>().max(0.0)
}

/// The most likely allowed token; among equals the smallest id. `None` when nothing is allowed.
pub(crate) fn argmax(row: &[f32]) -> Option<TokenId> {
    let mut best: Option<(usize, f32)> = None;
    for (token, &value) in row.iter().enumerate() {
        if value > best.map_or(f32::NEG_INFINITY, |(_, value)| value) {
            best = Some((token, value));
        }
    }
    best.map(|(token, _)| token as TokenId)
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
