//! Chat models: messages in, text out, through the template in the model's own file.

use std::ops::ControlFlow;

use emend_decode::{Cancel, Limits, Sampling, Search, TokenId, stream};
use llama_cpp_2::model::{LlamaChatMessage, LlamaChatTemplate, LlamaModel};
use llama_cpp_2::token::LlamaToken;

use super::Stop;
use super::engine::{Engine, Entry};
use super::scorer::{Scored, Scorer, finished};
use super::text::Growing;
use crate::refusal::Refusal;
use crate::types::{ChatOptions, Finish, Message, Piece, Reply, Role};

/// A chat model and what it has read.
pub(crate) struct Chat<'m> {
    model: &'m LlamaModel,
    template: Option<LlamaChatTemplate>,
    /// Texts of the tokens that structure a conversation.
    controls: Vec<String>,
    /// The tokens that end a reply.
    ends: Vec<TokenId>,
    /// The prompt that slot 0 has read, whatever it read after it.
    read: Vec<TokenId>,
}

impl<'m> Chat<'m> {
    pub(crate) fn new(model: &'m LlamaModel) -> Self {
        let vocab = model.vocab();
        let control = |token: &LlamaToken| vocab.is_control(*token) || vocab.is_eog(*token);
        let text = |token| String::from_utf8(vocab.token_to_piece(token, true, None)).ok();
        Self {
            model,
            template: model.chat_template(None).ok(),
            controls: vocab
                .tokens()
                .filter(control)
                .filter_map(text)
                .filter(|text| !text.trim().is_empty())
                .collect(),
            ends: vocab
                .tokens()
                .filter(|&token| vocab.is_eog(token))
                .map(|token| token.0 as TokenId)
                .collect(),
            read: Vec::new(),
        }
    }

    /// Writes a reply and shows it as it grows.
    pub(crate) fn reply(
        &mut self,
        engine: &mut Engine<'_>,
        messages: &[Message],
        how: &ChatOptions,
        cancel: &Cancel,
        mut show: impl FnMut(&str),
    ) -> Result<Reply, Stop> {
        if how.stop.iter().any(String::is_empty) {
            return Err(Refusal::option("stop", "phrases", "an empty text").into());
        }
        let prompt = self.prompt(messages)?;
        let before = engine.evaluated;
        let start = self.read_prompt(engine, &prompt, how.max_tokens, cancel)?;
        let scorer = Scorer::chat(engine, cancel, prompt.len() - 1, &self.ends);
        let limits = [Limits { max_tokens: how.max_tokens, start, end: self.end() }];
        let search = Search { limits: &limits, processors: &[], cancel };
        let sampling =
            Sampling { samples: 1, temperature: how.temperature, top_k: 0, top_p: how.top_p, seed: how.seed };

        let mut text = Growing::new(&how.stop);
        let mut show = |part: &str| {
            if !part.is_empty() {
                show(part);
            }
        };
        let decoded = stream(&scorer, &search, &sampling, |_, token| {
            show(text.push(&self.bytes(token)));
            if text.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let written = finished(decoded)?;
        let (scored, ended) = written.first().map_or_else(Default::default, |written| {
            let scored = written.logprobs.iter().zip(&written.entropies);
            let scored: Vec<Scored> =
                scored.map(|(&logprob, &entropy)| Scored { logprob, entropy }).collect();
            (scored, written.finished)
        });
        show(text.finish());
        let finish = match (ended, text.stopped()) {
            (_, true) => Finish::Stop,
            (true, false) => Finish::End,
            (false, false) => Finish::Limit,
        };
        let (text, ends) = text.into_parts();
        let evaluated = engine.evaluated - before;
        Ok(Reply { pieces: pieces(&ends, text.len(), &scored), text, finish, evaluated })
    }

    /// Log-probabilities of the tokens of `reply`, and of the end after it.
    pub(crate) fn score(
        &mut self,
        engine: &mut Engine<'_>,
        messages: &[Message],
        reply: &str,
        cancel: &Cancel,
    ) -> Result<Reply, Stop> {
        let prompt = self.prompt(messages)?;
        let tokens = self.model.vocab().tokenize(reply.as_bytes(), false, false);
        let before = engine.evaluated;
        let mut output: Vec<TokenId> = tokens.into_iter().map(|token| token.0 as TokenId).collect();
        let start = self.read_prompt(engine, &prompt, output.len() + 1, cancel)?;
        let mut text = Growing::new(&[]);
        for &token in &output {
            text.push(&self.bytes(token));
        }
        text.finish();
        if !self.ends.is_empty() {
            output.push(self.end());
        }
        let scorer = Scorer::chat(engine, cancel, prompt.len() - 1, &self.ends);
        let scored = if output.is_empty() { Vec::new() } else { scorer.score(start, &output)? };
        let (text, ends) = text.into_parts();
        let (pieces, evaluated) = (pieces(&ends, text.len(), &scored), engine.evaluated - before);
        Ok(Reply { pieces, text, finish: Finish::End, evaluated })
    }

    /// The token that ends a reply. A model without one never ends.
    fn end(&self) -> TokenId {
        self.ends.first().copied().unwrap_or(TokenId::MAX)
    }

    fn bytes(&self, token: TokenId) -> Vec<u8> {
        self.model.vocab().token_to_piece(LlamaToken::new(token as i32), false, None)
    }

    /// The conversation as the model was taught to read it, up to where its reply begins.
    fn prompt(&self, messages: &[Message]) -> Result<Vec<TokenId>, Refusal> {
        let template = self.template.as_ref().ok_or(Refusal::NoTemplate)?;
        if messages.is_empty() {
            return Err(Refusal::option("messages", "at least one", 0));
        }
        let mut chat = Vec::new();
        for Message { role, text } in messages {
            // Special tokens are recognised in the whole prompt, so nobody may smuggle one in.
            if let Some(found) = self.controls.iter().find(|control| text.contains(control.as_str())) {
                return Err(Refusal::Control { found: found.clone() });
            }
            let role = match role {
                Role::System => "system",
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            let message = LlamaChatMessage::new(role.to_owned(), text.clone());
            chat.push(message.map_err(|_| Refusal::option("messages", "text", "a NUL character"))?);
        }
        let prompt = self.model.apply_chat_template(template, &chat, true).map_err(|_| Refusal::Template)?;
        let vocab = self.model.vocab();
        let mut tokens = vocab.tokenize(prompt.as_bytes(), true, true);
        // Some templates write the first token themselves.
        if tokens.len() > 1 && tokens[0] == vocab.bos() && tokens[1] == vocab.bos() {
            tokens.remove(0);
        }
        if tokens.is_empty() {
            return Err(Refusal::Template);
        }
        Ok(tokens.into_iter().map(|token| token.0 as TokenId).collect())
    }

    /// Makes slot 0 have read all of `prompt` but its last token, which is returned: the first one that decoding
    /// reads. What it shares with the prompt before it is not read again.
    fn read_prompt(
        &mut self,
        engine: &mut Engine<'_>,
        prompt: &[TokenId],
        reply: usize,
        cancel: &Cancel,
    ) -> Result<TokenId, Stop> {
        let found = prompt.len().saturating_add(reply);
        let Some((&start, body)) = prompt.split_last().filter(|_| found <= engine.cells) else {
            let item = "the text with its reply".to_owned();
            return Err(Refusal::TooLong { item, found, most: engine.cells }.into());
        };
        let shared = self.read.iter().zip(body).take_while(|(old, new)| old == new).count();
        self.read.truncate(shared);
        if shared == 0 || !engine.forget(0, shared) {
            engine.clear();
            self.read.clear();
        }
        while self.read.len() < body.len() {
            if cancel.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            let from = self.read.len();
            let chunk = &body[from..body.len().min(from + engine.widest)];
            let entry = |(at, &token)| Entry { token, position: from + at, slots: &[0], scored: false };
            if let Err(refusal) = engine.decode(chunk.iter().enumerate().map(entry)) {
                engine.clear();
                self.read.clear();
                return Err(refusal.into());
            }
            self.read.extend_from_slice(chunk);
        }
        Ok(start)
    }
}

/// One piece per token; the end token, if there is one, lies at the end of the text.
fn pieces(ends: &[usize], length: usize, scored: &[Scored]) -> Vec<Piece> {
    let ends = ends.iter().copied().chain([length]);
    ends.zip(scored).map(|(end, &Scored { logprob, entropy })| Piece { end, logprob, entropy }).collect()
}
