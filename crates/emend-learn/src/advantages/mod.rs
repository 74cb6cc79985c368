//! From rewards to advantages: by how much each of a text's rewrites did better than was to be expected.
//!
//! Leaving the text as it is takes part in the comparison but is nobody's action: its reward enters the baseline alone,
//! so that a rewrite is only reinforced when it beats doing nothing. A group in which nothing differs says nothing, and
//! gets no advantages.

mod batch_mean;
mod gae;
mod group_normalised;
mod leave_one_out;
mod moving_average;
mod preference;
mod token_rewards;

use serde::{Deserialize, Serialize};

pub use batch_mean::batch_mean;
pub use gae::{Gae, whiten};
pub use group_normalised::group_normalised;
pub use leave_one_out::leave_one_out;
pub use moving_average::moving_average;
pub use preference::preference;
pub use token_rewards::{Rto, penalised};

/// Rewards of the rewrites of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Rewards {
    /// One of each rewrite.
    pub samples: Vec<f32>,
    /// That of the text as it is.
    pub original: Option<f32>,
}

impl Rewards {
    /// Those of the samples, then that of the original.
    fn all(&self) -> impl Iterator<Item = f32> + '_ {
        self.samples.iter().copied().chain(self.original)
    }

    /// Whether any two differ, by more than rounding does.
    fn differ(&self) -> bool {
        let (least, most) =
            self.all().fold((f32::INFINITY, f32::NEG_INFINITY), |(l, m), r| (l.min(r), m.max(r)));
        most - least > 1e-6 * most.abs().max(least.abs()).max(1.0)
    }
}

/// What a reward is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimator {
    /// See [`leave_one_out`].
    #[default]
    LeaveOneOut,
    /// See [`group_normalised`].
    GroupNormalised,
    /// See [`batch_mean`].
    BatchMean,
    /// See [`moving_average`].
    MovingAverage,
}

impl Estimator {
    /// Advantages of the samples of each group of a step, `None` for a group that says nothing. `average` is the
    /// memory of [`moving_average`].
    pub fn advantages(self, groups: &[Rewards], average: &mut Option<f64>) -> Vec<Option<Vec<f32>>> {
        match self {
            Self::LeaveOneOut => groups.iter().map(leave_one_out).collect(),
            Self::GroupNormalised => groups.iter().map(group_normalised).collect(),
            Self::BatchMean => batch_mean(groups),
            Self::MovingAverage => moving_average(groups, average),
        }
    }

    /// Whether advantages are in units of their spread.
    pub fn scales(self) -> bool {
        self == Self::GroupNormalised
    }

    /// The same comparison, without dividing by a spread.
    #[must_use]
    pub fn unscaled(self) -> Self {
        if self.scales() { Self::LeaveOneOut } else { self }
    }
}

/// r − baseline of every sample.
fn above(groups: &[Rewards], baseline: f64) -> Vec<Option<Vec<f32>>> {
    let of = |group: &Rewards| -> Vec<f32> {
        group.samples.iter().map(|&reward| (f64::from(reward) - baseline) as f32).collect()
    };
    groups.iter().map(of).map(|found| found.iter().any(|a| a.abs() > 1e-6).then_some(found)).collect()
}

/// Mean over all rewards, originals included; `None` without any.
fn mean(groups: &[Rewards]) -> Option<f64> {
    let (sum, count) = groups
        .iter()
        .flat_map(Rewards::all)
        .fold((0.0, 0.0), |(sum, count), reward| (sum + f64::from(reward), count + 1.0));
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_names_an_estimator() {
        #[derive(Deserialize)]
        struct Recipe {
            advantage: Estimator,
        }
        let recipe: Recipe = toml::from_str("advantage = 'group-normalised'").unwrap();
        assert_eq!(recipe.advantage, Estimator::GroupNormalised);
        let groups = [Rewards { samples: vec![1.0, 3.0], original: None }];
        let found = recipe.advantage.advantages(&groups, &mut None);
        assert_eq!(found, [group_normalised(&groups[0])]);
    }
}
