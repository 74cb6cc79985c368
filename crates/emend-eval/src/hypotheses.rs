//! What a system wrote: the output of `emend batch`.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::{EvalError, Row, jsonl};

/// The rewrites of one system, in the order of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// Its name in reports.
    pub name: String,
    /// One rewrite per row. Where it failed, the text is as it was: that is what a person would see.
    pub texts: Vec<String>,
    /// How many rows it failed on.
    pub failed: usize,
}

#[derive(Deserialize)]
struct Line {
    id: Option<Value>,
    hyp: Option<String>,
    error: Option<Value>,
}

/// Reads `{"id", "hyp"}` or `{"id", "error"}`, in any order; lines for other rows are passed over.
pub fn read_hypotheses(path: &Path, rows: &[Row], name: &str) -> Result<System, EvalError> {
    let expected = r#"{"id", "hyp"} or {"id", "error"}"#;
    let mut found: HashMap<String, Option<String>> = HashMap::new();
    for (number, Line { id, hyp, error }) in jsonl::read(path, expected)? {
        if hyp.is_none() && error.is_none() {
            let found = "neither `hyp` nor `error`".into();
            return Err(EvalError::Line { path: path.to_owned(), line: number + 1, expected, found });
        }
        let id = jsonl::id(id.as_ref(), number);
        if found.insert(id.clone(), hyp).is_some() {
            return Err(EvalError::SameId { path: path.to_owned(), line: number + 1, id });
        }
    }
    let mut system = System { name: name.into(), texts: Vec::with_capacity(rows.len()), failed: 0 };
    for row in rows {
        let hyp = found
            .remove(&row.id)
            .ok_or_else(|| EvalError::NoHypothesis { path: path.to_owned(), id: row.id.clone() })?;
        system.failed += usize::from(hyp.is_none());
        system.texts.push(hyp.unwrap_or_else(|| row.src.clone()));
    }
    Ok(system)
}

/// Reads the confidences of the same file; none where a row has none.
pub fn read_confidences(path: &Path, rows: &[Row]) -> Result<Vec<Option<f64>>, EvalError> {
    let expected = r#"{"id", "confidence"}"#;
    let mut found: HashMap<String, Option<f64>> = HashMap::new();
    for (number, Sure { id, confidence }) in jsonl::read(path, expected)? {
        found.insert(jsonl::id(id.as_ref(), number), confidence);
    }
    Ok(rows.iter().map(|row| found.get(&row.id).copied().flatten()).collect())
}

#[derive(Deserialize)]
struct Sure {
    id: Option<Value>,
    #[serde(default)]
    confidence: Option<f64>,
}

/// Name of [`copy`] in reports.
pub const COPY: &str = "copy";
/// Name of the system that the first one is compared with, besides [`copy`].
pub const VERSUS: &str = "versus";
/// Name of [`shortened`] in reports.
pub const SHORTENED: &str = "first 80 %";

/// The system that changes nothing.
pub fn copy(rows: &[Row]) -> System {
    let texts = rows.iter().map(|row| row.src.clone()).collect();
    System { name: COPY.into(), texts, failed: 0 }
}

/// The system that drops the last fifth of the words (rounded down). On simplification it beats copying in SARI
/// without any understanding, so a system has to beat it, too.
pub fn shortened(rows: &[Row]) -> System {
    let texts = rows.iter().map(|row| {
        let words: Vec<&str> = row.src.split_whitespace().collect();
        words[..words.len() - words.len() / 5].join(" ")
    });
    System { name: SHORTENED.into(), texts: texts.collect(), failed: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        ["\"a\"", "2"].map(|id| Row { id: id.into(), src: format!("text {id}"), refs: vec![] }).into()
    }

    fn read(content: &str) -> Result<System, EvalError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hyps.jsonl");
        std::fs::write(&path, content).unwrap();
        read_hypotheses(&path, &rows(), "ours")
    }

    #[test]
    fn rewrites_are_found_by_id_and_a_failed_row_is_the_text_itself() {
        let system = read(
            "{\"id\": 2, \"error\": {\"code\": \"x\"}}\n{\"id\": \"a\", \"hyp\": \"A\", \"ms\": 3}\n{\"id\": 9, \"hyp\": \"\"}",
        )
        .unwrap();
        assert_eq!((system.texts, system.failed), (vec!["A".into(), "text 2".into()], 1));
    }

    #[test]
    fn missing_and_double_rows_are_named() {
        let missing = read("{\"id\": 2, \"hyp\": \"\"}").unwrap_err();
        assert!(missing.to_string().contains("the id \"a\""), "{missing}");
        let twice = read("{\"id\": 2, \"hyp\": \"\"}\n{\"id\": 2, \"hyp\": \"\"}").unwrap_err();
        assert!(twice.to_string().contains("line 2"), "{twice}");
        let neither = read("{\"id\": 2}").unwrap_err();
        assert!(neither.to_string().contains("neither"), "{neither}");
    }

    #[test]
    fn the_floor_drops_the_last_fifth() {
        let text = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>().join(" ");
        let rows = [4, 5, 11].map(|n| Row { id: n.to_string(), src: text(n), refs: vec![] });
        let kept: Vec<usize> = shortened(&rows).texts.iter().map(|t| t.split(' ').count()).collect();
        assert_eq!(kept, [4, 4, 9]);
    }
}
