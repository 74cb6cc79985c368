//! The large model as everybody else sees it: calls that wait for their answer.

use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use emend_decode::{Cancel, Decoded, Hypothesis, Limits, TokenId};

use super::error::LlamaError;
use super::idle;
use super::options::Options;
use super::process::{Process, Watch};
use super::seat::{Running, Seat};
use crate::refusal::Refusal;
use crate::types::{ChatOptions, How, Info, Message, Outcome, Reply};
use crate::wire::{Answer, Ask, LimitsTwin, Load, Rewrites};

/// A large model in a process of its own.
///
/// Calls block and come one after the other; any thread may call. The process is started and the model loaded by
/// the first call, and again by the first call after a crash or a rest. Dropping the handle ends the process.
pub struct Worker {
    shared: Arc<Shared>,
}

/// What the handle shares with the thread that watches for idling.
pub(super) struct Shared {
    options: Options,
    seat: Mutex<Seat>,
}

impl Worker {
    /// A handle. Nothing is started yet.
    pub fn new(options: Options) -> Self {
        Self { shared: Arc::new(Shared { options, seat: Mutex::default() }) }
    }

    /// What the model is. Loads it if needed.
    pub fn info(&self, cancel: &Cancel) -> Result<Outcome<Info>, LlamaError> {
        let mut seat = self.shared.seat();
        Ok(self.ready(&mut seat, cancel)?.map(|running| running.info.clone()))
    }

    /// Rewrites `sources` (token ids, each ending as T5 was taught) with a T5, each within its own limit.
    pub fn write(
        &self,
        sources: &[Vec<TokenId>],
        limits: &[Limits],
        how: How,
        cancel: &Cancel,
    ) -> Result<Decoded, LlamaError> {
        if let How::Samples(sampling) = how {
            check_sampling(sampling.temperature, sampling.top_p)?;
        }
        let ask = Ask::Write(Rewrites {
            sources: sources.to_vec(),
            limits: limits.iter().copied().map(LimitsTwin::from).collect(),
            how: how.into(),
        });
        match self.call(ask, cancel, &mut |_| {})? {
            Outcome::Done(Answer::Written(written)) => {
                Ok(Decoded::Done(written.into_iter().map(Hypothesis::from).collect()))
            }
            Outcome::Done(_) => Err(wrong_answer()),
            Outcome::Cancelled => Ok(Decoded::Cancelled),
        }
    }

    /// Log-probabilities of the tokens of `output` after `source` under a T5, and of the end token: one more than
    /// `output` has tokens.
    ///
    /// Of `limits` the start and the end token are used.
    pub fn score(
        &self,
        source: &[TokenId],
        output: &[TokenId],
        limits: Limits,
        cancel: &Cancel,
    ) -> Result<Outcome<Vec<f32>>, LlamaError> {
        let Limits { start, end, .. } = limits;
        let ask = Ask::ScoreTokens { source: source.to_vec(), output: output.to_vec(), start, end };
        match self.call(ask, cancel, &mut |_| {})? {
            Outcome::Done(Answer::Scored(logprobs)) => Ok(Outcome::Done(logprobs)),
            Outcome::Done(_) => Err(wrong_answer()),
            Outcome::Cancelled => Ok(Outcome::Cancelled),
        }
    }

    /// Continues a conversation with a chat model. `on_piece` gets the reply in parts as it is written; together
    /// they are its text.
    pub fn chat(
        &self,
        messages: &[Message],
        how: &ChatOptions,
        cancel: &Cancel,
        on_piece: &mut dyn FnMut(&str),
    ) -> Result<Outcome<Reply>, LlamaError> {
        check_sampling(how.temperature, how.top_p)?;
        let ask = Ask::Chat { messages: messages.to_vec(), how: how.clone() };
        reply(self.call(ask, cancel, on_piece)?)
    }

    /// How likely a chat model is to say `text` next: the reply as if it had been written, with the
    /// log-probability of each token and of the end.
    pub fn score_reply(
        &self,
        messages: &[Message],
        text: &str,
        cancel: &Cancel,
    ) -> Result<Outcome<Reply>, LlamaError> {
        let ask = Ask::ScoreReply { messages: messages.to_vec(), reply: text.to_owned() };
        reply(self.call(ask, cancel, &mut |_| {})?)
    }

    /// Ends the process and gives its memory back, after the request that is running. The next call starts it
    /// again.
    pub fn rest(&self) {
        self.shared.seat().empty();
    }

    fn call(
        &self,
        ask: Ask,
        cancel: &Cancel,
        on_piece: &mut dyn FnMut(&str),
    ) -> Result<Outcome<Answer>, LlamaError> {
        let mut seat = self.shared.seat();
        let Outcome::Done(running) = self.ready(&mut seat, cancel)? else { return Ok(Outcome::Cancelled) };
        let answer = running.process.ask(ask, self.watch(cancel), on_piece);
        running.used = Instant::now();
        seat.note(answer)
    }

    /// The process with the model loaded.
    fn ready<'s>(&self, seat: &'s mut Seat, cancel: &Cancel) -> Result<Outcome<&'s mut Running>, LlamaError> {
        // One that ended while nobody needed it is not missed.
        if seat.running.as_mut().is_some_and(|running| running.process.has_ended()) {
            seat.empty();
        }
        if seat.running.is_none() {
            let Outcome::Done(()) = seat.pause(cancel) else { return Ok(Outcome::Cancelled) };
            let started = self.start(cancel);
            let Outcome::Done(running) = seat.note(started)? else { return Ok(Outcome::Cancelled) };
            seat.running = Some(running);
        }
        // Some, by the lines above.
        Ok(seat.running.as_mut().map_or(Outcome::Cancelled, Outcome::Done))
    }

    fn start(&self, cancel: &Cancel) -> Result<Outcome<Running>, LlamaError> {
        let options = &self.shared.options;
        let model = options.model.display().to_string();
        let Some(path) = options.model.to_str().map(str::to_owned) else {
            return Err(Refusal::File { path: model, why: "its name is not UTF-8".to_owned() }.into());
        };
        let program = match &options.program {
            Some(program) => program.clone(),
            None => std::env::current_exe()
                .map_err(|source| LlamaError::Start { program: PathBuf::from("this program"), source })?,
        };
        let watch = self.watch(cancel);
        let Outcome::Done(mut process) = Process::start(&program, watch)? else {
            return Ok(Outcome::Cancelled);
        };
        let load =
            Load { path, context: options.context, threads: options.threads, gpu_layers: options.gpu_layers };
        // Loading is as long as the file; the heartbeat tells whether it goes on.
        let patient = Watch { longest: Duration::MAX, ..watch };
        let info = match process.ask(Ask::Load(load), patient, &mut |_| {})? {
            Outcome::Done(Answer::Loaded(info)) => info,
            Outcome::Done(_) => return Err(wrong_answer()),
            Outcome::Cancelled => return Ok(Outcome::Cancelled),
        };
        let (watched, ended) = channel();
        let (shared, idle) = (Arc::downgrade(&self.shared), options.idle);
        std::thread::Builder::new()
            .name("llama-idle".to_owned())
            .spawn(move || idle::watch(&shared, idle, &ended))
            .map_err(|source| LlamaError::Start { program, source })?;
        Ok(Outcome::Done(Running { process, info, used: Instant::now(), watched }))
    }

    fn watch<'a>(&self, cancel: &'a Cancel) -> Watch<'a> {
        let Options { silence, longest, .. } = self.shared.options;
        Watch { cancel, silence, longest }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.rest();
    }
}

impl Shared {
    /// Waits for the request that is running.
    pub(super) fn seat(&self) -> MutexGuard<'_, Seat> {
        // Poisoned by a caller's `on_piece`: the process is as usable as before.
        self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses numbers that give no distribution. Here and not in the worker, because some cannot be sent.
fn check_sampling(temperature: f32, top_p: f32) -> Result<(), Refusal> {
    if !(0.0..=100.0).contains(&temperature) {
        return Err(Refusal::option("temperature", "0 to 100", temperature));
    }
    if !(top_p > 0.0 && top_p <= 1.0) {
        return Err(Refusal::option("top_p", "above 0 and at most 1", top_p));
    }
    Ok(())
}

fn reply(outcome: Outcome<Answer>) -> Result<Outcome<Reply>, LlamaError> {
    match outcome {
        Outcome::Done(Answer::Replied(reply)) => Ok(Outcome::Done(reply)),
        Outcome::Done(_) => Err(wrong_answer()),
        Outcome::Cancelled => Ok(Outcome::Cancelled),
    }
}

fn wrong_answer() -> LlamaError {
    LlamaError::Protocol { what: "the answer to another question".to_owned() }
}
