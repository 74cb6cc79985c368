//! Simulated writers: people with a taste of their own, for measuring what is learned from decisions.
//!
//! A writer sees a text and its rewrite and takes or refuses it. What he likes is hidden from the learner: a [`Style`]
//! counts something in both texts, and a rewrite with more of what he likes (or less of what he does not) is taken. One that
//! breaks a protected span or obviously says something else is refused, whatever the taste. Now and then he decides
//! otherwise.

mod decide;
mod spoiled;
mod styles;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use crate::range::{Checked, proportion};

pub use decide::Offer;
pub use styles::{STYLES, Style};

/// What a writer thinks of a rewrite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opinion {
    /// It has more of what he likes, and spoils nothing.
    Likes,
    /// It makes no difference to him.
    Indifferent,
    /// It has less.
    Dislikes,
    /// It breaks a protected span or obviously says something else.
    Spoiled,
}

/// Somebody who decides about rewrites.
#[derive(Debug, Clone, Copy)]
pub struct Writer {
    /// His taste.
    pub style: &'static Style,
    /// How often he decides against it and against what he knows to be spoiled, in [0, 1].
    pub noise: f64,
    /// Another seed is another person of the same taste.
    pub seed: u64,
}

impl Writer {
    /// Whether every parameter is in its range.
    pub fn check(&self) -> Checked {
        proportion("noise", self.noise)
    }

    /// What he thinks, without noise.
    pub fn opinion(&self, source: &str, rewrite: &str) -> Opinion {
        if spoiled::spoiled(source, rewrite) {
            return Opinion::Spoiled;
        }
        let (before, after) = ((self.style.liked)(source), (self.style.liked)(rewrite));
        match after.total_cmp(&before) {
            std::cmp::Ordering::Greater => Opinion::Likes,
            std::cmp::Ordering::Equal => Opinion::Indifferent,
            std::cmp::Ordering::Less => Opinion::Dislikes,
        }
    }

    /// How likely he is to take the rewrite, in [0, 1].
    pub fn acceptance(&self, source: &str, rewrite: &str) -> f64 {
        match self.opinion(source, rewrite) {
            Opinion::Likes => 1.0 - self.noise,
            Opinion::Indifferent => 0.5,
            Opinion::Dislikes | Opinion::Spoiled => self.noise,
        }
    }

    /// Whether he takes the rewrite. What makes no difference he takes as often as not. The same rewrite of the same text
    /// is always decided alike, in whatever order rewrites are shown.
    pub fn takes(&self, source: &str, rewrite: &str) -> bool {
        let mut random = self.random(source, rewrite);
        let errs = random.random_bool(self.noise.clamp(0.0, 1.0));
        let takes = match self.opinion(source, rewrite) {
            Opinion::Likes => true,
            Opinion::Indifferent => random.random_bool(0.5),
            Opinion::Dislikes | Opinion::Spoiled => false,
        };
        takes != errs
    }

    /// `count` of so many things, or all: what he happens to come upon.
    pub fn some(&self, things: usize, count: usize) -> Vec<usize> {
        let mut random = self.random("", "");
        rand::seq::index::sample(&mut random, things, count.min(things)).into_vec()
    }

    fn random(&self, source: &str, rewrite: &str) -> ChaCha8Rng {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_le_bytes());
        for text in [self.style.name, source, rewrite] {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        ChaCha8Rng::from_seed(hash.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(name: &str, noise: f64) -> Writer {
        let style = STYLES.iter().find(|style| style.name == name).unwrap();
        Writer { style, noise, seed: 1 }
    }

    #[test]
    fn without_noise_taste_decides() {
        let brief = writer("brief", 0.0);
        assert!(brief.takes("I would like to say that it works.", "It works."));
        assert!(!brief.takes("It works.", "I would like to say that it works."));
        assert_eq!(brief.opinion("It works.", "It runs."), Opinion::Indifferent);
        assert!(!brief.takes("It works since 5 p.m.", "It works."), "shorter, but the time is lost");
        let brief = writer("brief", 0.25);
        let accepts =
            ["It works.", "Works.", "It works well."].map(|text| brief.acceptance("It works.", text));
        assert_eq!(accepts.map(f64::to_bits), [0.5, 0.75, 0.25].map(f64::to_bits));
    }

    #[test]
    fn noise_is_as_frequent_as_it_says_and_each_decision_stands() {
        let calm = writer("calm", 0.1);
        let shout = |n: usize| (format!("Order {n} has come!"), format!("Order {n} has come."));
        let refused = (0..4000)
            .filter(|n| {
                let (source, rewrite) = shout(*n);
                assert_eq!(calm.takes(&source, &rewrite), calm.takes(&source, &rewrite));
                !calm.takes(&source, &rewrite)
            })
            .count();
        // 400 expected, standard deviation 19.
        assert!((320..480).contains(&refused), "{refused}");
        let differ = |seed| {
            let other = Writer { seed, ..calm };
            (0..200).any(|n| calm.takes(&shout(n).0, &shout(n).1) != other.takes(&shout(n).0, &shout(n).1))
        };
        assert!(differ(2));
        assert_eq!(calm.some(9, 4).len(), 4);
        assert_ne!(calm.some(9, 4), Writer { seed: 2, ..calm }.some(9, 4));
        assert_eq!(calm.some(3, 4).len(), 3);
        assert!(calm.check().is_ok());
        assert!(Writer { noise: 1.5, ..calm }.check().is_err());
    }
}
