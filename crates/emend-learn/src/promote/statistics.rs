//! Differences of pairs: mean, bootstrap interval, exact sign test.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::Bounds;
use super::evidence::Paired;

/// Share of resamples within an interval.
const LEVEL: f64 = 0.95;

/// A mean difference, new minus live, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The mean over texts.
    pub mean: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// What speaks for the new adapter, and whether that may be chance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// Texts on which the new one is better (pairs of decisions that it tells apart).
    pub wins: usize,
    /// On which it is worse.
    pub losses: usize,
    /// Which say nothing.
    pub ties: usize,
    /// Chance of at least so many wins if either were as likely; 1 when all are ties.
    pub p: f64,
}

impl Test {
    /// Chance of at least so many losses of a paired measure if either were as likely: the sign test the other way round.
    pub(super) fn p_of_loss(&self) -> f64 {
        upper_tail(self.losses, self.wins + self.losses)
    }
}

/// One pair for each text, the mean of its pairs, in the order of their names.
pub(super) fn by_text<T: Copy>(values: &[Paired<T>], number: impl Fn(T) -> f64) -> Vec<(f64, f64)> {
    let mut texts: BTreeMap<&str, (f64, f64, f64)> = BTreeMap::new();
    for one in values {
        let sum = texts.entry(&one.text).or_default();
        *sum = (sum.0 + number(one.live), sum.1 + number(one.new), sum.2 + 1.0);
    }
    texts.into_values().map(|(live, new, count)| (live / count, new / count)).collect()
}

/// The percentile interval of the paired bootstrap (Efron and Tibshirani 1993, chapter 13; over texts as in Koehn 2004).
pub(super) fn difference(pairs: &[(f64, f64)], resamples: usize, seed: u64) -> Difference {
    if pairs.is_empty() {
        return Difference { mean: 0.0, low: 0.0, high: 0.0 };
    }
    let differences: Vec<f64> = pairs.iter().map(|(live, new)| new - live).collect();
    let count = differences.len();
    let mean = differences.iter().sum::<f64>() / count as f64;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let means = (0..resamples)
        .map(|_| (0..count).map(|_| differences[random.random_range(0..count)]).sum::<f64>() / count as f64)
        .collect();
    interval(mean, means)
}

/// How many there were of how many, of one text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Share {
    /// How many (or how much of them).
    pub of: f64,
    /// Of how many.
    pub all: f64,
}

/// The share over all texts; 0 of nothing.
pub fn share(texts: impl Iterator<Item = Share>) -> f64 {
    let (of, all) = texts.fold((0.0, 0.0), |(of, all), one| (of + one.of, all + one.all));
    if all > 0.0 { of / all } else { 0.0 }
}

/// How much a share over all texts has risen, live first, with the percentile interval of the bootstrap over texts: of a ratio
/// of sums, since texts differ in how many they have (Efron and Tibshirani 1993, chapters 10 and 13).
pub fn shares(texts: &[(Share, Share)], bounds: &Bounds) -> Difference {
    let rise = |places: &mut dyn Iterator<Item = usize>| {
        let places: Vec<usize> = places.collect();
        let side = |of: fn(&(Share, Share)) -> Share| share(places.iter().map(|&at| of(&texts[at])));
        side(|text| text.1) - side(|text| text.0)
    };
    let count = texts.len();
    let mean = rise(&mut (0..count));
    if count == 0 {
        return Difference { mean, low: mean, high: mean };
    }
    let mut random = ChaCha8Rng::seed_from_u64(bounds.seed);
    let resample = |_| rise(&mut (0..count).map(|_| random.random_range(0..count)));
    interval(mean, (0..bounds.resamples).map(resample).collect())
}

/// The percentile interval of what came of the resamples; there is at least one.
pub(super) fn interval(mean: f64, mut resampled: Vec<f64>) -> Difference {
    resampled.sort_by(f64::total_cmp);
    let tail = (1.0 - LEVEL) / 2.0;
    Difference { mean, low: quantile(&resampled, tail), high: quantile(&resampled, 1.0 - tail) }
}

/// Linear interpolation between neighbours; the values are sorted and there is at least one.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let at = q * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    below + (above - below) * at.fract()
}

/// The exact one-sided sign test (Dixon and Mood 1946): ties are set aside, and of the other texts each is won with
/// probability 1/2 if neither adapter is better.
pub fn sign_test(pairs: &[(f64, f64)]) -> Test {
    let wins = pairs.iter().filter(|(live, new)| new > live).count();
    let losses = pairs.iter().filter(|(live, new)| new < live).count();
    Test { wins, losses, ties: pairs.len() - wins - losses, p: upper_tail(wins, wins + losses) }
}

/// P(X ≥ wins) of X ~ Bin(n, 1/2), summed in logarithms: binomial coefficients of large n fit no float.
fn upper_tail(wins: usize, n: usize) -> f64 {
    let mut log_choose = 0.0;
    let mut tail = 0.0;
    for k in 0..=n {
        if k >= wins {
            tail += (log_choose - n as f64 * 2f64.ln()).exp();
        }
        log_choose += ((n - k) as f64).ln() - ((k + 1) as f64).ln();
    }
    tail.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_that_of_the_binomial_distribution() {
        // 10 of 10: 1/1024. 9 or more: 11/1024. 8 or more: 56/1024.
        assert!((upper_tail(10, 10) - 1.0 / 1024.0).abs() < 1e-15);
        assert!((upper_tail(9, 10) - 11.0 / 1024.0).abs() < 1e-15);
        assert!((upper_tail(8, 10) - 56.0 / 1024.0).abs() < 1e-15);
        assert!((upper_tail(0, 0) - 1.0).abs() < 1e-15);
        assert!((upper_tail(0, 5000) - 1.0).abs() < 1e-9);
        let half = upper_tail(2001, 4001);
        assert!((half - 0.5).abs() < 1e-9, "{half}");
    }

    #[test]
    fn ties_say_nothing() {
        let test = sign_test(&[(0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (0.0, 3.0), (0.0, 0.0)]);
        assert_eq!((test.wins, test.losses, test.ties), (2, 1, 2));
        assert!((test.p - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_text_counts_once() {
        let one = |text: &str, live, new| Paired { text: text.to_owned(), live, new };
        let values = [one("a", 0.0, 1.0), one("b", 2.0, 2.0), one("a", 1.0, 0.0), one("a", 0.0, 2.0)];
        assert_eq!(by_text(&values, f64::from), [(1.0 / 3.0, 1.0), (2.0, 2.0)]);
    }

    #[test]
    fn the_interval_is_that_of_the_mean() {
        let pairs: Vec<(f64, f64)> = (0..400).map(|n| (0.0, f64::from(n % 2))).collect();
        let found = difference(&pairs, 2000, 0);
        // Standard error of a fair coin over 400 texts: 0.025.
        assert!((found.mean - 0.5).abs() < 1e-12);
        assert!((found.low - (0.5 - 1.96 * 0.025)).abs() < 0.005, "{found:?}");
        assert!((found.high - (0.5 + 1.96 * 0.025)).abs() < 0.005, "{found:?}");
        assert_eq!(found, difference(&pairs, 2000, 0));
        let uneven: Vec<(f64, f64)> = (0..40).map(|n| (0.0, f64::from(n).sqrt())).collect();
        assert_ne!(difference(&uneven, 2000, 0), difference(&uneven, 2000, 1));
        assert_eq!(difference(&[], 100, 0).mean.to_bits(), 0f64.to_bits());
    }

    #[test]
    fn shares_are_of_all_that_there_is() {
        let one = |of, all| Share { of, all };
        // Live: (1 + 0 + 0)/(1 + 4 + 0) = 1/5; new: (1 + 1 + 2)/(1 + 1 + 2) = 1.
        let texts = [
            (one(1.0, 1.0), one(1.0, 1.0)),
            (one(0.0, 4.0), one(1.0, 1.0)),
            (Share::default(), one(2.0, 2.0)),
        ];
        let found = shares(&texts, &Bounds::default());
        assert!((found.mean - 0.8).abs() < 1e-12, "{found:?}");
        assert!(found.low < 0.8 && found.high >= 0.8, "{found:?}");
        assert_eq!(found, shares(&texts, &Bounds::default()));
        assert!(share([].into_iter()).abs() < 1e-12);
        assert!(shares(&[], &Bounds::default()).mean.abs() < 1e-12);
        // With one of each, it is the interval of a mean.
        let coins: Vec<(Share, Share)> =
            (0..400).map(|n| (one(0.0, 1.0), one(f64::from(n % 2), 1.0))).collect();
        let found = shares(&coins, &Bounds::default());
        assert!((found.low - (0.5 - 1.96 * 0.025)).abs() < 0.006, "{found:?}");
    }
}
