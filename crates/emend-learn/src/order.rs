//! Which items a step takes: a new shuffle for each time through the data.
//!
//! The order follows from seed and step alone, so that a run that goes on after a crash needs no other memory of it.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// What a stream of random numbers is for. Each purpose has its own, so that one cannot shift another.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Order = 1,
    Sampling = 2,
    Pool = 3,
    Clean = 4,
    RollIn = 5,
    Dropout = 6,
}

/// The random numbers of a purpose in one step (or one time through the data).
pub(crate) fn random(seed: u64, purpose: Purpose, step: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream((purpose as u64) << 56 | step);
    random
}

/// The `count` items of step `step`, out of `items`; each comes once before any comes again. Empty when there are none.
pub(crate) fn batch(items: usize, count: usize, seed: u64, purpose: Purpose, step: usize) -> Vec<usize> {
    if items == 0 {
        return Vec::new();
    }
    let first = step * count;
    let mut shuffled = (usize::MAX, Vec::new());
    (first..first + count)
        .map(|place| {
            let round = place / items;
            if shuffled.0 != round {
                let mut order: Vec<usize> = (0..items).collect();
                order.shuffle(&mut random(seed, purpose, round as u64));
                shuffled = (round, order);
            }
            shuffled.1[place % items]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_once_a_round() {
        let mut first: Vec<usize> = (0..4).flat_map(|step| batch(10, 5, 7, Purpose::Order, step)).collect();
        let mut second = first.split_off(10);
        assert_ne!(first, second, "rounds differ");
        first.sort_unstable();
        second.sort_unstable();
        assert_eq!(first, (0..10).collect::<Vec<_>>());
        assert_eq!(second, first);
    }

    #[test]
    fn small_data_fill_a_batch_more_than_once() {
        let taken = batch(2, 5, 0, Purpose::Order, 3);
        assert_eq!(taken.len(), 5);
        assert!(batch(0, 5, 0, Purpose::Order, 0).is_empty());
        assert_eq!(taken, batch(2, 5, 0, Purpose::Order, 3));
    }
}
