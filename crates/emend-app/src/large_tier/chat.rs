//! A chat model in llama.cpp's process, as the engine asks it.

use emend_decode::Cancel;
use emend_engine::chat::{ChatModel, Completed, Ending, Message, Reply, Role, Sampling};
use emend_engine::{DraftToken, EngineError};
use emend_llama::{ChatOptions, Finish, Outcome, Worker};

use super::failed;

/// Tokens that the worker makes room for when nothing else is asked.
const CONTEXT: usize = 4096;

pub(super) struct LlamaChat {
    pub(super) name: String,
    pub(super) worker: Worker,
}

impl ChatModel for LlamaChat {
    fn name(&self) -> &str {
        &self.name
    }

    fn context_tokens(&self) -> usize {
        CONTEXT
    }

    fn complete(
        &self,
        messages: &[Message],
        how: &Sampling,
        cancel: &Cancel,
    ) -> Result<Completed, EngineError> {
        let messages: Vec<emend_llama::Message> = messages
            .iter()
            .map(|message| emend_llama::Message {
                role: match message.role {
                    Role::System => emend_llama::Role::System,
                    Role::User => emend_llama::Role::User,
                    Role::Assistant => emend_llama::Role::Assistant,
                },
                text: message.content.clone(),
            })
            .collect();
        let &Sampling { max_tokens, temperature, top_p, seed } = how;
        let options = ChatOptions { max_tokens, temperature, top_p, seed, stop: Vec::new() };
        let replied = self.worker.chat(&messages, &options, cancel, &mut |_| {});
        match replied.map_err(|error| failed(&self.name, error))? {
            Outcome::Cancelled => Ok(Completed::Cancelled),
            Outcome::Done(reply) => Ok(Completed::Done(told(reply))),
        }
    }
}

fn told(reply: emend_llama::Reply) -> Reply {
    let mut tokens: Vec<DraftToken> = reply
        .pieces
        .iter()
        .map(|piece| DraftToken { end: piece.end, logprob: piece.logprob, entropy: None })
        .collect();
    let ending = match reply.finish {
        // The last piece is then the end itself.
        Finish::End => Ending::Finished { logprob: tokens.pop().map(|end| end.logprob) },
        Finish::Stop => Ending::Finished { logprob: None },
        Finish::Limit => Ending::Cut,
    };
    Reply { text: reply.text, tokens, ending }
}
