//! Drafts of texts that come again: editing one sentence of a document and rewriting it again costs one sentence.
//!
//! A draft is found again only by all that it depends on. So nothing is ever out of date: another adapter, another wish or
//! another seed is another entry.

use std::cell::RefCell;
use std::collections::HashMap;

use emend_decode::Cancel;

use crate::{
    Draft, DraftToken, Drafted, Drafting, EngineError, Measure, Prompt, Remembered, Rewriter, VetoReason,
};

/// What the drafts of one text depend on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    writer: String,
    /// Id and wording.
    instruction: (&'static str, String),
    text: String,
    how: Drafting,
}

/// Drafts in memory, as many as fit into a number of bytes.
#[derive(Debug)]
pub struct DraftCache(Remembered<Key, Vec<Draft>>);

impl DraftCache {
    /// An empty cache for `most` bytes of texts and drafts.
    pub fn new(most: usize) -> Self {
        Self(Remembered::new(most))
    }

    fn insert(&mut self, key: Key, drafts: Vec<Draft>) {
        let bytes = size(&key, &drafts);
        self.0.insert(key, drafts, bytes);
    }
}

/// Bytes that an entry takes, about.
fn size(key: &Key, drafts: &[Draft]) -> usize {
    let of = |draft: &Draft| {
        size_of::<Draft>() + draft.text.capacity() + draft.tokens.capacity() * size_of::<DraftToken>()
    };
    let texts = key.writer.len() + key.instruction.1.len() + key.text.len();
    size_of::<Key>() + texts + drafts.iter().map(of).sum::<usize>()
}

/// A rewriter that writes nothing twice.
///
/// The drafts of a prompt must depend on nothing but the rewriter, the prompt, the [`Drafting`], and what `writer` names; not
/// on the prompts beside it.
pub struct Cached<'a> {
    rewriter: &'a dyn Rewriter,
    writer: String,
    cache: &'a RefCell<DraftCache>,
}

impl<'a> Cached<'a> {
    /// `writer` names all that drafts depend on beside prompt and drafting: weights and adapter.
    pub fn new(rewriter: &'a dyn Rewriter, writer: String, cache: &'a RefCell<DraftCache>) -> Self {
        Self { rewriter, writer, cache }
    }

    fn key(&self, prompt: &Prompt<'_>, how: Drafting) -> Key {
        Key {
            writer: self.writer.clone(),
            instruction: (prompt.instruction.id(), prompt.instruction.label().to_owned()),
            text: prompt.text.to_owned(),
            how,
        }
    }
}

impl Rewriter for Cached<'_> {
    fn name(&self) -> &str {
        self.rewriter.name()
    }

    fn max_source_tokens(&self) -> usize {
        self.rewriter.max_source_tokens()
    }

    fn measure(&self, text: &str) -> Measure {
        self.rewriter.measure(text)
    }

    fn draft(&self, prompts: &[Prompt<'_>], how: &Drafting, cancel: &Cancel) -> Result<Drafted, EngineError> {
        let keys: Vec<Key> = prompts.iter().map(|prompt| self.key(prompt, *how)).collect();
        let mut known: HashMap<&Key, Vec<Draft>> = HashMap::new();
        // A text that stands there twice is written once.
        let mut missing: Vec<usize> = Vec::new();
        {
            let mut cache = self.cache.borrow_mut();
            for (at, key) in keys.iter().enumerate().filter(|(at, key)| !keys[..*at].contains(*key)) {
                match cache.0.get(key) {
                    Some(drafts) => drop(known.insert(key, drafts.clone())),
                    None => missing.push(at),
                }
            }
        }
        if !missing.is_empty() {
            let unknown: Vec<Prompt<'_>> = missing.iter().map(|&at| prompts[at]).collect();
            let written = match self.rewriter.draft(&unknown, how, cancel)? {
                Drafted::Done(written) => written,
                Drafted::Cancelled => return Ok(Drafted::Cancelled),
            };
            if written.len() != unknown.len() {
                return Err(EngineError::Drafts {
                    rewriter: self.name().to_owned(),
                    expected: unknown.len(),
                    found: written.len(),
                });
            }
            let mut cache = self.cache.borrow_mut();
            for (&at, drafts) in missing.iter().zip(written) {
                cache.insert(keys[at].clone(), drafts.clone());
                known.insert(&keys[at], drafts);
            }
        }
        Ok(Drafted::Done(keys.iter().map(|key| known.get(key).cloned().unwrap_or_default()).collect()))
    }

    fn reread(
        &self,
        prompts: &[Prompt<'_>],
        texts: &[Vec<String>],
        cancel: &Cancel,
    ) -> Result<Drafted, EngineError> {
        self.rewriter.reread(prompts, texts, cancel)
    }

    fn repair(
        &self,
        prompt: &Prompt<'_>,
        draft: &str,
        reason: &VetoReason,
        cancel: &Cancel,
    ) -> Result<Drafted, EngineError> {
        self.rewriter.repair(prompt, draft, reason, cancel)
    }
}
