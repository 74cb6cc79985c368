//! What the large model's process will not do. Everything is checked before llama.cpp sees it, because llama.cpp
//! answers a broken demand by ending the process.

use serde::{Deserialize, Serialize};

use crate::types::Kind;

/// Why a request was refused. The process goes on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// There is nothing, or not a file, or it may not be read.
    #[error("{path}: cannot be read as a model: {why}; choose a GGUF file")]
    File {
        /// The file that was named.
        path: String,
        /// What the system said.
        why: String,
    },
    /// The first bytes are not those of a GGUF file.
    #[error("{path}: is not a GGUF file; choose a model in GGUF format")]
    NotGguf {
        /// The file that was named.
        path: String,
    },
    /// The file ends too early or contradicts itself.
    #[error("{path}: {item}: expected {expected}, found {found}; the file is damaged, download it again")]
    Damaged {
        /// The file that was named.
        path: String,
        /// The part of the file.
        item: String,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A model that does not write.
    #[error("{path}: is of the kind `{found}`, which cannot write; choose a chat model or a T5")]
    Architecture {
        /// The file that was named.
        path: String,
        /// What the file says it is.
        found: String,
    },
    /// llama.cpp could not use the file.
    #[error(
        "{path}: llama.cpp could not load it; it may be newer than this version of Emend, or need more memory"
    )]
    Load {
        /// The file that was named.
        path: String,
    },
    /// There was no memory for the context.
    #[error("llama.cpp could not make room for {context} tokens; ask for a shorter context")]
    Context {
        /// Tokens asked for.
        context: u32,
    },
    /// A request came before a model.
    #[error("no model has been loaded")]
    NoModel,
    /// A chat was asked of a T5, or the other way round.
    #[error("this needs a {asked:?} model and the file holds a {found:?} model")]
    Kind {
        /// What the request needs.
        asked: Kind,
        /// What is loaded.
        found: Kind,
    },
    /// The file has no chat template.
    #[error(
        "the model file has no chat template, so it cannot be asked in words; choose one that is tuned for chat"
    )]
    NoTemplate,
    /// llama.cpp does not know the template, or it does not fit the conversation.
    #[error("llama.cpp cannot apply the chat template of the model file to these messages")]
    Template,
    /// The conversation contains what only the template may say.
    #[error(
        "the text contains `{found}`, which steers this model and cannot be said as plain text; leave it out"
    )]
    Control {
        /// The text of the control token.
        found: String,
    },
    /// Something needs more room than there is.
    #[error("{item} needs {found} tokens, at most {most} fit; shorten it")]
    TooLong {
        /// What is too long.
        item: String,
        /// How long it is.
        found: usize,
        /// How long it may be.
        most: usize,
    },
    /// A message does not fit between the processes.
    #[error("the request is {found} bytes long, at most {most} can be sent; shorten the text")]
    TooLarge {
        /// How long it is.
        found: usize,
        /// How long it may be.
        most: usize,
    },
    /// A token id is outside the vocabulary.
    #[error(
        "token {token} does not exist, the vocabulary has {vocab}; the tokenizer belongs to another model"
    )]
    Token {
        /// The id.
        token: u32,
        /// Number of tokens.
        vocab: usize,
    },
    /// A number of the request makes no sense.
    #[error("{item}: expected {expected}, found {found}")]
    Option {
        /// Which one.
        item: String,
        /// What it may be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// llama.cpp reported a failure while computing.
    #[error("llama.cpp failed: {why}; choose a shorter text if it happens again")]
    Compute {
        /// What it said.
        why: String,
    },
}

impl Refusal {
    /// A refusal of one number of a request.
    pub(crate) fn option(item: &str, expected: &str, found: impl ToString) -> Self {
        Refusal::Option { item: item.to_owned(), expected: expected.to_owned(), found: found.to_string() }
    }
}
