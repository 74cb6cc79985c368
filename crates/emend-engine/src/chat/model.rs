//! What a chat model is to the rewriter: something that continues a conversation.

use emend_decode::Cancel;

use super::Ending;
use crate::{DraftToken, EngineError};

/// A model that answers messages, wherever it runs.
pub trait ChatModel {
    /// Its name on the screen.
    fn name(&self) -> &str;

    /// Tokens that the messages and the answer may have together.
    fn context_tokens(&self) -> usize;

    /// Answers the last of `messages`. Looks at `cancel` at least before each token.
    fn complete(
        &self,
        messages: &[Message],
        how: &Sampling,
        cancel: &Cancel,
    ) -> Result<Completed, EngineError>;
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

/// Who speaks in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The program: rules for all that follows.
    System,
    /// The person, or the program for them.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// The name that chat templates and servers use.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Tokens at most; what the model thinks aloud is part of it.
    pub max_tokens: usize,
    /// 0 takes the most likely token each time; 1 is the model as it is.
    pub temperature: f32,
    /// Chooses among the most likely tokens with this much probability together, in (0, 1].
    pub top_p: f32,
    /// Where the random numbers start.
    pub seed: u64,
}

/// How a completion ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Completed {
    /// The model answered.
    Done(Reply),
    /// Somebody asked to stop.
    Cancelled,
}

/// An answer, untouched.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The text.
    pub text: String,
    /// Its tokens in order, without the end token; empty when they are not known.
    pub tokens: Vec<DraftToken>,
    /// Why it ends.
    pub ending: Ending,
}
