//! Texts of our own that are measured on: ordinary sentences with ordinary slips.

use std::collections::BTreeSet;
use std::path::Path;

use crate::BenchError;

/// Asked before anything is measured; none of [`sentences`].
pub(crate) const WARM_UP: &str = "We was glad that the rain have stopped.";

/// A sentence of twenty words, for what is measured from outside.
pub(crate) const SENTENCE: &str = "She have been working on the new report since Monday, and he want to \
                                   send it to everyone before Friday evening.";

/// `{name}` and `{place}` make many different sentences of each.
const FORMS: [&str; 8] = [
    "{name} have been working on the new report for {place} since Monday, and he want to send it before Friday.",
    "I has looked at the numbers from {place} with {name}, and they seems to be wrong.",
    "The meeting in {place} was moved to the next week because nobody but {name} have time on Thursday.",
    "Please tell {name} if you needs more time for reading the second part of the document about {place}.",
    "The door was left open, so the cat of {name} run away and we was looking for it in all of {place}.",
    "We discuss about the plan with {name} in {place}, but there was no agreement.",
    "{name} don't know where is the station of {place}.",
    "Thank you for the letter from {place}, {name}; it make us very happy and we hopes to see you soon.",
];

const NAMES: [&str; 12] =
    ["Anna", "Ben", "Clara", "David", "Elena", "Frank", "Greta", "Hugo", "Irene", "Jonas", "Klara", "Leo"];

const PLACES: [&str; 12] = [
    "Bergen", "Cork", "Dresden", "Exeter", "Faro", "Ghent", "Haifa", "Izmir", "Jena", "Kyoto", "Lima",
    "Malmo",
];

/// The first `number` of 1,152 different sentences.
pub(crate) fn sentences(number: usize) -> Vec<String> {
    let all = PLACES.iter().flat_map(|place| {
        NAMES.iter().flat_map(move |name| {
            FORMS.iter().map(move |form| form.replace("{name}", name).replace("{place}", place))
        })
    });
    all.take(number).collect()
}

/// The different lines of a file that say something, in its order.
pub(crate) fn from_file(path: &Path) -> Result<Vec<String>, BenchError> {
    let failed = |found: String| BenchError::Texts { path: path.to_owned(), found };
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let mut seen = BTreeSet::new();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && seen.insert(*line));
    let lines: Vec<String> = lines.map(str::to_owned).collect();
    let is_row = |line: &String| serde_json::from_str::<serde_json::Map<_, _>>(line).is_ok();
    match lines.first() {
        None => Err(failed("no line has a text".into())),
        Some(first) if is_row(first) => {
            Err(failed("it has rows of JSON; write one text on each line, and nothing else".into()))
        }
        Some(_) => Ok(lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_differ_and_there_are_more_than_a_thousand() {
        let all = sentences(usize::MAX);
        assert!(all.len() > 1000 && !all.iter().any(|sentence| sentence.contains('{')));
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(!all.iter().any(|sentence| sentence == WARM_UP));
    }

    #[test]
    fn lines_of_a_file_are_taken_once_and_an_empty_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("texts.txt");
        std::fs::write(&path, "One.\n\n Two. \nOne.\n").unwrap();
        assert_eq!(from_file(&path).unwrap(), ["One.", "Two."]);
        std::fs::write(&path, "\n \n").unwrap();
        assert!(from_file(&path).unwrap_err().to_string().contains("no line has a text"));
        std::fs::write(&path, "{\"src\": \"One.\"}\n{\"src\": \"Two.\"}\n").unwrap();
        assert!(from_file(&path).unwrap_err().to_string().contains("rows of JSON"));
        std::fs::write(&path, "{name} is here.\n").unwrap();
        assert_eq!(from_file(&path).unwrap(), ["{name} is here."]);
    }
}
