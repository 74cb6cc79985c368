//! Everything that can go wrong between a model file and a row of scores.
//!
//! Model files come from anywhere, so most variants name the file, the tensor or key, what was expected and
//! what was found; after a semicolon, what to do about it.

use std::path::PathBuf;

use emend_decode::TokenId;

/// Why a model could not be read, converted or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The operating system refused to read a file or folder.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// The operating system refused to write a file.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// A folder without a file that the model needs.
    #[error("{}: there is no {expected} here", folder.display())]
    Missing {
        /// The folder that was searched.
        folder: PathBuf,
        /// The file name, or the choice of file names.
        expected: String,
    },

    /// A file is larger than anything legitimate of its kind.
    #[error("{}: {found} bytes, at most {limit} are read; this is not such a file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Largest accepted size in bytes.
        limit: u64,
        /// Its size in bytes.
        found: u64,
    },

    /// The header of a weights file contradicts its format or its own length.
    #[error("{}: {item}: expected {expected}, found {found}; the file is damaged, get it again", path.display())]
    Header {
        /// The weights file.
        path: PathBuf,
        /// Which part: a field, a metadata key or a tensor.
        item: String,
        /// What the format demands.
        expected: String,
        /// What the file holds.
        found: String,
    },

    /// A well-formed file that uses something which is not supported.
    #[error("{}: {item}: {found} is not supported, only {expected}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// Which part: a field, a metadata key or a tensor.
        item: String,
        /// What is supported.
        expected: String,
        /// What the file holds.
        found: String,
    },

    /// A file name inside a model's index or manifest that leads out of its folder.
    #[error("{}: \"{found}\" leads out of the model's folder; only plain relative paths are read", path.display())]
    Outside {
        /// The index or manifest.
        path: PathBuf,
        /// The path written there.
        found: String,
    },

    /// The configuration of a model lacks a field, or its value is impossible.
    #[error("{}: {field}: expected {expected}, found {found}", path.display())]
    Config {
        /// `config.json`, or the GGUF file whose metadata takes its place.
        path: PathBuf,
        /// The field or metadata key.
        field: String,
        /// The values that make sense.
        expected: String,
        /// The value written there, or "nothing".
        found: String,
    },

    /// A text file (JSON, TOML) that does not parse, or whose fields are not the known ones.
    #[error("{}: {reason}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What the parser said, with its position.
        reason: String,
    },

    /// The configuration asks for a tensor that the weights do not have.
    #[error(
        "{}: there is no tensor {name}; the weights do not belong to this configuration", path.display()
    )]
    NoTensor {
        /// The weights file, or the index of its parts.
        path: PathBuf,
        /// Hugging Face name of the tensor.
        name: String,
    },

    /// A tensor has another shape than the configuration asks for.
    #[error(
        "{}: tensor {name} has shape {found:?}, the configuration asks for {expected:?}", path.display()
    )]
    Shape {
        /// The weights file.
        path: PathBuf,
        /// Name of the tensor, as the file spells it.
        name: String,
        /// Shape by the configuration, outermost dimension first.
        expected: Vec<usize>,
        /// Shape in the file, outermost dimension first.
        found: Vec<usize>,
    },

    /// A file has another SHA-256 than the manifest states.
    #[error(
        "{}: SHA-256 is {found}, the manifest says {expected}; delete the file and get it again", path.display()
    )]
    Checksum {
        /// The file.
        path: PathBuf,
        /// Hexadecimal SHA-256 in the manifest.
        expected: String,
        /// Hexadecimal SHA-256 of the file.
        found: String,
    },

    /// A file has another length than the manifest states.
    #[error(
        "{}: {found} bytes, the manifest says {expected}; delete the file and get it again", path.display()
    )]
    Length {
        /// The file.
        path: PathBuf,
        /// Bytes by the manifest.
        expected: u64,
        /// Bytes of the file.
        found: u64,
    },

    /// The tokenizer and the model do not fit each other, or the tokenizer cannot be used.
    #[error("{}: {item}: expected {expected}, found {found}", path.display())]
    Tokenizer {
        /// `tokenizer.json`.
        path: PathBuf,
        /// Which part.
        item: String,
        /// What is needed.
        expected: String,
        /// What the file holds.
        found: String,
    },

    /// The tokenizer library refused a text.
    #[error("the tokenizer failed: {reason}")]
    Tokenize {
        /// What the library said.
        reason: String,
    },

    /// A token number outside the vocabulary.
    #[error("token {token} is outside the vocabulary of {vocab} tokens")]
    UnknownToken {
        /// The number.
        token: TokenId,
        /// Size V of the vocabulary.
        vocab: usize,
    },

    /// An adapter that was trained on another model.
    #[error(
        "{}: the adapter was trained on {what} {expected}, this model has {found}; use it with the model that it \
         was trained on", folder.display()
    )]
    OtherBase {
        /// The adapter's folder.
        folder: PathBuf,
        /// What differs.
        what: &'static str,
        /// The hash in the adapter's card.
        expected: String,
        /// That of the model.
        found: String,
    },

    /// An adapter with which the model scores exactly as without.
    #[error("{}: the adapter changes nothing; it was not trained, or not saved", folder.display())]
    NoEffect {
        /// The adapter's folder.
        folder: PathBuf,
    },

    /// The caller asked a model for something impossible.
    #[error("{item}: expected {expected}, found {found}")]
    Input {
        /// Which argument.
        item: &'static str,
        /// What the model takes.
        expected: String,
        /// What it was given.
        found: String,
    },

    /// A tensor operation failed: out of memory, or a defect of ours.
    #[error("the computation failed")]
    Compute(#[from] candle_core::Error),
}
