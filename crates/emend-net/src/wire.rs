//! The part of the OpenAI-compatible protocol that is used, as it crosses the wire.

use emend_engine::chat::{Message, Sampling};
use serde::{Deserialize, Serialize};

/// Body of `POST chat/completions`.
#[derive(Debug, Serialize)]
pub(crate) struct Ask<'a> {
    model: &'a str,
    messages: Vec<Said<'a>>,
    stream: bool,
    max_tokens: usize,
    temperature: f32,
    top_p: f32,
    seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    logprobs: Option<bool>,
    /// llama.cpp sends twenty unless told otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    top_logprobs: Option<u8>,
}

#[derive(Debug, Serialize)]
struct Said<'a> {
    role: &'static str,
    content: &'a str,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(model: &'a str, messages: &'a [Message], how: &Sampling, logprobs: bool) -> Self {
        let said = |message: &'a Message| Said { role: message.role.name(), content: &message.content };
        Self {
            model,
            messages: messages.iter().map(said).collect(),
            stream: true,
            max_tokens: how.max_tokens,
            temperature: how.temperature,
            top_p: how.top_p,
            // Some servers read it into 32 bits with a sign.
            seed: how.seed & 0x7FFF_FFFF,
            logprobs: logprobs.then_some(true),
            top_logprobs: logprobs.then_some(1),
        }
    }
}

/// Data of one event of the answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Chunk {
    #[serde(default)]
    pub(crate) choices: Vec<Choice>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    pub(crate) delta: Delta,
    #[serde(default)]
    pub(crate) logprobs: Option<Logprobs>,
    #[serde(default)]
    pub(crate) finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Delta {
    #[serde(default)]
    pub(crate) content: Option<String>,
    /// What the model thinks aloud, where the server tells it apart: a sign of life.
    #[serde(default)]
    pub(crate) reasoning_content: Option<String>,
    /// The same under its newer name; some servers send both.
    #[serde(default)]
    pub(crate) reasoning: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Logprobs {
    #[serde(default)]
    pub(crate) content: Option<Vec<Token>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Token {
    #[serde(default, rename = "token")]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) logprob: Option<f32>,
    #[serde(default)]
    pub(crate) bytes: Option<Vec<u8>>,
}

/// Body of `GET models`.
#[derive(Debug, Deserialize)]
pub(crate) struct Models {
    /// Ollama says null when there are none.
    pub(crate) data: Option<Vec<Model>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    pub(crate) id: String,
}

/// Longest sentence of a server's that is shown, in characters.
const LONGEST_MESSAGE: usize = 200;

/// The sentence in the body of an error, on one line: every kind of server puts it elsewhere.
pub(crate) fn error_message(body: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let places = [&value["error"]["message"], &value["error"], &value["message"], &value["detail"]];
    let message = places.into_iter().find_map(|place| place.as_str())?;
    let line: String =
        message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_MESSAGE).collect();
    Some(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_every_kind_of_server_have_their_sentence() {
        for body in [
            r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            r#"{"error":"Loading model"}"#,
            r#"{"object":"error","message":"Loading model","code":404}"#,
            r#"{"detail":"Loading model"}"#,
        ] {
            assert_eq!(error_message(body.as_bytes()).as_deref(), Some("Loading model"), "{body}");
        }
        let long = format!(r#"{{"error":"a\nb\u001b[1m {}"}}"#, "é".repeat(500));
        let line = error_message(long.as_bytes()).expect("a sentence");
        assert!(line.starts_with("a b [1m") && line.chars().count() <= LONGEST_MESSAGE, "{line}");
        for none in ["<html>", "{}", "", "[1]", "{\"error\": 7}"] {
            assert_eq!(error_message(none.as_bytes()), None, "{none}");
        }
    }
}
