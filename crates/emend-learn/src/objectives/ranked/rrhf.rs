//! RRHF: candidates should be as likely as they are good, and the best is imitated.

use std::ops::Range;

use candle_core::{Result, Tensor, bail};
use serde::{Deserialize, Serialize};

use super::RankedScores;
use crate::Checked;
use crate::objectives::Loss;
use crate::objectives::numeric::total;
use crate::range::not_negative;

/// `L = Σ_{r_i < r_j} max(0, p_i − p_j) − c·p_best`, `p_i = log p(y_i) / |y_i|`
///
/// No reference, no samples of the policy's own.
/// Source: Yuan et al. 2023, equations 1 to 4; on a T5-class model: Duan et al. 2023 (PERFRL).
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rrhf {
    /// c ≥ 0: how much the best candidate is imitated. Default 1.
    pub imitation: f64,
}

impl Default for Rrhf {
    fn default() -> Self {
        Self { imitation: 1.0 }
    }
}

impl Rrhf {
    /// The loss over some groups; its weight is in groups.
    pub fn loss(&self, batch: &RankedScores) -> Result<Loss> {
        let means = batch.policy.means()?; // (B)
        let candidates: usize = batch.groups.iter().sum();
        if candidates != batch.rewards.len() || candidates != means.dim(0)? {
            bail!("groups of {:?} candidates with {} rewards", batch.groups, batch.rewards.len());
        }
        let order = Order::of(batch);
        let best = pick(&means, &order.best)?.sum_all()?;
        let mut sum = (&best * -self.imitation)?;
        let mut metrics = vec![("best_log_prob", total(&best)?), ("misordered", 0.0)];
        if !order.pairs.is_empty() {
            let (worse, better): (Vec<u32>, Vec<u32>) = order.pairs.into_iter().unzip();
            let excess = (pick(&means, &worse)? - pick(&means, &better)?)?.relu()?;
            metrics[1].1 = total(&excess.gt(0.0)?)?;
            sum = (sum + excess.sum_all()?)?;
        }
        Ok(Loss { sum, weight: batch.groups.len() as f64, metrics })
    }

    /// Whether c is in its range.
    pub fn check(&self) -> Checked {
        not_negative("imitation", self.imitation)
    }
}

/// Which candidates are better than which, within their groups.
struct Order {
    /// (worse, better).
    pairs: Vec<(u32, u32)>,
    /// The best of each group, the first among equals.
    best: Vec<u32>,
}

impl Order {
    fn of(batch: &RankedScores) -> Self {
        let mut order = Self { pairs: Vec::new(), best: Vec::new() };
        let mut first = 0;
        for &size in &batch.groups {
            order.group(first..first + size, &batch.rewards);
            first += size;
        }
        order
    }

    fn group(&mut self, group: Range<usize>, rewards: &[f32]) {
        let mut best = group.start;
        for worse in group.clone() {
            if rewards[worse] > rewards[best] {
                best = worse;
            }
            let better = group.clone().filter(|&better| rewards[worse] < rewards[better]);
            self.pairs.extend(better.map(|better| (worse as u32, better as u32)));
        }
        if !group.is_empty() {
            self.best.push(best as u32);
        }
    }
}

fn pick(numbers: &Tensor, places: &[u32]) -> Result<Tensor> {
    numbers.index_select(&Tensor::new(places, numbers.device())?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scores;
    use crate::objectives::testing::{check_loss, metric, near, scores, value};

    #[test]
    fn two_groups() {
        // p = −1, −2, −½ with rewards 0.1, 0.9, 0.5: the second should beat both (excess 1 and 1.5), the third the
        // first (it does). The best is the second: +2. The other group is in order: its best costs 1.
        let batch = RankedScores {
            policy: scores(&[&[-1.0, -1.0], &[-2.0], &[-0.5, -0.5], &[-1.0], &[-3.0]]),
            groups: vec![3, 2],
            rewards: vec![0.1, 0.9, 0.5, 0.8, 0.2],
        };
        let loss = Rrhf::default().loss(&batch).unwrap();
        near(value(&loss.sum), 2.5 + 2.0 + 1.0);
        near(loss.weight, 2.0);
        near(metric(&loss, "misordered"), 2.0);
        assert!(Rrhf::default().loss(&RankedScores { groups: vec![3], ..batch }).is_err());
    }

    #[test]
    fn equals_are_not_ordered() {
        let batch =
            RankedScores { policy: scores(&[&[-1.0], &[-2.0]]), groups: vec![2], rewards: vec![0.5, 0.5] };
        near(value(&Rrhf::default().loss(&batch).unwrap().sum), 1.0);
    }

    #[test]
    fn promises() {
        check_loss(3, |candidates: [Scores; 3], items| {
            let groups = items.len();
            let tokens: Vec<Tensor> = candidates.iter().map(|scores| scores.tokens().clone()).collect();
            let tokens = Tensor::stack(&tokens, 1).unwrap().flatten(0, 1).unwrap();
            let lengths =
                (0..groups).flat_map(|group| candidates.iter().map(move |c| c.lengths()[group])).collect();
            let rewards = [[0.1, 0.9, 0.5], [0.7, 0.7, 0.2], [0.3, 0.2, 0.1], [0.0, 0.4, 0.8]];
            let batch = RankedScores {
                policy: Scores::new(&tokens, lengths).unwrap(),
                groups: vec![3; groups],
                rewards: rewards[items].concat(),
            };
            Rrhf { imitation: 0.5 }.loss(&batch).unwrap()
        });
    }
}
