//! What can go wrong with a server, and what to do about it.

use std::fmt;
use std::time::Duration;

/// Why a server gave no answer. No variant holds the token. A server's own words are shortened; they may repeat what was
/// sent, so an error is shown to the person and never logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// What was typed is no address.
    #[error("this is no address of a server: {problem}")]
    Address {
        /// What was expected.
        problem: &'static str,
    },
    /// What was read is no token.
    #[error("this is no token: {problem}")]
    Token {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// This machine refused what a connection needs.
    #[error("no connection can be made on this machine: {problem}")]
    Start {
        /// What the system said.
        problem: String,
    },
    /// Nobody answers there.
    #[error("cannot reach {address}: {problem}")]
    Unreachable {
        /// The server.
        address: String,
        /// What the system said.
        problem: String,
    },
    /// The connection cannot be encrypted, or not with whom it should be.
    #[error("no safe connection to {address}: {problem}")]
    Unsafe {
        /// The server.
        address: String,
        /// What is wrong.
        problem: String,
    },
    /// A wait was longer than it may be.
    #[error("{address}: {awaited} did not come within {} s", limit.as_secs_f32())]
    Timeout {
        /// The server.
        address: String,
        /// What did not come.
        awaited: Awaited,
        /// How long it was waited for.
        limit: Duration,
    },
    /// Status 401 or 403.
    #[error("{address} {}", if *had_token { "does not accept the token" } else { "asks for a token" })]
    Unauthorised {
        /// The server.
        address: String,
        /// Whether a token was sent.
        had_token: bool,
    },
    /// The server does not know the model.
    #[error("{address} has no model `{model}`")]
    NoModel {
        /// The server.
        address: String,
        /// The model that was asked for.
        model: String,
    },
    /// Status 429 or 503, after all retries.
    #[error("{address} is busy (status {status}): {message}")]
    Busy {
        /// The server.
        address: String,
        /// 429 or 503.
        status: u16,
        /// What it said.
        message: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// Another status than success, or an error in the middle of an answer.
    #[error("{address} failed{}: {message}", status.map_or_else(String::new, |status| format!(" (status {status})")))]
    Failed {
        /// The server.
        address: String,
        /// Its status; none when the error came in the middle of an answer.
        status: Option<u16>,
        /// What it said.
        message: String,
    },
    /// The server wants to send the request elsewhere.
    #[error("{address} redirects to {to}, and Emend goes nowhere but to the address that you named")]
    Redirected {
        /// The server.
        address: String,
        /// Where to.
        to: String,
    },
    /// The connection ended too early.
    #[error("{address} ended the connection before its answer was complete: {problem}")]
    Cut {
        /// The server.
        address: String,
        /// What the system said.
        problem: String,
    },
    /// Something else answers there.
    #[error("{address} does not answer like an OpenAI-compatible server: {problem}")]
    NotCompatible {
        /// The server.
        address: String,
        /// What was expected and found.
        problem: String,
    },
    /// More than any answer has.
    #[error("{address} sent more than {limit} bytes, which is no answer to what was asked")]
    TooLarge {
        /// The server.
        address: String,
        /// Bytes that are read at most.
        limit: usize,
    },
}

/// What was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// A connection.
    Connection,
    /// The beginning of the answer.
    FirstToken,
    /// More of the answer.
    NextToken,
    /// The end of the answer, with all retries.
    End,
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connection => "a connection",
            Self::FirstToken => "the beginning of an answer",
            Self::NextToken => "more of the answer",
            Self::End => "the end of the answer",
        })
    }
}

impl NetError {
    /// What the person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Address { .. } => "name the address that your server prints when it starts",
            Self::Token { .. } => "name the file that holds the token and nothing else",
            Self::Start { .. } => "see whether too many programs are open, and try again",
            Self::Unreachable { .. } => "see whether the server runs and whether the address is right",
            Self::Unsafe { .. } => {
                "add the server's certificate to those that this system trusts, or use its http:// address if it is on \
                 this machine"
            }
            Self::Timeout { awaited: Awaited::Connection, .. } => {
                "see whether the server runs, and whether it speaks https:// or http://"
            }
            Self::Timeout { .. } => "see how busy the server is; a smaller model answers faster",
            Self::Unauthorised { .. } => "set the token again with `emend server set … --token-file FILE`",
            Self::NoModel { .. } => "`emend server check` lists the models that it has",
            Self::Busy { .. } => "wait a little and try again",
            Self::Failed { .. } => "read the server's own log; your text is as it was",
            Self::Redirected { .. } => "set the address that it names, if you trust it",
            Self::Cut { .. } => "read the server's own log and try again; your text is as it was",
            Self::NotCompatible { .. } | Self::TooLarge { .. } => {
                "see whether the address is that of the interface; it often ends in /v1"
            }
        }
    }

    /// True when the same request may succeed a moment later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Busy { .. } | Self::Cut { .. } => true,
            Self::Failed { status, .. } => status.is_some_and(|status| status >= 500),
            _ => false,
        }
    }

    /// How long the server asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
