//! The personal dictionary: words and terms that are right because the person says so, and house rules (`utilise -> use`).
//! One list for the grammar rules and for rewriting, in a plain text file with one entry a line.

use std::collections::HashSet;

use emend_text::{Glossary, OwnWord};

use crate::AppError;
use crate::app::App;
use crate::files::{self, Access};

/// Largest dictionary, in bytes.
const LARGEST: u64 = 4 << 20;

/// Longest entry, in characters.
const LONGEST: usize = 100;

impl App {
    /// The entries in the order of the file, each once. Lines that are no text are passed over.
    pub fn dictionary(&self) -> Result<Vec<String>, AppError> {
        let bytes = files::read_if_there(&self.paths.dictionary(), LARGEST)?.unwrap_or_default();
        let mut seen = HashSet::new();
        Ok(entries(&bytes).filter(|entry| seen.insert(*entry)).map(str::to_owned).collect())
    }

    /// The dictionary and `keep` as terms that a rewrite must not lose. What a house rule writes may be said otherwise.
    pub(crate) fn glossary(&self, keep: &[String]) -> Result<Glossary, AppError> {
        let terms = self.dictionary()?.into_iter();
        let terms = terms.filter(|entry| matches!(OwnWord::parse(entry), OwnWord::Right(_)));
        Ok(Glossary::new(terms.chain(keep.iter().cloned())))
    }

    /// Adds a word, a term or a house rule; one that is there already is not added again.
    pub fn add_to_dictionary(&self, word: &str) -> Result<(), AppError> {
        let word = &normal(checked(word)?);
        self.change_dictionary(|bytes| {
            if entries(bytes).any(|entry| normal(entry) == *word) {
                return;
            }
            if !bytes.is_empty() && !bytes.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            bytes.extend(word.bytes());
            bytes.push(b'\n');
        })
    }

    /// Removes an entry and says whether it was there.
    pub fn remove_from_dictionary(&self, word: &str) -> Result<bool, AppError> {
        let word = normal(word);
        let mut was_there = false;
        self.change_dictionary(|bytes| {
            was_there = entries(bytes).any(|entry| normal(entry) == word);
            let lines = bytes.split_inclusive(|byte| *byte == b'\n');
            let kept = lines.filter(|line| entry(line).map(normal).as_ref() != Some(&word));
            *bytes = kept.collect::<Vec<_>>().concat();
        })?;
        Ok(was_there)
    }

    fn change_dictionary(&self, change: impl FnOnce(&mut Vec<u8>)) -> Result<(), AppError> {
        let _turn = files::turn(self.paths.home())?;
        let path = self.paths.dictionary();
        let before = files::read_if_there(&path, LARGEST)?.unwrap_or_default();
        let mut after = before.clone();
        change(&mut after);
        if after == before { Ok(()) } else { files::write(&path, &after, Access::Private) }
    }
}

fn entries(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes.split(|byte| *byte == b'\n').filter_map(entry)
}

fn entry(line: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(line).ok()?.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    (!text.is_empty()).then_some(text)
}

/// The one way to write an entry.
fn normal(entry: &str) -> String {
    OwnWord::parse(entry).to_string()
}

pub(super) fn checked(word: &str) -> Result<&str, AppError> {
    let trimmed = word.trim();
    let found = match trimmed.chars().count() {
        0 => "nothing".to_owned(),
        length if length > LONGEST => format!("{length} characters"),
        _ if trimmed.chars().any(char::is_control) => "a line break or control character".to_owned(),
        _ => return Ok(trimmed),
    };
    let expected = format!("1 to {LONGEST} characters in one line");
    Err(AppError::Invalid { what: "the word", expected, found })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::verbs::tests::open;

    #[tokio::test]
    async fn words_are_added_once_and_removed() {
        let (app, _folder) = open().await;
        assert_eq!(app.dictionary().unwrap(), Vec::<String>::new());
        for word in ["Emend", " Infrastructure as a Service ", "emend", "Emend"] {
            app.add_to_dictionary(word).unwrap();
        }
        assert_eq!(app.dictionary().unwrap(), ["Emend", "Infrastructure as a Service", "emend"]);
        assert!(app.remove_from_dictionary(" Emend").unwrap());
        assert!(!app.remove_from_dictionary("never there").unwrap());
        assert_eq!(app.dictionary().unwrap(), ["Infrastructure as a Service", "emend"]);
    }

    #[tokio::test]
    async fn a_file_written_by_hand_is_respected() {
        let (app, _folder) = open().await;
        let path = app.paths.dictionary();
        std::fs::write(&path, b"\xEF\xBB\xBFKubernetes\r\n\r\nnot \xFF text\nGda\xC5\x84sk").unwrap();
        assert_eq!(app.dictionary().unwrap(), ["Kubernetes", "Gdańsk"]);
        app.add_to_dictionary("Öztürk").unwrap();
        app.remove_from_dictionary("Kubernetes").unwrap();
        assert_eq!(app.dictionary().unwrap(), ["Gdańsk", "Öztürk"]);
        assert!(std::fs::read(&path).unwrap().windows(5).any(|part| part == b"not \xFF"), "the line stays");
    }

    #[tokio::test]
    async fn what_is_no_word_is_refused() {
        let (app, _folder) = open().await;
        for word in ["", " \n ", "two\nlines", &"x".repeat(101)] {
            assert_eq!(app.add_to_dictionary(word).unwrap_err().code(), "invalid");
        }
        assert!(!app.paths.dictionary().exists());
    }

    #[tokio::test]
    async fn many_windows_may_add_at_once() {
        let (app, _folder) = open().await;
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let app = &app;
                scope.spawn(move || {
                    for word in 0..10 {
                        app.add_to_dictionary(&format!("word{thread}x{word}")).unwrap();
                    }
                });
            }
        });
        assert_eq!(app.dictionary().unwrap().len(), 80);
    }
}
