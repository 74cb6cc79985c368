//! Where the texts of a run come from.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Where the texts of a run come from. It prints as words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DataSource {
    /// The person's decisions.
    OwnDecisions,
    /// A file of somebody's.
    File {
        /// Its path, as it was given.
        file: String,
        /// How many texts of it.
        texts: usize,
    },
}

impl fmt::Display for DataSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OwnDecisions => write!(f, "your own decisions"),
            Self::File { file, texts } => write!(f, "{texts} texts of {file}"),
        }
    }
}

/// Runs were once kept with the words for it.
pub(crate) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<DataSource, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Words(String),
        Source(DataSource),
    }
    let words = match Kept::deserialize(from)? {
        Kept::Source(source) => return Ok(source),
        Kept::Words(words) => words,
    };
    if words == "your own decisions" {
        return Ok(DataSource::OwnDecisions);
    }
    let file = words.split_once(" texts of ");
    file.and_then(|(texts, file)| {
        Some(DataSource::File { file: file.to_owned(), texts: texts.parse().ok()? })
    })
    .ok_or_else(|| D::Error::custom(format!("{words:?} is no source of texts")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::learning::runs::RunInfo;

    #[test]
    fn runs_of_earlier_versions_are_read() {
        let run = |data: &Value| -> Result<RunInfo, _> {
            serde_json::from_value(json!({
                "id": "a-1", "recipe": "a", "weights_id": "w", "model": "starter",
                "data": data, "data_hash": "h", "created": 1,
            }))
        };
        let file = DataSource::File { file: "two texts of mine.jsonl".into(), texts: 12 };
        for source in [DataSource::OwnDecisions, file] {
            assert_eq!(run(&json!(source.to_string())).unwrap().data, source);
            let info = run(&json!(source)).unwrap();
            assert_eq!(info.data, source);
            assert_eq!(run(&json!(info)["data"]).unwrap(), info);
        }
        assert!(run(&json!("hearsay")).is_err());
    }
}
