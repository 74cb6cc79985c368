//! What was found before, as much of it as fits into a number of bytes.

use std::hash::Hash;

use lru::LruCache;

/// A map that stays within a number of bytes: what was not asked for the longest makes room.
#[derive(Debug)]
pub struct Remembered<K: Hash + Eq, V> {
    /// With their sizes.
    entries: LruCache<K, (V, usize)>,
    bytes: usize,
    most: usize,
}

impl<K: Hash + Eq, V> Remembered<K, V> {
    /// An empty map for `most` bytes; with 0 it remembers nothing.
    pub fn new(most: usize) -> Self {
        Self { entries: LruCache::unbounded(), bytes: 0, most }
    }

    /// What belongs to `key`, which thereby is the last to make room.
    pub fn get(&mut self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|(value, _)| value)
    }

    /// Remembers a value that takes about so many bytes, key included, instead of the one that was there.
    pub fn insert(&mut self, key: K, value: V, bytes: usize) {
        self.bytes += bytes;
        if let Some((_, (_, replaced))) = self.entries.push(key, (value, bytes)) {
            self.bytes -= replaced;
        }
        while self.bytes > self.most {
            let Some((_, (_, dropped))) = self.entries.pop_lru() else { break };
            self.bytes -= dropped;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_unused_makes_room() {
        let mut known = Remembered::new(100);
        for key in ["a", "b", "c"] {
            known.insert(key, key.len(), 33);
        }
        assert_eq!(known.get(&"a"), Some(&1));
        known.insert("d", 1, 33);
        let there = ["a", "b", "c", "d"].map(|key| known.get(&key).is_some());
        assert_eq!(there, [true, false, true, true], "b was not asked for since it came");
    }

    #[test]
    fn bytes_are_those_of_what_is_there() {
        let mut known = Remembered::new(100);
        for value in 0..50 {
            known.insert("same", value, 60);
            known.insert("other", value, 40);
        }
        for key in ["same", "other"] {
            assert_eq!(known.get(&key), Some(&49));
        }
        known.insert("huge", 0, 101);
        assert!(["same", "other", "huge"].iter().all(|key| known.get(key).is_none()));
        assert_eq!(known.bytes, 0);
        let mut nothing = Remembered::new(0);
        nothing.insert(1, 1, 1);
        assert_eq!(nothing.get(&1), None);
    }
}
