//! Quantile bins of rewards, an attribute and a task at a time.
//!
//! Source: Lu et al. 2022 (Quark), algorithm 1; Hallinan et al. 2023 (STEER): a bin per attribute, and quantiles among
//! targets of the same style only.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where bins begin. Made anew from the pool every so many steps, as better targets join it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    /// K: bins per attribute.
    count: usize,
    /// For each task and attribute the least reward of each bin but the lowest, K − 1 numbers that do not fall.
    edges: BTreeMap<String, Vec<Vec<f32>>>,
}

impl Bins {
    /// K bins with equal shares of the pool's targets, which are given as task and rewards, one per attribute. `count`
    /// is at least 1.
    ///
    /// Equal rewards share a bin, so that shares are unequal where there are ties; the best reward of a task is always
    /// in its highest bin.
    pub fn of<'p>(pool: impl IntoIterator<Item = (&'p str, &'p [f32])>, count: usize) -> Self {
        let mut rewards: BTreeMap<String, Vec<Vec<f32>>> = BTreeMap::new();
        for (task, attributes) in pool {
            let columns = rewards.entry(task.to_owned()).or_default();
            columns.resize(columns.len().max(attributes.len()), Vec::new());
            for (column, &reward) in columns.iter_mut().zip(attributes) {
                column.push(reward);
            }
        }
        for column in rewards.values_mut().flatten() {
            column.sort_by(f32::total_cmp);
            *column = (1..count).map(|bin| column[bin * column.len() / count]).collect();
        }
        Self { count, edges: rewards }
    }

    /// The bin of each attribute, 0 for the worst to K − 1; `None` for a task or a number of attributes that the pool
    /// did not have.
    pub fn bins(&self, task: &str, rewards: &[f32]) -> Option<Vec<usize>> {
        let edges = self.edges.get(task).filter(|edges| edges.len() == rewards.len())?;
        let bin = |(edges, reward): (&Vec<f32>, &f32)| edges.iter().filter(|edge| *edge <= reward).count();
        Some(edges.iter().zip(rewards).map(bin).collect())
    }

    /// The bins to ask for when sampling.
    pub fn best(&self, attributes: usize) -> Vec<usize> {
        vec![self.count.saturating_sub(1); attributes]
    }

    /// Numbers for the tokens of bins, so that no two attributes share one: attribute · K + bin.
    pub fn labels(&self, bins: &[usize]) -> Vec<usize> {
        bins.iter().enumerate().map(|(attribute, bin)| attribute * self.count + bin).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ten_rewards_in_five_bins() {
        // 0.0, 0.1 … 0.9: two in each bin, which begin at 0.2, 0.4, 0.6 and 0.8. The second attribute runs backwards.
        let pool: Vec<[f32; 2]> =
            (0..10_u8).map(|n| [f32::from(n) / 10.0, f32::from(9 - n) / 10.0]).collect();
        let bins = Bins::of(pool.iter().map(|rewards| ("formal", rewards.as_slice())), 5);
        for (number, rewards) in pool.iter().enumerate() {
            assert_eq!(bins.bins("formal", rewards), Some(vec![number / 2, 4 - number / 2]));
        }
        assert_eq!(bins.bins("formal", &[0.39, 7.0]), Some(vec![1, 4]), "between and beyond");
        assert_eq!(bins.bins("shorter", &[0.39, 7.0]), None);
        assert_eq!(bins.bins("formal", &[0.39]), None);
        assert_eq!(bins.best(2), [4, 4]);
        assert_eq!(bins.labels(&[1, 4]), [1, 9]);
    }

    #[test]
    fn tasks_are_apart_and_a_larger_pool_moves_the_edges() {
        let old = [("a", [0.1_f32]), ("a", [0.2]), ("b", [0.8]), ("b", [0.9])];
        let pool = |rows: &[(&'static str, [f32; 1])]| Bins::of(rows.iter().map(|(t, r)| (*t, &r[..])), 2);
        assert_eq!(pool(&old).bins("a", &[0.2]), Some(vec![1]));
        assert_eq!(pool(&old).bins("b", &[0.8]), Some(vec![0]));
        let mut new = old.to_vec();
        new.extend([("a", [0.3]), ("a", [0.4])]);
        assert_eq!(pool(&new).bins("a", &[0.2]), Some(vec![0]));
    }

    #[test]
    fn equal_rewards_are_all_best() {
        let bins = Bins::of([("a", &[0.5_f32][..]); 3], 5);
        assert_eq!(bins.bins("a", &[0.5]), Some(vec![4]));
    }

    proptest! {
        #[test]
        fn bins_do_not_fall_and_the_best_is_used(rewards in prop::collection::vec(0.0_f32..1.0, 1..40), count in 1_usize..8) {
            let bins = Bins::of(rewards.iter().map(|reward| ("a", std::slice::from_ref(reward))), count);
            let mut sorted = rewards.clone();
            sorted.sort_by(f32::total_cmp);
            let found: Vec<usize> = sorted.iter().map(|r| bins.bins("a", &[*r]).unwrap()[0]).collect();
            prop_assert!(found.is_sorted());
            prop_assert_eq!(found.last().copied(), Some(count - 1));
        }
    }
}
