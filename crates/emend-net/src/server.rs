//! What is known of a server, and how long it is waited for.

use std::time::Duration;

use crate::{Address, Retries, Token};

/// A server that speaks the OpenAI-compatible protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Where it is. Nothing else is ever connected.
    pub address: Address,
    /// The name that it knows the model by.
    pub model: String,
    /// What it asks for, if it does.
    pub token: Option<Token>,
    /// How long it is waited for.
    pub patience: Patience,
    /// How often it is asked again.
    pub retries: Retries,
}

impl Server {
    /// A server with the usual limits.
    pub fn new(address: Address, model: impl Into<String>, token: Option<Token>) -> Self {
        let (patience, retries) = (Patience::default(), Retries::default());
        Self { address, model: model.into(), token, patience, retries }
    }
}

/// How long each wait may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// From the request to the first token: the text is read, and perhaps the model loaded.
    pub first_token: Duration,
    /// From one token to the next.
    pub next_token: Duration,
    /// For the whole answer, with all retries.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_token: Duration::from_mins(2),
            next_token: Duration::from_secs(30),
            whole: Duration::from_mins(5),
        }
    }
}
