//! Habits: what a person did each time with the same words, often enough to ask whether it shall be a rule.
//!
//! Nothing becomes a rule by itself: a remark is not a wish, and what looks like a habit may be grammar. So a habit has
//! nothing against it in all decisions, its words are rare enough not to depend on the sentence, and the person sees where it
//! comes from.

use std::collections::{BTreeMap, BTreeSet};

use emend_text::{OwnWord, count_words, is_common, is_english};

use crate::preferences::{Choice, Record};

/// Texts in which the same was done, before it is a habit.
const TEXTS: usize = 3;
/// Words that a habit may be about: longer ones are sentences.
const WORDS: usize = 4;
/// Letters that it has at least.
const LETTERS: usize = 4;

/// What a person did each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habit {
    /// The entry of the personal dictionary that would say so.
    pub entry: OwnWord,
    /// The texts in which it was done, each once.
    pub texts: Vec<String>,
}

/// What all decisions show, the habit with most texts first. Of decisions about one edit the last counts.
pub fn habits(records: &[Record]) -> Vec<Habit> {
    // What says no rule (`None`) speaks against all others.
    let mut done: BTreeMap<String, BTreeMap<Option<OwnWord>, BTreeSet<&str>>> = BTreeMap::new();
    for record in records {
        for edit in record.candidates.iter().flat_map(|candidate| &candidate.edits) {
            let old = folded(&edit.original);
            let entry = match edit.decisions.last().map(|decision| &decision.choice) {
                Some(Choice::Rejected) => Some(OwnWord::Right(old.clone())),
                Some(Choice::Accepted) => instead(&edit.original, &edit.replacement),
                Some(Choice::EditedTo(text)) => instead(&edit.original, text),
                Some(Choice::Another) | None => continue,
            };
            done.entry(old).or_default().entry(entry).or_default().insert(&record.asked.source);
        }
    }
    let mut habits: Vec<Habit> = done
        .into_iter()
        .filter(|(old, entries)| entries.len() == 1 && is_about_words(old))
        .flat_map(|(_, entries)| entries)
        .filter_map(|(entry, texts)| Some((entry?, texts)))
        .filter(|(entry, texts)| texts.len() >= TEXTS && is_rule(entry))
        .map(|(entry, texts)| Habit { entry, texts: texts.into_iter().map(str::to_owned).collect() })
        .collect();
    habits.sort_by_key(|habit| std::cmp::Reverse(habit.texts.len()));
    habits
}

/// What would say that `new` is to be written for `old`; `None` when something was taken out, or only white space changed.
fn instead(old: &str, new: &str) -> Option<OwnWord> {
    // A capital that the place asked for was there before; another one belongs to the word ("kubernetes" → "Kubernetes").
    let capital = |text: &str| text.trim().starts_with(char::is_uppercase);
    let new = if capital(old) { folded(new) } else { new.trim().to_owned() };
    let old = folded(old);
    (!new.is_empty() && new != old).then_some(OwnWord::Instead { old, new })
}

/// Whether it could be an entry: it is short, and no misspelling, which is no habit and mended without a rule.
fn is_rule(entry: &OwnWord) -> bool {
    let is_word = |word: &str| word.chars().any(|c| !c.is_alphabetic()) || is_english(&word.to_lowercase());
    let spelt = match entry {
        OwnWord::Right(_) => true,
        OwnWord::Instead { old, new } => {
            old.to_lowercase() == new.to_lowercase() || old.split_whitespace().all(is_word)
        }
    };
    spelt && count_words(entry.right()) <= WORDS
}

/// Whether a rule about these words could hold in any sentence: common words alone are grammar ("have" → "has").
fn is_about_words(text: &str) -> bool {
    let words = || text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-');
    let rare = words().any(|word| word.chars().count() >= LETTERS && !is_common(&word.to_lowercase()));
    rare && (1..=WORDS).contains(&count_words(text)) && !text.contains('\n')
}

/// Without what only the place in a sentence asks for: white space around it, and the capital of its first word.
fn folded(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if first.is_uppercase() && !letters.clone().any(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preferences::{Asked, Candidate, Decision, Edit};

    /// A text per decision: what stood there, what was proposed, and what became of it.
    fn records(decided: &[(&str, &str, Choice)]) -> Vec<Record> {
        let record = |(number, (original, replacement, choice)): (usize, &(&str, &str, Choice))| Record {
            asked: Asked {
                intent: "simpler".into(),
                instruction: "Simplify".into(),
                source: format!("{number}: {original}."),
            },
            candidates: vec![Candidate {
                edits: vec![Edit {
                    range: 0..1,
                    original: (*original).into(),
                    replacement: (*replacement).into(),
                    decisions: vec![Decision { choice: choice.clone(), decided: 0 }],
                }],
            }],
        };
        decided.iter().enumerate().map(record).collect()
    }

    fn found(decided: &[(&str, &str, Choice)]) -> Vec<(String, usize)> {
        let habits = habits(&records(decided));
        habits.into_iter().map(|habit| (habit.entry.to_string(), habit.texts.len())).collect()
    }

    #[test]
    fn what_is_done_in_three_texts_is_a_habit() {
        let (took, refused) = (Choice::Accepted, Choice::Rejected);
        let wrote = |text: &str| Choice::EditedTo(text.into());
        let decided = [
            ("utilise", "employ", wrote("use")),
            ("Utilise", "Use", took.clone()),
            ("utilise ", "apply", wrote("use ")),
            ("gonna", "going to", refused.clone()),
            ("gonna", "will", refused.clone()),
            ("Gonna", "Going to", refused.clone()),
            ("gonna", "shall", refused.clone()),
            ("commence", "start", took.clone()),
            ("commence", "start", took),
        ];
        assert_eq!(found(&decided), [("gonna".to_owned(), 4), ("utilise -> use".to_owned(), 3)]);
    }

    #[test]
    fn what_was_once_done_otherwise_and_what_is_grammar_are_none() {
        let (took, refused) = (Choice::Accepted, Choice::Rejected);
        let three = |old, new, choice: &Choice| vec![(old, new, choice.clone()); 3];
        let decided = [
            three("utilise", "use", &took),
            vec![("utilise", "use", refused.clone())],
            three("have", "has", &took),
            three("very", "", &refused),
            three("a", "an", &took),
            three("the committee has decided to postpone", "they postponed", &took),
        ]
        .concat();
        assert_eq!(found(&decided), []);
    }

    #[test]
    fn a_name_keeps_its_capital_and_what_is_taken_out_is_no_rule() {
        let (took, wrote) = (Choice::Accepted, |text: &str| Choice::EditedTo(text.into()));
        let three = |old, new, choice: &Choice| vec![(old, new, choice.clone()); 3];
        assert_eq!(
            found(&three("kubernetes", "Kubernetes", &took)),
            [("kubernetes -> Kubernetes".to_owned(), 3)]
        );
        assert_eq!(
            found(&three("metropolis", "city", &wrote("Berlin"))),
            [("metropolis -> Berlin".to_owned(), 3)]
        );
        for none in [
            three("commences", "starts", &wrote("")),
            three("commences", "", &took),
            three("recieve", "receive", &took),
            // Once taken out, three times refused.
            [three("commences", "starts", &Choice::Rejected), vec![("commences", "", took.clone())]].concat(),
        ] {
            assert_eq!(found(&none), [], "{none:?}");
        }
    }

    #[test]
    fn the_same_text_counts_once_and_the_last_word_holds() {
        let mut same = records(&vec![("utilise", "use", Choice::Accepted); 3]);
        for record in &mut same {
            record.asked.source = "We utilise it.".into();
        }
        assert_eq!(habits(&same), []);
        let mut changed = records(&vec![("utilise", "use", Choice::Accepted); 3]);
        let edit = &mut changed[0].candidates[0].edits[0];
        edit.decisions.push(Decision { choice: Choice::Rejected, decided: 1 });
        assert_eq!(habits(&changed), []);
    }
}
