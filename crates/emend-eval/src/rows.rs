//! The texts of an evaluation with what people wrote instead.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::{EvalError, jsonl};

/// A text to rewrite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id, as JSON.
    pub id: String,
    /// The text.
    pub src: String,
    /// Good rewrites by people; may be none.
    pub refs: Vec<String>,
}

/// A line of a file of texts. Other fields are passed over.
#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    /// The text of a parallel file.
    pub src: Option<String>,
    /// Good rewrites of `src`.
    #[serde(default)]
    pub refs: Vec<String>,
    /// The text of a file of texts or labels.
    pub text: Option<String>,
    /// The other text of a file of pairs with labels.
    pub text2: Option<String>,
    /// The task as the file's makers call it.
    pub task: Option<String>,
    /// What people said about `text`.
    #[serde(default)]
    pub labels: Value,
    id: Option<Value>,
}

/// Which lines are measured.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'a> {
    /// Only lines of this task.
    pub task: Option<&'a str>,
    /// So many lines at most, spread evenly over the file.
    pub limit: Option<usize>,
    /// The texts are good as they are: each is its own reference.
    pub clean: bool,
}

impl Record {
    /// The text and its rewrites as they stand; `None` if there is no text.
    pub fn pair(&self) -> Option<(String, Vec<String>)> {
        let src = self.src.as_ref().or(self.text.as_ref())?;
        Some((src.clone(), self.refs.clone()))
    }
}

/// Reads `{"src", "refs", "id"?, "task"?}`; lines with `text` instead of `src` are texts without references.
pub fn read_rows(path: &Path, choice: Choice<'_>) -> Result<Vec<Row>, EvalError> {
    read_with(path, choice, |record| {
        let pair = record.pair().map(|(src, refs)| if choice.clean { clean(src) } else { (src, refs) });
        pair.into_iter().collect()
    })
}

/// A text that is its own reference.
pub(crate) fn clean(text: String) -> (String, Vec<String>) {
    let refs = vec![text.clone()];
    (text, refs)
}

/// Reads the texts and references that `take` finds in each line.
pub(crate) fn read_with(
    path: &Path,
    choice: Choice<'_>,
    take: impl Fn(&Record) -> Vec<(String, Vec<String>)>,
) -> Result<Vec<Row>, EvalError> {
    let records: Vec<(usize, Record)> = jsonl::read(path, r#"{"src", "refs", "id"?} or {"text", "id"?}"#)?;
    let mut ids = HashSet::new();
    let mut rows = Vec::new();
    for (number, record) in records {
        let id = jsonl::id(record.id.as_ref(), number);
        if !ids.insert(id.clone()) {
            return Err(EvalError::SameId { path: path.to_owned(), line: number + 1, id });
        }
        if record.pair().is_none() {
            return Err(EvalError::Line {
                path: path.to_owned(),
                line: number + 1,
                expected: "a field `src` or `text`",
                found: "neither".into(),
            });
        }
        if choice.task.is_some_and(|task| record.task.as_deref() != Some(task)) {
            continue;
        }
        let found = take(&record).into_iter().enumerate();
        rows.extend(found.map(|(part, (src, refs))| Row { id: jsonl::part(&id, part), src, refs }));
    }
    if rows.is_empty() {
        return Err(EvalError::NoRows { path: path.to_owned(), task: choice.task.map(str::to_owned) });
    }
    Ok(spread(rows, choice.limit.unwrap_or(usize::MAX)))
}

/// `limit` of the items, evenly spaced: files are often sorted by where their texts come from.
fn spread<T>(items: Vec<T>, limit: usize) -> Vec<T> {
    let all = items.len();
    if all <= limit {
        return items;
    }
    let mut chosen = (0..limit).map(|i| i * all / limit).peekable();
    items.into_iter().enumerate().filter_map(|(at, item)| chosen.next_if_eq(&at).map(|_| item)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.jsonl");
        std::fs::write(&path, content).unwrap();
        (folder, path)
    }

    #[test]
    fn parallel_lines_and_plain_texts_are_rows() {
        let (_folder, path) = file(
            "{\"task\": \"gec\", \"src\": \"a\", \"refs\": [\"b\"], \"id\": 7, \"x\": 1}\n\n{\"text\": \"c\"}\n",
        );
        let rows = read_rows(&path, Choice::default()).unwrap();
        assert_eq!(rows[0], Row { id: "7".into(), src: "a".into(), refs: vec!["b".into()] });
        assert_eq!(rows[1], Row { id: "\"2\"".into(), src: "c".into(), refs: vec![] });
        let clean = read_rows(&path, Choice { clean: true, ..Choice::default() }).unwrap();
        assert_eq!(clean[1].refs, ["c"]);
        let gec = read_rows(&path, Choice { task: Some("gec"), ..Choice::default() }).unwrap();
        assert_eq!(gec.len(), 1);
    }

    #[test]
    fn what_is_no_row_is_named_with_its_line() {
        for (content, said) in [
            ("{\"src\": \"a\"}\nnonsense", "line 2"),
            ("{\"refs\": []}", "`src` or `text`"),
            ("{\"src\": \"a\", \"id\": 1}\n{\"src\": \"b\", \"id\": 1}", "the id 1"),
            ("", "no row"),
        ] {
            let (_folder, path) = file(content);
            let error = read_rows(&path, Choice::default()).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
            assert!(!error.hint().is_empty());
        }
    }

    #[test]
    fn a_limit_is_spread_over_the_file() {
        assert_eq!(spread((0..10).collect(), 4), [0, 2, 5, 7]);
        assert_eq!(spread((0..3).collect(), 4), [0, 1, 2]);
        assert!(spread(vec![1], 0).is_empty());
    }
}
