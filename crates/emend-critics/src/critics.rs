//! The registry, and the judge that asks everyone in it.

use std::collections::HashMap;

use emend_lint::Lint;
use emend_models::{Critic, Downloaded, ModelError};
use emend_text::Format;

use crate::appropriateness::{self, Diagnosis};
use crate::entailment::Entailments;
use crate::free::lints::Lints;
use crate::learned::Readings;
use crate::reading::Opinions;
use crate::{Judgement, Pair, Scores, free, learned};

/// A critic and what it needs.
struct Entry {
    id: &'static str,
    about: &'static str,
    judge: Judge,
}

/// What a critic looks at.
enum Judge {
    /// The texts and the instruction.
    Pair(fn(&Pair<'_>) -> Judgement),
    /// What the grammar rules find.
    Lints(fn(&Lints<'_>) -> Judgement),
    /// What the learned encoder thinks.
    Learned(fn(&Readings<'_>) -> Option<Judgement>),
}

#[rustfmt::skip]
static CRITICS: &[Entry] = &[
    Entry { id: "protected", about: "numbers, names, links, dates and quotations stay", judge: Judge::Pair(free::protected::judge) },
    Entry { id: "numbers", about: "numbers, amounts, dates and times stay", judge: Judge::Pair(free::numbers::judge) },
    Entry { id: "negation", about: "no \"not\" disappears or appears", judge: Judge::Pair(free::negation::judge) },
    Entry { id: "words", about: "no made-up words", judge: Judge::Pair(free::words::judge) },
    Entry { id: "content", about: "no word dropped that says something", judge: Judge::Pair(free::content::judge) },
    Entry { id: "length", about: "as many words as the intent allows", judge: Judge::Pair(free::length::judge) },
    Entry { id: "edit_budget", about: "no more changes than the intent allows", judge: Judge::Pair(free::edit_budget::judge) },
    Entry { id: "repetition", about: "nothing over and over", judge: Judge::Pair(free::repetition::judge) },
    Entry { id: "readability", about: "easy to read (Automated Readability Index)", judge: Judge::Pair(free::readability::judge) },
    Entry { id: "lints", about: "grammar rules find less than before", judge: Judge::Lints(free::lints::judge) },
    Entry { id: "harmless", about: "not toxic", judge: Judge::Learned(learned::harmless::judge) },
    Entry { id: "politeness", about: "courteous", judge: Judge::Learned(learned::politeness::judge) },
    Entry { id: "formality", about: "formal", judge: Judge::Learned(learned::formality::judge) },
    Entry { id: "fluency", about: "acceptable English", judge: Judge::Learned(learned::fluency::judge) },
    Entry { id: "clean", about: "needs no edit", judge: Judge::Learned(learned::clean::judge) },
    Entry { id: "meaning", about: "says the same, no less and no more", judge: Judge::Learned(learned::meaning::judge) },
    Entry { id: "appropriate", about: "fit for a fair discussion", judge: Judge::Learned(appropriateness::judge) },
];

/// Every critic's id, in the order of [`Scores`].
pub fn ids() -> impl Iterator<Item = &'static str> {
    CRITICS.iter().map(|entry| entry.id)
}

/// What a critic's 1 means, in a few words.
pub fn about(id: &str) -> Option<&'static str> {
    CRITICS.iter().find(|entry| entry.id == id).map(|entry| entry.about)
}

/// Whether the critic needs the learned model.
pub fn is_learned(id: &str) -> bool {
    CRITICS.iter().any(|entry| entry.id == id && matches!(entry.judge, Judge::Learned(_)))
}

/// Finds lints in a text; `None` when the rules cannot be had.
///
/// A closure, because the rules cost half a second and 150 MB: who has them loaded already lends them.
pub type Linter<'l> = &'l mut dyn FnMut(&str) -> Option<Vec<Lint>>;

/// Everybody who judges.
#[derive(Debug)]
pub struct Critics {
    learned: Option<Critic>,
    downloaded: Vec<Downloaded>,
}

impl Critics {
    /// Critics with the learned encoder, if it is to be had.
    pub fn new(learned: Option<Critic>) -> Self {
        Self { learned, downloaded: Vec::new() }
    }

    /// The same with judges that take the place of heads of the learned encoder, and part in *meaning*. They read what the
    /// encoder reads, so without it nobody asks them. What is said of appropriateness stays the encoder's: its rules were
    /// fitted to it.
    #[must_use]
    pub fn with(self, downloaded: Vec<Downloaded>) -> Self {
        Self { downloaded, ..self }
    }

    /// The learned critic, if there is one.
    pub fn learned(&self) -> Option<&Critic> {
        self.learned.as_ref()
    }

    /// What each critic says about each pair. A critic that lacks its means, or has nothing to say about a text
    /// without words, is left out. The encoder reads each distinct sentence once for all pairs and critics, the rules
    /// each distinct text.
    pub fn judge(
        &self,
        pairs: &[Pair<'_>],
        mut linter: Option<Linter<'_>>,
    ) -> Result<Vec<Scores>, ModelError> {
        let texts: Vec<&str> = pairs.iter().flat_map(|pair| [pair.source, pair.rewrite]).collect();
        let opinions =
            self.learned.as_ref().map(|critic| Opinions::of(critic, &self.downloaded, &texts)).transpose()?;
        let entailment = self.downloaded.iter().find_map(|judge| match judge {
            Downloaded::Entailment(classifier) => Some(classifier),
            _ => None,
        });
        let entailments = match (entailment, &opinions) {
            (Some(classifier), Some(opinions)) => Some(Entailments::of(classifier, opinions, pairs)?),
            _ => None,
        };
        // Each distinct text is linted once, as it is read once.
        let mut linted: HashMap<&str, Option<Vec<Lint>>> = HashMap::new();
        let mut all = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let readings = opinions.as_ref().map(|opinions| Readings {
                pair: *pair,
                source: opinions.reading(pair.source),
                rewrite: opinions.reading(pair.rewrite),
                entailments: entailments.as_ref(),
            });
            if let Some(lint) = &mut linter {
                for text in [pair.source, pair.rewrite] {
                    linted.entry(text).or_insert_with(|| lint(text));
                }
            }
            let found = |text: &str| linted.get(text).and_then(Option::as_deref);
            let lints =
                found(pair.source).zip(found(pair.rewrite)).map(|(before, after)| Lints { before, after });
            let mut scores = Scores::default();
            for entry in CRITICS {
                let judgement = match entry.judge {
                    Judge::Pair(judge) => Some(judge(pair)),
                    Judge::Lints(judge) => lints.as_ref().map(judge),
                    Judge::Learned(judge) => readings.as_ref().and_then(judge),
                };
                if let Some(judgement) = judgement {
                    scores.push(entry.id, judgement);
                }
            }
            all.push(scores);
        }
        Ok(all)
    }

    /// What in `text` would derail a fair discussion, and why; without a learned critic only what the lexical rules
    /// see.
    pub fn diagnose(&self, text: &str, format: Format) -> Result<Diagnosis, ModelError> {
        appropriateness::diagnose(text, format, self.learned.as_ref())
    }
}

/// Adds what the critic of grammar rules says to scores that were made without rules: the same as with them. `before` and
/// `after` are what the rules find in the text and in its rewrite.
pub fn add_lints(scores: &mut Scores, before: &[Lint], after: &[Lint]) {
    for (place, entry) in CRITICS.iter().enumerate() {
        if let Judge::Lints(judge) = entry.judge {
            let earlier = |id: &str| CRITICS[..place].iter().any(|entry| entry.id == id);
            scores.insert(entry.id, judge(&Lints { before, after }), earlier);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use emend_text::{Glossary, INTENTS, Instruction, intent};

    use super::*;

    #[test]
    fn every_guard_of_every_intent_is_a_critic() {
        for intent in INTENTS {
            for guard in intent.guards {
                assert!(ids().any(|id| id == *guard), "{}: {guard}", intent.id);
            }
        }
    }

    #[test]
    fn ids_are_distinct_and_explained() {
        assert_eq!(ids().collect::<BTreeSet<_>>().len(), CRITICS.len());
        assert!(ids().all(|id| about(id).is_some_and(|words| !words.is_empty())));
        assert!(is_learned("meaning") && !is_learned("length") && !is_learned("unheard of"));
    }

    #[test]
    fn without_model_and_rules_the_rest_still_judges() {
        let instruction = Instruction::Intent(intent("fix").unwrap());
        let glossary = Glossary::empty();
        let pair = |rewrite| Pair {
            source: "We was 40 people.",
            rewrite,
            instruction: &instruction,
            glossary: &glossary,
        };
        let pairs = [pair("We were 40 people."), pair("We were 50 people.")];
        let scores = Critics::new(None).judge(&pairs, None).unwrap();
        assert!(scores[0].iter().all(|(_, judgement)| judgement.score > 0.99), "{:?}", scores[0]);
        assert!(scores[1].get("numbers").unwrap().score < 0.01);
        assert_eq!(scores[0].get("lints"), None);
        assert_eq!(scores[0].get("meaning"), None);
        let free: Vec<_> = ids().filter(|id| !is_learned(id) && *id != "lints").collect();
        assert_eq!(scores[0].iter().map(|(id, _)| id).collect::<Vec<_>>(), free);

        let with = Critics::new(None).judge(&pairs, Some(&mut |_| Some(Vec::new()))).unwrap();
        assert!(with[0].get("lints").unwrap().score > 0.99);
        let mut scores = scores;
        for scores in &mut scores {
            add_lints(scores, &[], &[]);
        }
        assert_eq!(scores, with, "added afterwards");
    }
}
