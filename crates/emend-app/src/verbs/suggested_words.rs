//! House rules that decisions suggest: what was done each time with the same words becomes one when the person says so.

use std::collections::BTreeSet;

use emend_learn::habits::{Habit, habits};
use emend_text::OwnWord;

use crate::AppError;
use crate::app::App;
use crate::files::{self, Access};
use crate::learning::preferences::records;
use crate::verbs::dictionary::checked;

/// Suggestions at once: the ones with most texts.
const SHOWN: usize = 5;
/// Largest list of refused suggestions, in bytes.
const LARGEST: u64 = 4 << 20;

impl App {
    /// Entries for the dictionary that decisions suggest, with the texts that they come from, at most five; none that is in
    /// the dictionary, says something else of a word that is, or was refused.
    pub async fn suggested_words(&self) -> Result<Vec<Habit>, AppError> {
        let known: BTreeSet<String> =
            self.dictionary()?.iter().map(|line| about(&OwnWord::parse(line)).to_owned()).collect();
        let refused = self.refused_words()?;
        let mut all = Vec::new();
        self.each_decided(|shown| all.extend(records(shown))).await?;
        let mut found = habits(&all);
        found.retain(|habit| !known.contains(about(&habit.entry)) && !refused.contains(&habit.entry));
        found.truncate(SHOWN);
        Ok(found)
    }

    /// Never suggests this entry again.
    pub fn refuse_word(&self, entry: &str) -> Result<(), AppError> {
        let entry = checked(entry)?;
        let _turn = files::turn(self.paths.home())?;
        let mut refused: Vec<String> = self.refused_words()?.iter().map(ToString::to_string).collect();
        refused.push(OwnWord::parse(entry).to_string());
        refused.sort();
        refused.dedup();
        files::write(&self.paths.refused_words(), (refused.join("\n") + "\n").as_bytes(), Access::Private)
    }

    fn refused_words(&self) -> Result<BTreeSet<OwnWord>, AppError> {
        let bytes = files::read_if_there(&self.paths.refused_words(), LARGEST)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).lines().map(OwnWord::parse).collect())
    }
}

/// The word that an entry says something of.
fn about(entry: &OwnWord) -> &str {
    match entry {
        OwnWord::Right(word) | OwnWord::Instead { old: word, .. } => word,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::verbs::tests::{decided_about, open};

    #[tokio::test]
    async fn what_was_always_done_is_suggested_until_it_is_a_rule_or_refused() {
        let (app, _folder) = open().await;
        for n in 0..2 {
            decided_about(&app, &format!("Utilise number {n}."), "Utilise", "Use").await;
        }
        assert_eq!(app.suggested_words().await.unwrap(), []);
        decided_about(&app, "Utilise another one.", "Utilise", "Use").await;
        let entries = || async {
            let found = app.suggested_words().await.unwrap();
            found.iter().map(|habit| (habit.entry.to_string(), habit.texts.len())).collect::<Vec<_>>()
        };
        assert_eq!(entries().await, [("utilise -> use".to_owned(), 3)]);
        app.add_to_dictionary("utilise -> use").unwrap();
        assert_eq!(entries().await, []);
        app.remove_from_dictionary("utilise -> use").unwrap();
        assert_eq!(entries().await.len(), 1);
        app.add_to_dictionary("utilise -> apply").unwrap();
        assert_eq!(entries().await, [], "he said what is to be written");
        assert!(app.remove_from_dictionary("utilise->apply").unwrap(), "however it is written");
        app.refuse_word("utilise -> use").unwrap();
        app.refuse_word("utilise->use").unwrap();
        assert!(app.refuse_word("a\nb").is_err() && app.refuse_word(" ").is_err());
        assert_eq!(entries().await, []);
    }
}
