//! Whether an adapter tells what a person takes from what he refuses.
//!
//! Each decision has a shift: by how many nats the new adapter finds the rewrite likelier beside its text than the live one
//! does. An adapter that leaves more alone shifts all of them down, one that changes more shifts all up, whatever they
//! learned of the person; what was learned is that rewrites which were taken rise *against* those which were refused. So the
//! two kinds are compared with each other and never with 0: the share of pairs of a taken and a refused rewrite in which the
//! taken one rose by more (Mann and Whitney 1947; 1/2 without a difference).

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::evidence::Decision;
use super::statistics::{Difference, Test, interval};

/// What decisions say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Separation {
    /// Different texts.
    pub(super) texts: usize,
    /// The share of pairs in which the taken rewrite rose by more, ties counting one half; 1/2 when there is no pair.
    pub(super) share: f64,
    /// The share above 1/2, with the interval of the bootstrap over taken and refused rewrites, each by itself.
    pub(super) difference: Difference,
    /// Pairs won, lost and tied, and the chance of so high a share, or a higher one, if what was taken had been chosen by lot.
    pub(super) test: Test,
}

/// Decisions about the same text that went the same way are averaged to one.
///
/// The test is that of permutations: as many rewrites as were taken are drawn from all, again and again, and the share is
/// counted among its own drawings, so that the test keeps its level at any number of them (Phipson and Smyth 2010, equation 2).
pub(super) fn separation(decisions: &[Decision], resamples: usize, seed: u64) -> Separation {
    let texts: BTreeSet<&str> = decisions.iter().map(|one| one.text.as_str()).collect();
    let (taken, refused) = (shifts(decisions, true), shifts(decisions, false));
    let counts = pairs(&taken, &refused);
    let share = counts.share();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut all: Vec<f64> = taken.iter().chain(&refused).copied().collect();
    let as_high = (0..resamples)
        .filter(|_| {
            all.shuffle(&mut random);
            let (drawn, rest) = all.split_at(taken.len());
            // Shares are halves over a whole number, so a tie is exact.
            pairs(drawn, rest).share() >= share
        })
        .count();
    let again = |of: &[f64], random: &mut ChaCha8Rng| -> Vec<f64> {
        of.iter().map(|_| of[random.random_range(0..of.len())]).collect()
    };
    let shares = (0..resamples)
        .map(|_| {
            let taken = again(&taken, &mut random);
            pairs(&taken, &again(&refused, &mut random)).share() - 0.5
        })
        .collect();
    Separation {
        texts: texts.len(),
        share,
        difference: interval(share - 0.5, shares),
        test: Test {
            wins: counts.wins,
            losses: counts.losses,
            ties: counts.ties,
            p: (1 + as_high) as f64 / (1 + resamples) as f64,
        },
    }
}

/// The mean shift of each text's rewrites that were taken, or refused.
fn shifts(decisions: &[Decision], taken: bool) -> Vec<f64> {
    let mut texts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for one in decisions.iter().filter(|one| one.taken == taken) {
        let sum = texts.entry(&one.text).or_default();
        *sum = (sum.0 + one.new - one.live, sum.1 + 1.0);
    }
    texts.into_values().map(|(sum, count)| sum / count).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pairs {
    wins: usize,
    losses: usize,
    ties: usize,
}

impl Pairs {
    fn share(self) -> f64 {
        let all = self.wins + self.losses + self.ties;
        if all == 0 { 0.5 } else { (self.wins as f64 + 0.5 * self.ties as f64) / all as f64 }
    }
}

/// All pairs, by a walk over the refused in order.
fn pairs(taken: &[f64], refused: &[f64]) -> Pairs {
    let mut sorted = refused.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut counts = Pairs { wins: 0, losses: 0, ties: 0 };
    for &shift in taken {
        let below = sorted.partition_point(|&other| other < shift);
        let not_above = sorted.partition_point(|&other| other <= shift);
        counts.wins += below;
        counts.ties += not_above - below;
        counts.losses += sorted.len() - not_above;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(text: usize, taken: bool, shift: f64) -> Decision {
        Decision { text: format!("text {text}"), taken, live: 2.0, new: 2.0 + shift }
    }

    #[test]
    fn a_case_by_hand() {
        // Taken 3, 1; refused 2, 1, 0: of six pairs 3 beats three, 1 beats one, ties with one, loses to one.
        let shifts = [(true, 3.0), (true, 1.0), (false, 2.0), (false, 1.0), (false, 0.0)];
        let decisions: Vec<_> =
            shifts.iter().enumerate().map(|(n, &(taken, shift))| decision(n, taken, shift)).collect();
        let found = separation(&decisions, 4000, 0);
        let Test { wins, losses, ties, p } = found.test;
        assert_eq!((wins, losses, ties, found.texts), (4, 1, 1, 5));
        assert!((found.share - 4.5 / 6.0).abs() < 1e-12);
        // Of the ten ways to draw two, those with 3 and one of 2, 1, 1 are as high: three.
        assert!((p - 0.3).abs() < 0.03, "{p}");
    }

    #[test]
    fn leaving_all_more_alone_says_nothing() {
        let mixed: Vec<_> = (0..40).map(|n| decision(n, n % 4 == 0, (n * 7 % 13) as f64)).collect();
        let lower: Vec<_> = (0..40).map(|n| decision(n, n % 4 == 0, (n * 7 % 13) as f64 - 100.0)).collect();
        assert_eq!(separation(&mixed, 200, 0), separation(&lower, 200, 0));
    }

    #[test]
    fn one_kind_alone_says_nothing() {
        for decisions in [vec![], (0..20).map(|n| decision(n, true, 1.0)).collect::<Vec<_>>()] {
            let found = separation(&decisions, 200, 0);
            assert_eq!((found.share.to_bits(), found.test.p.to_bits()), (0.5f64.to_bits(), 1f64.to_bits()));
        }
    }

    #[test]
    fn by_lot_it_keeps_its_level_and_with_a_difference_it_finds_it() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut found = |effect: f64| {
            (0..400)
                .filter(|_| {
                    let decisions: Vec<_> = (0..40)
                        .map(|n| {
                            let taken = random.random_bool(0.5);
                            // Heavy tails, and a shift of all.
                            let noise = (random.random::<f64>() * 6.0 - 3.0).powi(3);
                            decision(n, taken, noise - 8.0 + if taken { effect } else { 0.0 })
                        })
                        .collect();
                    separation(&decisions, 200, 0).test.p <= 0.05
                })
                .count()
        };
        let wrongly = found(0.0);
        // 20 expected, standard deviation 4.4.
        assert!(wrongly <= 33, "{wrongly} of 400");
        let rightly = found(10.0);
        assert!(rightly >= 300, "{rightly} of 400");
    }
}
