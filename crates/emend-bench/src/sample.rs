//! Texts of our own that are measured on: ordinary sentences with ordinary slips.

use std::path::Path;

use crate::BenchError;

/// A sentence of twenty words.
pub(crate) const SENTENCE: &str = "She have been working on the new report since Monday, and he want to \
                                   send it to everyone before Friday evening.";

const SENTENCES: [&str; 8] = [
    SENTENCE,
    "I has looked at the numbers and they seems to be wrong.",
    "Their meeting was moved to the next week because nobody have time on Thursday.",
    "Please tell me if you needs more time for reading the second part of the document.",
    "The door was left open, so the cat run away and we was looking for it all night.",
    "We discuss about the plan, but there was no agreement.",
    "He don't know where is the station.",
    "Thank you for your letter, it make us very happy and we hopes to see you soon in our town.",
];

/// A text of `number` sentences, one paragraph each.
pub(crate) fn paragraphs(number: usize) -> String {
    SENTENCES.iter().cycle().take(number).copied().collect::<Vec<_>>().join("\n\n")
}

/// The lines of a file that say something.
pub(crate) fn from_file(path: &Path) -> Result<Vec<String>, BenchError> {
    let failed = |found: String| BenchError::Texts { path: path.to_owned(), found };
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let lines: Vec<String> =
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if lines.is_empty() { Err(failed("no line has a text".into())) } else { Ok(lines) }
}

/// The sentences of [`paragraphs`].
pub(crate) fn sentences(number: usize) -> impl Iterator<Item = &'static str> {
    SENTENCES.iter().cycle().take(number).copied()
}
