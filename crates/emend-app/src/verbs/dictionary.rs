//! The personal dictionary: words and terms that are right because the person says so, and house rules (`utilise -> use`).
//! One list for the grammar rules and for rewriting, in a plain text file with one entry a line.

use std::collections::HashSet;
use std::sync::Arc;

use emend_text::{Dictionary, Glossary, OwnWord};

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

    /// The dictionary and `keep`, whose terms are right as they are, to be looked up.
    pub(crate) fn own_dictionary(&self, keep: &[String]) -> Result<Arc<Dictionary>, AppError> {
        let lines = self.dictionary()?;
        Ok(Arc::new(Dictionary::new(lines.iter().chain(keep).map(String::as_str))))
    }

    /// The dictionary and `keep` as terms that a rewrite must not lose. What a house rule writes may be said otherwise.
    pub(crate) fn glossary(&self, keep: &[String]) -> Result<Glossary, AppError> {
        let terms = self.dictionary()?.into_iter().filter(|entry| OwnWord::parse(entry).rule().is_none());
        Ok(Glossary::new(terms.chain(keep.iter().cloned())))
    }

    /// Adds a word, a term or a house rule; one that is there already is not added again, and one that contradicts what is
    /// there is refused.
    pub fn add_to_dictionary(&self, word: &str) -> Result<(), AppError> {
        let word = OwnWord::parse(checked(word)?);
        self.change_dictionary(|bytes| {
            let known: Vec<OwnWord> = entries(bytes).map(OwnWord::parse).collect();
            if known.contains(&word) {
                return Ok(());
            }
            if let Some(other) = contradiction(&known, &word) {
                return Err(AppError::Invalid {
                    what: "the entry",
                    expected: format!("nothing that contradicts `{other}`; remove that first"),
                    found: format!("`{word}`"),
                });
            }
            let word = word.to_string();
            if !bytes.is_empty() && !bytes.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            bytes.extend(word.bytes());
            bytes.push(b'\n');
            Ok(())
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
            Ok(())
        })?;
        Ok(was_there)
    }

    fn change_dictionary(
        &self,
        change: impl FnOnce(&mut Vec<u8>) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let _turn = files::turn(self.paths.home())?;
        let path = self.paths.dictionary();
        let before = files::read_if_there(&path, LARGEST)?.unwrap_or_default();
        let mut after = before.clone();
        change(&mut after)?;
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

/// The entry of `known` that says something else of the same word as `word`, or that together with it goes round in a circle.
fn contradiction<'k>(known: &'k [OwnWord], word: &OwnWord) -> Option<&'k OwnWord> {
    let about = |entry: &OwnWord| entry.rule().map_or(entry.right(), |(old, _)| old).to_owned();
    let next = |word: &str| {
        let rule = |entry: &&OwnWord| entry.rule().is_some_and(|(old, _)| old == word);
        known.iter().find(rule)
    };
    let same =
        |entry: &&OwnWord| (entry.rule().is_some() || word.rule().is_some()) && about(entry) == about(word);
    let (old, new) = word.rule().map_or(("", ""), |rule| rule);
    // From rule to rule, each at most once.
    let steps = std::iter::successors(next(new), |entry| next(entry.right())).take(known.len());
    known.iter().find(same).or_else(|| steps.into_iter().find(|entry| entry.right() == old))
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
    Err(AppError::Invalid { what: "the entry", expected, found })
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
    async fn contradictions_are_refused_and_change_nothing() {
        let (app, _folder) = open().await;
        for entry in ["utilise → use", "use -> employ", "Kubernetes"] {
            app.add_to_dictionary(entry).unwrap();
        }
        let before = app.dictionary().unwrap();
        assert_eq!(before, ["utilise -> use", "use -> employ", "Kubernetes"]);
        for (entry, other) in [
            ("utilise -> apply", "utilise -> use"),
            ("utilise", "utilise -> use"),
            ("Kubernetes -> K8s", "Kubernetes"),
            ("employ -> utilise", "use -> employ"),
        ] {
            let error = app.add_to_dictionary(entry).unwrap_err();
            assert!(error.to_string().contains(other), "{entry}: {error}");
        }
        app.add_to_dictionary("utilise -> use").unwrap();
        assert_eq!(app.dictionary().unwrap(), before);
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
