//! `emend.json`: what an adapter was trained on, and how it came to be.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CARD;
use crate::error::ModelError;
use crate::files::{read_text, sha256};
use crate::seq2seq::Seq2Seq;

/// Longest `emend.json`, in bytes.
const MAX_CARD: u64 = 1 << 20;
/// Longest prefix, in bytes.
const MAX_PREFIX: usize = 256;

/// What an adapter was trained on, and how it came to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Identity of the float weights behind the base, see [`Seq2Seq::weights_id`]: the same for every quantization.
    pub weights_id: String,
    /// Hexadecimal SHA-256 of the base's `tokenizer.json`.
    pub tokenizer_sha256: String,
    /// What the model is to read before every prompt, where it was taught to be asked so (reward tokens); mostly empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// The recipe that made it, in the words of the trainer; null when there was none.
    #[serde(default)]
    pub recipe: Value,
    /// What was measured when it was made.
    #[serde(default)]
    pub metrics: Value,
    /// When it was made, in milliseconds since 1970.
    pub created: i64,
}

impl Card {
    /// A card for an adapter of `base` that is asked as its base is.
    ///
    /// [`ModelError::Config`] when the base's file states no identity; [`ModelError::Read`] when its tokenizer is gone.
    pub fn new(base: &Seq2Seq, recipe: Value, metrics: Value, created: i64) -> Result<Card, ModelError> {
        let weights_id = base.weights_id.clone().ok_or_else(|| ModelError::Config {
            path: base.manifest.weights.path.clone(),
            field: "emend.weights_id".into(),
            expected: "the identity of the weights, which `emend models convert` writes".into(),
            found: "nothing".into(),
        })?;
        let tokenizer_sha256 = sha256(&base.manifest.tokenizer.path)?;
        Ok(Card { weights_id, tokenizer_sha256, prefix: String::new(), recipe, metrics, created })
    }

    /// The card in an adapter's folder; `None` for an adapter that was made elsewhere.
    pub fn read(folder: &Path) -> Result<Option<Card>, ModelError> {
        let path = folder.join(CARD);
        if !path.exists() {
            return Ok(None);
        }
        let text = read_text(&path, MAX_CARD)?;
        let broken = |reason: String| ModelError::Parse { path: path.clone(), reason };
        let card: Card = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
        if card.prefix.len() > MAX_PREFIX {
            let found = card.prefix.len();
            return Err(broken(format!("its prefix has {found} bytes, where {MAX_PREFIX} are the most")));
        }
        Ok(Some(card))
    }

    /// [`ModelError::OtherBase`] when the adapter was trained on another model than `base`.
    pub(super) fn check(&self, folder: &Path, base: &Seq2Seq) -> Result<(), ModelError> {
        let tokenizer = sha256(&base.manifest.tokenizer.path)?;
        let weights = base.weights_id.as_deref().unwrap_or("unknown");
        for (what, expected, found) in [
            ("weights", self.weights_id.as_str(), weights),
            ("the tokenizer", self.tokenizer_sha256.as_str(), tokenizer.as_str()),
        ] {
            if expected != found {
                return Err(ModelError::OtherBase {
                    folder: folder.to_owned(),
                    what,
                    expected: expected.to_owned(),
                    found: found.to_owned(),
                });
            }
        }
        Ok(())
    }
}
