//! Against the steps before.

use super::{Rewards, above, mean};

/// What is kept of the average at each step.
const DECAY: f64 = 0.9;

/// `A_i = r_i − b`, where b ← 0.9·b + 0.1·(mean of the step's rewards, originals included) after each step; at first
/// the step's mean itself. `None` for a group whose samples are all at the baseline.
///
/// Source: Williams 1992 (REINFORCE, reinforcement comparison).
pub fn moving_average(groups: &[Rewards], average: &mut Option<f64>) -> Vec<Option<Vec<f32>>> {
    let Some(now) = mean(groups) else { return vec![None; groups.len()] };
    let baseline = average.unwrap_or(now);
    *average = Some(DECAY * baseline + (1.0 - DECAY) * now);
    above(groups, baseline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_follows() {
        let group = |reward| [Rewards { samples: vec![reward], original: None }];
        let mut average = None;
        assert_eq!(moving_average(&group(0.5), &mut average), [None], "the first step is its own baseline");
        assert_eq!(moving_average(&group(1.0), &mut average), [Some(vec![0.5])]);
        assert!((average.unwrap() - 0.55).abs() < 1e-12, "0.9 · 0.5 + 0.1 · 1");
        assert!(moving_average(&[], &mut average).is_empty());
        assert!((average.unwrap() - 0.55).abs() < 1e-12);
    }
}
