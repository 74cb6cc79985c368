//! What the critics said before: most sentences of a document are judged as they were when it was last rewritten.

use std::collections::HashMap;
use std::sync::Arc;

use emend_critics::{Judgement, Pair, Scores};
use emend_engine::Remembered;
use emend_text::{Dictionary, Glossary};

/// Bytes of judgements that are remembered: some thousand sentences.
const MOST: usize = 8 << 20;

/// Source, rewrite, and the instruction's id and wording.
type Key = (String, String, &'static str, String);

/// Judgements of one set of critics.
#[derive(Debug)]
pub(crate) struct KnownScores {
    known: Remembered<Key, Scores>,
    /// The person's words when they were made: with others, nothing of it holds.
    glossary: Glossary,
    dictionary: Arc<Dictionary>,
}

impl Default for KnownScores {
    fn default() -> Self {
        Self { known: Remembered::new(MOST), glossary: Glossary::empty(), dictionary: Arc::default() }
    }
}

impl KnownScores {
    /// What is known of each pair, and the rest as `judge` says it: in one call of it.
    pub(crate) fn scores<E>(
        &mut self,
        pairs: &[Pair<'_>],
        dictionary: &Arc<Dictionary>,
        judge: impl FnOnce(&[Pair<'_>]) -> Result<Vec<Scores>, E>,
    ) -> Result<Vec<Scores>, E> {
        self.hold_for(pairs, dictionary);
        let keys: Vec<Key> = pairs.iter().map(key).collect();
        let known = |key| Some((key, self.known.get(key)?.clone()));
        let mut found: HashMap<&Key, Scores> = keys.iter().filter_map(known).collect();
        let missing: Vec<usize> = (0..pairs.len()).filter(|&at| !found.contains_key(&keys[at])).collect();
        if !missing.is_empty() {
            let unknown: Vec<Pair<'_>> = missing.iter().map(|&at| pairs[at]).collect();
            for (&at, scores) in missing.iter().zip(judge(&unknown)?) {
                self.known.insert(keys[at].clone(), scores.clone(), size(&keys[at], &scores));
                found.insert(&keys[at], scores);
            }
        }
        Ok(keys.iter().map(|key| found.get(key).cloned().unwrap_or_default()).collect())
    }

    /// The pairs of which nothing is known.
    pub(crate) fn unknown<'p>(&mut self, pairs: &[Pair<'p>], dictionary: &Arc<Dictionary>) -> Vec<Pair<'p>> {
        self.hold_for(pairs, dictionary);
        pairs.iter().filter(|pair| self.known.get(&key(pair)).is_none()).copied().collect()
    }

    /// Forgets what was said when the person had other words.
    fn hold_for(&mut self, pairs: &[Pair<'_>], dictionary: &Arc<Dictionary>) {
        let Some(first) = pairs.first() else { return };
        if self.glossary != *first.glossary || self.dictionary != *dictionary {
            let (glossary, dictionary) = (first.glossary.clone(), Arc::clone(dictionary));
            *self = Self { glossary, dictionary, ..Self::default() };
        }
    }
}

fn key(pair: &Pair<'_>) -> Key {
    let Pair { source, rewrite, instruction, .. } = pair;
    ((*source).to_owned(), (*rewrite).to_owned(), instruction.id(), instruction.label().to_owned())
}

/// Bytes that an entry takes, about.
fn size((source, rewrite, _, wording): &Key, scores: &Scores) -> usize {
    let of = |judgement: &Judgement| {
        size_of::<(&str, Judgement)>() + judgement.reason.as_ref().map_or(0, String::len)
    };
    let scores: usize = scores.iter().map(|(_, judgement)| of(judgement)).sum();
    size_of::<(Key, Scores)>() + source.len() + rewrite.len() + wording.len() + scores
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use emend_critics::Critics;
    use emend_text::{Instruction, intent};

    use super::*;

    /// How many of the sentences were judged, each as its own rewrite.
    fn judged(
        before: &mut KnownScores,
        sentences: &[&str],
        glossary: &Glossary,
        dictionary: &Arc<Dictionary>,
    ) -> usize {
        let fix = Instruction::Intent(intent("fix").expect("an intent"));
        let pairs: Vec<Pair<'_>> = sentences
            .iter()
            .map(|sentence| Pair { source: sentence, rewrite: sentence, instruction: &fix, glossary })
            .collect();
        let mut asked = 0;
        let scores = before.scores::<Infallible>(&pairs, dictionary, |pairs| {
            asked = pairs.len();
            Ok(Critics::new(None).judge(pairs, None).expect("no model, no failure"))
        });
        let expected = Critics::new(None).judge(&pairs, None).expect("no model, no failure");
        assert_eq!(scores, Ok(expected));
        asked
    }

    #[test]
    fn what_was_judged_is_not_judged_again_until_the_persons_words_change() {
        let (mut before, none) = (KnownScores::default(), Glossary::empty());
        let (dictionary, empty) = (Arc::new(Dictionary::new(["Emendix"])), Arc::default());
        let own = Glossary::new(["Emendix".to_owned()]);
        assert_eq!(judged(&mut before, &["One.", "Two.", "Three."], &none, &empty), 3);
        let fix = Instruction::Intent(intent("fix").expect("an intent"));
        let pair = |source| Pair { source, rewrite: source, instruction: &fix, glossary: &none };
        assert_eq!(before.unknown(&["One.", "Four."].map(pair), &empty).len(), 1);
        assert_eq!(judged(&mut before, &["One.", "Four.", "Three."], &none, &empty), 1);
        assert_eq!(judged(&mut before, &["One.", "Four."], &own, &empty), 2);
        assert_eq!(judged(&mut before, &["One.", "Four."], &own, &dictionary), 2);
        assert_eq!(judged(&mut before, &["One.", "Four."], &own, &dictionary), 0);
    }
}
