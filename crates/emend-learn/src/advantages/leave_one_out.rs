//! Against the mean of the others.

use super::Rewards;

/// `A_i = r_i − mean` of the other samples' rewards and the original's. `None` when all are equal, or there is only
/// one.
///
/// Unbiased, because a sample's baseline does not depend on it.
/// Source: Kool et al. 2019; Ahmadian et al. 2024 (RLOO); there without the original.
pub fn leave_one_out(rewards: &Rewards) -> Option<Vec<f32>> {
    let count = rewards.all().count();
    if count < 2 || !rewards.differ() {
        return None;
    }
    let sum: f32 = rewards.all().sum();
    Some(rewards.samples.iter().map(|reward| reward - (sum - reward) / (count - 1) as f32).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(samples: &[f32], original: Option<f32>, expected: Option<&[f32]>) {
        let found = leave_one_out(&Rewards { samples: samples.to_vec(), original });
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn against_the_others() {
        check(&[1.0, 0.0, 0.5], None, Some(&[0.75, -0.75, 0.0]));
        // 1 against (0 + ½)/2, 0 against (1 + ½)/2: the original is in both baselines.
        check(&[1.0, 0.0], Some(0.5), Some(&[0.75, -0.75]));
        // Alike, but better than leaving the text alone: ½ − (½ + 0)/2.
        check(&[0.5, 0.5], Some(0.0), Some(&[0.25, 0.25]));
        check(&[0.5, 0.5], Some(0.5), None);
        check(&[0.5], None, None);
        check(&[], Some(0.5), None);
    }
}
