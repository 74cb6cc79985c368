//! The sentences of a person's texts.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use emend_text::{Format, count_words, prose, sentences};

use crate::verbs::rewrite::LONGEST_TEXT;
use crate::{AppError, PlainText, files};

/// What a person's texts are called.
pub(super) const EXTENSIONS: [&str; 4] = ["txt", "text", "md", "markdown"];
/// Folders in folders that are looked into.
const DEPTH: usize = 8;
/// Words of a sentence that shows a style, and of one that the model still reads at once.
const WORDS: std::ops::RangeInclusive<usize> = 4..=40;
/// The texts of a folder.
pub(super) struct Texts {
    pub(super) texts: Vec<(String, Format)>,
    pub(super) passed_over: Vec<(PathBuf, String)>,
}

/// Reads a folder. A file that is no text is passed over; a folder that cannot be read is an error.
pub(super) fn read(folder: &Path) -> Result<Texts, AppError> {
    let mut found = Texts { texts: Vec::new(), passed_over: Vec::new() };
    let mut paths = Vec::new();
    list(folder, DEPTH, &mut paths)?;
    paths.sort();
    for path in paths {
        let text = files::read(&path, LONGEST_TEXT as u64)
            .and_then(|bytes| PlainText::decode(&path.display().to_string(), bytes));
        match text {
            Ok(plain) => found.texts.push((plain.text, Format::of_path(&path.to_string_lossy()))),
            Err(error) => found.passed_over.push((path, error.to_string())),
        }
    }
    Ok(found)
}

/// Files with the right ending, without what is hidden and what is only linked: a link may lead anywhere.
fn list(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), AppError> {
    let failed = |source| AppError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (kind, path) = (entry.file_type().map_err(failed)?, entry.path());
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        if hidden {
            continue;
        }
        if kind.is_dir() && depth > 0 {
            list(&path, depth - 1, paths)?;
        } else if kind.is_file() && extension.is_some_and(|one| EXTENSIONS.contains(&one.as_str())) {
            paths.push(path);
        }
    }
    Ok(())
}

/// Whole sentences, each once, with nothing in them that a rewrite must not touch.
pub(super) fn own_sentences(texts: &[(String, Format)]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (text, format) in texts {
        for prose in prose(text, *format) {
            for span in sentences(text, prose.span, &prose.frozen) {
                let touched = prose.frozen.iter().any(|one| one.start < span.end && span.start < one.end);
                let sentence = text[span.start..span.end].split_whitespace().collect::<Vec<_>>().join(" ");
                let whole = sentence.ends_with(|last: char| !last.is_alphanumeric() && last != ':');
                if !touched
                    && whole
                    && WORDS.contains(&count_words(&sentence))
                    && seen.insert(sentence.clone())
                {
                    found.push(sentence);
                }
            }
        }
    }
    found
}

/// At most `most` of them, spread evenly.
pub(super) fn spread(sentences: Vec<String>, most: usize) -> Vec<String> {
    let all = sentences.len();
    if all <= most {
        return sentences;
    }
    (0..most).map(|at| sentences[at * all / most].clone()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn sentences_of_texts_without_what_is_no_prose() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "a.md",
            b"# Notes\n\nWe met at the old mill. Short one.\n\n```\nnot a sentence of mine at all.\n```\n",
        );
        write("deep/b.TXT", b"We met at the old mill. And we\nwalked home in the rain!");
        write("c.txt", b"\xff\xfe no text");
        write(".hidden.txt", b"This one is not for anybody to see.");
        write("d.pdf", b"This one is no text at all.");
        let Texts { texts, passed_over } = read(folder.path()).unwrap();
        assert_eq!((texts.len(), passed_over.len()), (2, 1));
        assert!(passed_over[0].0.ends_with("c.txt"));
        let found = own_sentences(&texts);
        assert_eq!(found, ["We met at the old mill.", "And we walked home in the rain!"]);
        assert_eq!(spread((0..10).map(|n| n.to_string()).collect(), 4), ["0", "2", "5", "7"]);
        assert!(matches!(read(&folder.path().join("nowhere")), Err(AppError::Read { .. })));
    }
}
