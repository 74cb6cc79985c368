//! `tokenizer.json` as the `tokenizers` library writes it, reduced to the kinds that are supported.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;

use super::normalizer::Step;
use super::{SPACE, charsmap};
use crate::error::ModelError;

/// Longest piece, in bytes. The library builds a tree as deep as the longest piece and takes it down recursively;
/// real pieces have at most a few dozen bytes.
const MAX_PIECE: usize = 256;

/// Most pieces of a vocabulary: four times the largest in use.
const MAX_PIECES: usize = 1_000_000;

/// Most steps of a normalizer; tokenizers in use have three.
const MAX_STEPS: usize = 8;

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
    /// What happens to a text first.
    pub(super) steps: Vec<Step>,
}

/// What happens to spaces before the search for pieces, besides becoming `▁`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spaces {
    /// Whether only words count: white space between them is as good as one space, around the text as none.
    pub(crate) words: bool,
    /// Whether a `▁` is put before a text that begins with none; with `words`, before each word.
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
    pre_tokenizer: PreTokenizer,
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
    Precompiled {
        precompiled_charsmap: String,
    },
    Strip {
        strip_left: bool,
        strip_right: bool,
    },
    Replace {
        pattern: Pattern,
        content: String,
    },
}

#[derive(Debug, Deserialize)]
enum Pattern {
    Regex(String),
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum PreTokenizer {
    Sequence { pretokenizers: Vec<PreTokenizer> },
    WhitespaceSplit,
    Metaspace(Metaspace),
}

#[derive(Deserialize)]
struct Metaspace {
    replacement: char,
    #[serde(default = "always")]
    prepend_scheme: Prepend,
    #[serde(default = "yes")]
    split: bool,
    /// Older files say it this way, and must not contradict `prepend_scheme`.
    add_prefix_space: Option<bool>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
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
        reason: format!(
            "{e}; only Unigram tokenizers with Metaspace are read, with no normalizer but NFC, Precompiled, Strip \
             and Replace"
        ),
    })?;
    let wrong = |item: String, expected: &str, found: String| ModelError::Tokenizer {
        path: path.to_owned(),
        item,
        expected: expected.to_owned(),
        found,
    };

    let spaces = written
        .pre_tokenizer
        .spaces()
        .map_err(|(item, expected, found)| wrong(format!("pre_tokenizer{item}"), expected, found))?;
    let mut steps = Vec::new();
    if let Some(normalizer) = written.normalizer {
        normalizer
            .steps(&mut steps)
            .map_err(|(item, expected, found)| wrong(format!("normalizer{item}"), expected, found))?;
    }
    let Model::Unigram { unk_id, mut vocab, byte_fallback } = written.model;
    // Special tokens may go on where the vocabulary ends. What they score does not matter: no text has them.
    for added in &written.added_tokens {
        if added.id == vocab.len() && vocab.len() < MAX_PIECES {
            vocab.push((added.content.clone(), 0.0));
        }
    }
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

    Ok(Unigram { vocab, kinds, unknown: unk_id, byte_fallback, spaces, steps })
}

/// Which part is wrong, what is needed, and what is there.
type Wrong = (&'static str, &'static str, String);

impl PreTokenizer {
    fn spaces(self) -> Result<Spaces, Wrong> {
        let alone = "Metaspace, alone or after WhitespaceSplit";
        let (words, metaspace) = match self {
            PreTokenizer::Metaspace(metaspace) => (false, metaspace),
            PreTokenizer::WhitespaceSplit => return Err(("", alone, "WhitespaceSplit alone".into())),
            PreTokenizer::Sequence { pretokenizers } => {
                let count = pretokenizers.len();
                let mut parts = pretokenizers.into_iter();
                match (parts.next(), parts.next(), parts.next()) {
                    (Some(PreTokenizer::Metaspace(metaspace)), None, None) => (false, metaspace),
                    (Some(PreTokenizer::WhitespaceSplit), Some(PreTokenizer::Metaspace(metaspace)), None) => {
                        (true, metaspace)
                    }
                    _ => return Err(("", alone, format!("another sequence, of {count}"))),
                }
            }
        };
        let Metaspace { replacement, prepend_scheme, split, add_prefix_space } = metaspace;
        if replacement != SPACE {
            return Err((".replacement", "'▁'", format!("{replacement:?}")));
        }
        if add_prefix_space == Some(false) && prepend_scheme != Prepend::Never {
            return Err((
                ".prepend_scheme",
                "\"never\", as add_prefix_space is false",
                format!("{prepend_scheme:?}"),
            ));
        }
        // Otherwise nothing would be left of the spaces between words.
        if words && !(split && prepend_scheme == Prepend::Always) {
            let found = format!("prepend_scheme {prepend_scheme:?}, split {split}");
            return Err(("", "a ▁ of its own for each word after WhitespaceSplit", found));
        }
        // Texts are never handed over in parts, so the first part is the whole text.
        Ok(Spaces { words, prefix: prepend_scheme != Prepend::Never, split })
    }
}

impl Normalizer {
    fn steps(self, steps: &mut Vec<Step>) -> Result<(), Wrong> {
        let step = match self {
            Normalizer::Sequence { normalizers } => {
                return normalizers.into_iter().try_for_each(|normalizer| normalizer.steps(steps));
            }
            Normalizer::Nfc => Step::Compose,
            Normalizer::Precompiled { precompiled_charsmap } => {
                // Each multiplies the length of a text.
                if steps.iter().any(|step| matches!(step, Step::Map(_))) {
                    return Err(("", "one Precompiled map", "another".into()));
                }
                let map = charsmap::read(&precompiled_charsmap);
                Step::Map(map.map_err(|found| {
                    (".precompiled_charsmap", "a character map of SentencePiece", found.to_owned())
                })?)
            }
            Normalizer::Strip { strip_left, strip_right } => {
                Step::Strip { left: strip_left, right: strip_right }
            }
            Normalizer::Replace { pattern, content } => match (&pattern, content.as_str()) {
                (Pattern::Regex(regex), " ") if regex == " {2,}" => Step::Join(' '),
                (Pattern::Regex(regex), "▁") if regex == " {2,}" => Step::Join(SPACE),
                _ => {
                    let found = format!("{pattern:?} by {content:?}");
                    return Err((".Replace", "Regex(\" {2,}\") replaced by \" \" or \"▁\"", found));
                }
            },
        };
        if steps.len() == MAX_STEPS {
            return Err(("", "at most 8 steps", "more".into()));
        }
        steps.push(step);
        Ok(())
    }
}

/// The byte of a piece such as `<0x0A>`.
pub(crate) fn byte(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    let upper = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    u8::from_str_radix(digits, 16).ok().filter(|_| upper)
}
