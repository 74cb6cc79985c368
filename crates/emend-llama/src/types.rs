//! What is asked of a large model and what it answers.

use serde::{Deserialize, Serialize};

/// How a request ended that did not fail.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T> {
    /// With its result.
    Done(T),
    /// Somebody asked to stop; what was half written is dropped.
    Cancelled,
}

impl<T> Outcome<T> {
    /// Changes the result, if there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Outcome::Done(result) => Outcome::Done(change(result)),
            Outcome::Cancelled => Outcome::Cancelled,
        }
    }
}

/// What a model file can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An encoder-decoder: token ids in, token ids out.
    T5,
    /// A decoder that continues a conversation.
    Chat,
}

/// A model that was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// What it can be asked.
    pub kind: Kind,
    /// llama.cpp's name of the architecture, such as `t5` or `llama`.
    pub architecture: String,
    /// The name in the file, if it has one.
    pub name: Option<String>,
    /// Tokens that it can hold at once. Chat: the prompt and the reply together; T5: all outputs that are written
    /// at the same time.
    pub context: u32,
    /// Tokens of one source at most (T5); for a chat model the same as `context`.
    pub longest_source: u32,
    /// Number of tokens in its vocabulary.
    pub vocab: u32,
    /// True when the file has a chat template. A chat model without one cannot be asked in words.
    pub chat_template: bool,
}

/// How T5 writes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum How {
    /// The most likely token at each step.
    Greedy,
    /// Draws. At most 16 samples per source.
    Samples(emend_decode::Sampling),
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Whoever set the task.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub text: String,
}

/// How a chat model replies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatOptions {
    /// Tokens of the reply at most; the end takes one, too.
    pub max_tokens: usize,
    /// 0 = the most likely token at each step, 1 = the model's own distribution.
    pub temperature: f32,
    /// Draw from the most likely tokens that together have this probability; 1 = from all.
    pub top_p: f32,
    /// Where the random numbers start: the same seed gives the same reply.
    pub seed: u64,
    /// The reply ends before the first of these phrases.
    pub stop: Vec<String>,
}

impl Default for ChatOptions {
    /// The most likely reply of 512 tokens at most.
    fn default() -> Self {
        Self { max_tokens: 512, temperature: 0.0, top_p: 1.0, seed: 0, stop: Vec::new() }
    }
}

/// What a chat model said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The text. Bytes that are no UTF-8 became U+FFFD.
    pub text: String,
    /// One per token. The end token, when it was written, is the last and covers no text.
    pub pieces: Vec<Piece>,
    /// Why it ended.
    pub finish: Finish,
    /// Tokens that the network read for it: of the prompt those that it did not know from the request before, and those of
    /// the reply.
    pub evaluated: u64,
}

/// A token of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// Where it ends in the reply: a byte offset on a character boundary. A token that holds only a part of a
    /// character ends where the character before it does.
    pub end: usize,
    /// Natural logarithm of the probability that the model gave this token, at temperature 1.
    pub logprob: f32,
    /// Entropy, in nats, of the distribution that it was taken from: 0 when the model saw no choice.
    pub entropy: f32,
}

/// Why a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model had said all.
    End,
    /// A stop phrase came.
    Stop,
    /// The limit was reached.
    Limit,
}
