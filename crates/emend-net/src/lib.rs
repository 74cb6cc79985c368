//! A server of the user's as a chat model, and the only crate that may open a socket.
//!
//! Nothing is connected until a person names an address, and then nothing but that address: redirects are refused, no
//! proxy is taken from the environment, and no name is looked up but the server's. The server is whatever speaks the
//! OpenAI-compatible protocol (llama.cpp, Ollama, vLLM, a gateway of one's own). Texts go out as the body of a request
//! and are written nowhere; the token stands in one header and in no message.
//!
//! All calls block and belong on a thread of their own. Each wait has a limit and ends at once when it is cancelled,
//! which closes the connection, so that the server stops as well.

mod address;
mod server;
mod token;

mod error;
mod retry;

mod model;
mod open;
mod read;

mod answer;
mod events;
mod wire;

pub use address::Address;
pub use error::{Awaited, NetError};
pub use model::ServerModel;
pub use retry::Retries;
pub use server::{Patience, Server};
pub use token::Token;
