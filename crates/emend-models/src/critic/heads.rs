//! `critic.json`: the shape of the encoder, the limits of its inputs, and how logits become scores.

use std::collections::HashMap;
use std::path::Path;

use emend_decode::TokenId;
use serde::Deserialize;

use crate::error::ModelError;
use crate::files::read_text;
use crate::t5::{MAX_TOKENS, T5Config};

/// Largest `critic.json`, in bytes; with the recipe's figures it takes 10 kB.
const MAX_FILE: u64 = 1 << 20;

/// Most numbers in a meaning embedding.
const MAX_MEANING: usize = 4096;

/// What a critic says about a text as a whole, each a share from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Head {
    /// How likely people call it toxic.
    Toxicity,
    /// How polite it is: 0 rude, 1 courteous.
    Politeness,
    /// How formal it is: 0 chat, 1 a letter to a stranger.
    Formality,
    /// How acceptable it is as English: 1 without errors.
    Acceptability,
    /// How likely an editor would change something.
    NeedsEdit,
}

impl Head {
    /// Every head, in the order of the discriminants.
    pub const ALL: [Head; 5] =
        [Head::Toxicity, Head::Politeness, Head::Formality, Head::Acceptability, Head::NeedsEdit];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Head::Toxicity => "toxicity",
            Head::Politeness => "politeness",
            Head::Formality => "formality",
            Head::Acceptability => "acceptability",
            Head::NeedsEdit => "needs_edit",
        }
    }
}

/// Platt's scaling (Platt 1999): a score is σ(scale · logit + offset).
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Calibration {
    scale: f32,
    offset: f32,
}

impl Calibration {
    pub(super) fn score(self, logit: f32) -> f32 {
        1.0 / (1.0 + (-(self.scale * logit + self.offset)).exp())
    }
}

/// The file, checked.
#[derive(Debug)]
pub(super) struct Heads {
    pub(super) config: T5Config,
    pub(super) end: TokenId,
    /// Tokens of a text, its end token among them, that the critic was trained on.
    pub(super) longest: usize,
    /// Numbers in a meaning embedding.
    pub(super) meaning_size: usize,
    pub(super) tokenizer_sha256: String,
    pub(super) sentence: [Calibration; Head::ALL.len()],
    pub(super) token: Calibration,
    pub(super) meaning: Calibration,
}

/// The file as it is written. Fields that are not used are passed over: the recipe adds its figures.
#[derive(Deserialize)]
struct Written {
    config: serde_json::Value,
    end_token: TokenId,
    longest: usize,
    meaning_size: usize,
    tokenizer_sha256: String,
    calibration: HashMap<String, Calibration>,
}

impl Heads {
    pub(super) fn read(path: &Path) -> Result<Heads, ModelError> {
        let written: Written = serde_json::from_str(&read_text(path, MAX_FILE)?)
            .map_err(|e| ModelError::Parse { path: path.to_owned(), reason: e.to_string() })?;
        let wrong = |field: &str, expected: String, found: String| ModelError::Config {
            path: path.to_owned(),
            field: field.to_owned(),
            expected,
            found,
        };
        let config = T5Config::from_json(path, &written.config.to_string())?;
        for (field, found, least, most) in [
            ("longest", written.longest, 2, MAX_TOKENS),
            ("meaning_size", written.meaning_size, 1, MAX_MEANING),
        ] {
            if !(least..=most).contains(&found) {
                return Err(wrong(field, format!("{least} to {most}"), found.to_string()));
            }
        }
        if written.end_token != config.eos_token_id {
            let expected = format!("the configuration's end token {}", config.eos_token_id);
            return Err(wrong("end_token", expected, written.end_token.to_string()));
        }
        let calibration = |name: &str| match written.calibration.get(name) {
            Some(found) if found.scale.is_finite() && found.offset.is_finite() => Ok(*found),
            found => Err(wrong(
                &format!("calibration.{name}"),
                "a finite scale and offset".into(),
                found.map_or("nothing".into(), |found| format!("{found:?}")),
            )),
        };
        let [a, b, c, d, e] = Head::ALL.map(|head| calibration(head.name()));
        Ok(Heads {
            config,
            end: written.end_token,
            longest: written.longest,
            meaning_size: written.meaning_size,
            tokenizer_sha256: written.tokenizer_sha256,
            sentence: [a?, b?, c?, d?, e?],
            token: calibration("token")?,
            meaning: calibration("meaning")?,
        })
    }
}
