//! `tokenizer.json` as the `tokenizers` library writes it, reduced to the one kind that is supported.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;

use crate::error::ModelError;

/// Longest piece, in bytes. The library builds a tree as deep as the longest piece and takes it down recursively;
/// real pieces have at most a few dozen bytes.
const MAX_PIECE: usize = 256;

/// Most pieces of a vocabulary: four times the largest in use.
const MAX_PIECES: usize = 1_000_000;

/// A checked tokenizer: Unigram over texts whose spaces have become `▁`.
pub(crate) struct Unigram {
    /// Pieces with their log-probabilities, by number.
    pub(crate) vocab: Vec<(String, f64)>,
    /// What each piece is, by number.
    pub(crate) kinds: Vec<Kind>,
    /// The piece for what the vocabulary does not cover.
    pub(crate) unknown: usize,
    /// Whether characters that are no piece become bytes.
    pub(crate) byte_fallback: bool,
    /// How spaces are treated.
    pub(crate) spaces: Spaces,
    /// Whether texts are brought to Unicode's composed form first.
    pub(crate) nfc: bool,
}

/// What happens to spaces before the search for pieces, besides becoming `▁`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spaces {
    /// Whether a `▁` is put before a text that begins with none.
    pub(crate) prefix: bool,
    /// Whether every `▁` begins a new part, so that no piece has one inside.
    pub(crate) split: bool,
}

/// What a piece stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Its own text.
    Text,
    /// What is not in the vocabulary.
    Unknown,
    /// Nothing that is ever written: padding, the end, sentinels.
    Control,
    /// One byte of a character.
    Byte(u8),
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    added_tokens: Vec<Added>,
    normalizer: Option<Normalizer>,
    pre_tokenizer: Metaspace,
    model: Model,
}

#[derive(Deserialize)]
struct Added {
    id: usize,
    content: String,
    special: bool,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Normalizer {
    Sequence {
        normalizers: Vec<Normalizer>,
    },
    #[serde(rename = "NFC")]
    Nfc,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Metaspace {
    Metaspace {
        replacement: char,
        #[serde(default = "always")]
        prepend_scheme: Prepend,
        #[serde(default = "yes")]
        split: bool,
    },
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Prepend {
    First,
    Never,
    Always,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Model {
    Unigram {
        unk_id: usize,
        vocab: Vec<(String, f64)>,
        #[serde(default)]
        byte_fallback: bool,
    },
}

// Defaults of the library.
fn always() -> Prepend {
    Prepend::Always
}
fn yes() -> bool {
    true
}

/// Parses and checks the text of the file `path`.
pub(crate) fn parse(path: &Path, json: &str) -> Result<Unigram, ModelError> {
    let written: Written = serde_json::from_str(json).map_err(|e| ModelError::Parse {
        path: path.to_owned(),
        reason: format!("{e}; only Unigram tokenizers with Metaspace and at most NFC are read"),
    })?;
    let wrong = |item: String, expected: &str, found: String| ModelError::Tokenizer {
        path: path.to_owned(),
        item,
        expected: expected.to_owned(),
        found,
    };

    let Metaspace::Metaspace { replacement, prepend_scheme, split } = written.pre_tokenizer;
    if replacement != '▁' {
        return Err(wrong("pre_tokenizer.replacement".into(), "'▁'", format!("{replacement:?}")));
    }
    let Model::Unigram { unk_id, vocab, byte_fallback } = written.model;
    if vocab.is_empty() || vocab.len() > MAX_PIECES {
        let expected = format!("1 to {MAX_PIECES} pieces");
        return Err(wrong("model.vocab".into(), &expected, vocab.len().to_string()));
    }

    let mut kinds = vec![Kind::Text; vocab.len()];
    let mut seen = HashSet::new();
    for (id, (piece, score)) in vocab.iter().enumerate() {
        let item = || format!("model.vocab[{id}]");
        if piece.is_empty() || piece.len() > MAX_PIECE {
            let expected = format!("a piece of 1 to {MAX_PIECE} bytes");
            return Err(wrong(item(), &expected, piece.len().to_string()));
        }
        if !score.is_finite() || score.abs() > 1e6 {
            return Err(wrong(item(), "a log-probability", score.to_string()));
        }
        if !seen.insert(piece.as_str()) {
            return Err(wrong(item(), "every piece once", format!("{piece:?} again")));
        }
        if byte_fallback && let Some(byte) = byte(piece) {
            kinds[id] = Kind::Byte(byte);
        }
    }
    if byte_fallback && kinds.iter().filter(|kind| matches!(kind, Kind::Byte(_))).count() != 256 {
        return Err(wrong("model.vocab".into(), "all pieces from <0x00> to <0xFF>", "some of them".into()));
    }

    for added in &written.added_tokens {
        let item = || format!("added token {:?}", added.content);
        let Some((piece, _)) = vocab.get(added.id) else {
            return Err(wrong(item(), &format!("a number below {}", vocab.len()), added.id.to_string()));
        };
        if *piece != added.content {
            return Err(wrong(
                item(),
                &format!("piece {} of the vocabulary to be the same", added.id),
                piece.clone(),
            ));
        }
        if !added.special {
            return Err(wrong(item(), "only special tokens to be added", "one that matches in texts".into()));
        }
        kinds[added.id] = Kind::Control;
    }
    let Some(kind) = kinds.get_mut(unk_id) else {
        let expected = format!("a number below {}", vocab.len());
        return Err(wrong("model.unk_id".into(), &expected, unk_id.to_string()));
    };
    *kind = Kind::Unknown;

    Ok(Unigram {
        vocab,
        kinds,
        unknown: unk_id,
        byte_fallback,
        // Texts are never handed over in parts, so the first part is the whole text.
        spaces: Spaces { prefix: prepend_scheme != Prepend::Never, split },
        nfc: written.normalizer.is_some_and(|normalizer| normalizer.composes()),
    })
}

impl Normalizer {
    fn composes(&self) -> bool {
        match self {
            Normalizer::Nfc => true,
            Normalizer::Sequence { normalizers } => normalizers.iter().any(Normalizer::composes),
        }
    }
}

/// The byte of a piece such as `<0x0A>`.
pub(crate) fn byte(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    let upper = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    u8::from_str_radix(digits, 16).ok().filter(|_| upper)
}
