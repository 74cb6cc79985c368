//! Repetition penalty: a token already written becomes less likely.

use super::{LogitsProcessor, SoFar};

/// Multiplies the log-probability of every token already written by this number, that is p becomes p^penalty.
///
/// 1 = off; above 1 discourages repetition. After Keskar et al. 2019 (CTRL), but on log-probabilities, where
/// the result does not depend on an arbitrary shift of the scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repetition(pub f32);

impl LogitsProcessor for Repetition {
    fn adjust(&self, so_far: &SoFar<'_>, log_probs: &mut [f32]) {
        for (index, &token) in so_far.tokens.iter().enumerate() {
            let first_time = !so_far.tokens[..index].contains(&token);
            if let Some(value) = log_probs.get_mut(token as usize)
                && first_time
                && *value < 0.0
            {
                *value *= self.0.max(0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::adjusted;
    use super::*;

    #[test]
    fn a_written_token_is_penalised_once_however_often_it_occurs() {
        let row = adjusted(&Repetition(2.0), &[1, 1, 1], &[0.5, 0.3, 0.2]);
        for (found, expected) in row.iter().zip([0.5, 0.09, 0.2]) {
            assert!((found - expected).abs() < 1e-6, "{row:?}");
        }
    }

    #[test]
    fn one_is_off_and_unknown_tokens_are_ignored() {
        let row = adjusted(&Repetition(1.0), &[0, 99], &[0.5, 0.5]);
        assert!(row.iter().all(|p| (p - 0.5).abs() < 1e-6), "{row:?}");
    }
}
