//! Against the group, in units of its spread.

use super::Rewards;

/// `A_i = (r_i − mean) / std` over the samples of a text and the original. `None` when all are equal: dividing by a
/// spread of nearly nothing would make noise as loud as any signal.
///
/// std is that of a sample (n − 1).
/// Source: Shao et al. 2024 (GRPO), section 4.1.2; there without the original.
pub fn group_normalised(rewards: &Rewards) -> Option<Vec<f32>> {
    let count = rewards.all().count();
    if count < 2 || !rewards.differ() {
        return None;
    }
    let mean = rewards.all().sum::<f32>() / count as f32;
    let squares: f32 = rewards.all().map(|reward| (reward - mean).powi(2)).sum();
    let spread = (squares / (count - 1) as f32).sqrt();
    Some(rewards.samples.iter().map(|reward| (reward - mean) / spread).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(samples: &[f32], original: Option<f32>, expected: Option<&[f32]>) {
        let found = group_normalised(&Rewards { samples: samples.to_vec(), original });
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn in_units_of_the_spread() {
        // Mean 2, squares 1 + 0 + 1 over 2: spread 1.
        check(&[1.0, 2.0, 3.0], None, Some(&[-1.0, 0.0, 1.0]));
        check(&[1.0, 3.0], Some(2.0), Some(&[-1.0, 1.0]));
        check(&[0.3, 0.3], Some(0.3), None);
        check(&[0.3, 0.3 + 1e-8], None, None);
        check(&[0.3], None, None);
    }
}
