//! Short forms of what the tests ask.

use std::path::Path;

use emend_decode::Cancel;
use emend_llama::{ChatOptions, LlamaError, Message, Options, Outcome, Reply, Role, Worker};

/// A worker that uses one thread, for the shared machine that tests run on.
pub(crate) fn options(model: &Path) -> Options {
    Options { threads: 1, ..Options::new(model.to_owned()) }
}

pub(crate) fn worker(model: &Path) -> Worker {
    Worker::new(options(model))
}

pub(crate) fn user(text: &str) -> Message {
    Message { role: Role::User, text: text.to_owned() }
}

/// Two turns with a long beginning that others share.
pub(crate) fn conversation(text: &str) -> Vec<Message> {
    let task = "you are an editor. you make a text shorter and keep every name. ".repeat(6);
    vec![Message { role: Role::System, text: task }, user(text)]
}

/// A reply at random, of `max_tokens` at most.
pub(crate) fn random(max_tokens: usize, seed: u64) -> ChatOptions {
    ChatOptions { max_tokens, temperature: 1.0, seed, ..ChatOptions::default() }
}

/// The likeliest reply, which never ends by itself: the test model hardly ever says that it is done.
pub(crate) fn endless() -> ChatOptions {
    ChatOptions { max_tokens: 3000, ..ChatOptions::default() }
}

/// Asks and takes the result apart.
pub(crate) fn chat(worker: &Worker, messages: &[Message], how: &ChatOptions) -> Result<Reply, LlamaError> {
    match worker.chat(messages, how, &Cancel::new(), &mut |_| {})? {
        Outcome::Done(reply) => Ok(reply),
        Outcome::Cancelled => panic!("nobody cancelled"),
    }
}
