//! What the encoder made of texts that were read not long ago: one that comes again is not read again.

use std::collections::HashMap;
use std::sync::Arc;

use emend_decode::TokenId;

use super::generation::Generation;
use super::prefix::slices;
use super::reading::Reading;
use super::state::Source;
use super::{T5, longest};
use crate::Remembered;
use crate::error::ModelError;

/// What the decoder sees of a source depends on that and on nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    model: Generation,
    /// As the encoder reads them: with the prefix.
    tokens: Box<[TokenId]>,
}

/// Sources that were read before, with all adapters: as many as fit into a number of bytes, and the longest unused makes
/// room. Nothing in it can be out of date.
#[derive(Debug)]
pub struct Readings {
    known: Remembered<Key, Arc<Source>>,
    /// Sources that the encoder had to read so far.
    pub encoded: usize,
}

impl Readings {
    /// Nothing, with room for `most` bytes; with 0 nothing is remembered.
    pub fn new(most: usize) -> Self {
        Self { known: Remembered::new(most), encoded: 0 }
    }

    fn insert(&mut self, key: Key, source: &Arc<Source>) {
        let bytes = size_of::<Key>() + size_of_val(&*key.tokens) + source.bytes();
        self.known.insert(key, source.clone(), bytes);
    }
}

impl T5 {
    /// [`T5::read`], with the same numbers to the bit, of which the encoder reads only what `readings` does not know; a source
    /// that stands there twice it reads once.
    ///
    /// Not for a model with variables that learn: they change, and nobody can tell.
    pub fn read_with(
        &self,
        sources: &[&[TokenId]],
        readings: &mut Readings,
    ) -> Result<Reading<'_>, ModelError> {
        let sources = self.prefix.before(sources);
        longest("source", &slices(&sources))?;
        let key = |tokens: &[TokenId]| Key { model: self.generation, tokens: tokens.into() };
        let keys: Vec<Key> = sources.iter().map(|source| key(source)).collect();
        let mut known: HashMap<&Key, Arc<Source>> = HashMap::new();
        let mut new: Vec<&Key> = Vec::new();
        for key in &keys {
            match readings.known.get(key) {
                Some(source) => drop(known.insert(key, source.clone())),
                None if new.contains(&key) => {}
                None => new.push(key),
            }
        }
        if !new.is_empty() {
            let tokens: Vec<&[TokenId]> = new.iter().map(|key| &*key.tokens).collect();
            let encoded = self.encoded(&tokens)?;
            readings.encoded += encoded.len();
            for (key, source) in new.into_iter().zip(encoded) {
                readings.insert(key.clone(), &source);
                known.insert(key, source);
            }
        }
        Ok(Reading { model: self, sources: keys.iter().filter_map(|key| known.get(key).cloned()).collect() })
    }
}
