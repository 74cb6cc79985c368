//! Against the mean of the step.

use super::{Rewards, above, mean};

/// `A_i = r_i − mean` of all rewards of the step, originals included. `None` for a group whose samples are all average.
///
/// Needs one sample per text only, but calls easy texts successes.
/// Source: Williams 1992 (REINFORCE with a baseline).
pub fn batch_mean(groups: &[Rewards]) -> Vec<Option<Vec<f32>>> {
    above(groups, mean(groups).unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn against_all_of_the_step() {
        // Mean of 1, 0.5, 0.5 and 0 is 0.5.
        let groups = [
            Rewards { samples: vec![1.0], original: Some(0.5) },
            Rewards { samples: vec![0.5], original: Some(0.0) },
        ];
        assert_eq!(batch_mean(&groups), [Some(vec![0.5]), None]);
        assert!(batch_mean(&[]).is_empty());
    }
}
