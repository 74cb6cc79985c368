//! The process that runs llama.cpp.
//!
//! Two threads: this one reads the pipe, answers the heartbeat and raises cancel flags even while a token is
//! being computed; the other one loads and computes. The end of the pipe is the end of the process, so that none
//! outlives the program that started it.

mod chat;
mod engine;
mod gguf;
mod scorer;
mod seq2seq;
mod serve;
mod text;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::io::{self, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::exit;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use emend_decode::Cancel;

use crate::refusal::Refusal;
use crate::wire::{self, Ask, FrameError, FromWorker, ToWorker};

/// The first argument of a program that is to become the worker.
pub const WORKER_FLAG: &str = "--emend-llama-worker";

/// How long a computation may go on after the parent is gone.
const LAST_STEP: Duration = Duration::from_secs(2);

/// A request that waits to be computed.
pub(crate) struct Job {
    id: u64,
    ask: Ask,
    cancel: Cancel,
}

/// Call this first in `main` with the arguments of the program (without its own name).
///
/// When the first one is [`WORKER_FLAG`], the process becomes the worker and never returns; otherwise nothing
/// happens.
pub fn worker_main(arguments: impl IntoIterator<Item = OsString>) {
    if arguments.into_iter().next().is_some_and(|argument| argument == WORKER_FLAG) {
        run();
    }
}

/// Serves until the pipe ends.
fn run() -> ! {
    // The usual message may quote the text that was being worked on.
    std::panic::set_hook(Box::new(|panic| match panic.location() {
        Some(place) => eprintln!("the worker failed at {place}"),
        None => eprintln!("the worker failed"),
    }));
    let out = Out(Mutex::new(io::stdout()));
    out.send(&FromWorker::Hello { version: wire::VERSION });
    let (jobs, inbox) = channel();
    std::thread::scope(|threads| {
        let computing = threads.spawn(|| {
            // Nobody would answer any more, and the heartbeat would hide it.
            if catch_unwind(AssertUnwindSafe(|| serve::serve(inbox, &out))).is_err() {
                exit(101);
            }
        });
        let ended = read(&jobs, &out);
        drop(jobs);
        let since = Instant::now();
        while !computing.is_finished() && since.elapsed() < LAST_STEP {
            std::thread::sleep(Duration::from_millis(10));
        }
        match ended {
            Ok(()) => exit(0),
            Err(error) => {
                eprintln!("the worker ends: {error}");
                exit(2)
            }
        }
    })
}

/// Why a request has no result.
#[derive(Debug)]
pub(crate) enum Stop {
    Cancelled,
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

/// Reads until the pipe ends, and then stops whatever is being computed.
fn read(jobs: &Sender<Job>, out: &Out) -> Result<(), FrameError> {
    let mut pipe = BufReader::new(io::stdin());
    let mut current: Option<(u64, Cancel)> = None;
    let ended = loop {
        match wire::read(&mut pipe) {
            Ok(Some(ToWorker::Ping)) => out.send(&FromWorker::Pong),
            Ok(Some(ToWorker::Cancel { id })) => {
                if let Some((_, cancel)) = current.as_ref().filter(|(current, _)| *current == id) {
                    cancel.cancel();
                }
            }
            Ok(Some(ToWorker::Request { id, ask })) => {
                let cancel = Cancel::new();
                current = Some((id, cancel.clone()));
                if jobs.send(Job { id, ask, cancel }).is_err() {
                    break Ok(());
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    if let Some((_, cancel)) = current {
        cancel.cancel();
    }
    ended
}

/// The pipe back, which both threads write to.
pub(crate) struct Out(Mutex<io::Stdout>);

impl Out {
    /// Writes one message. Without a reader there is nothing left to do, so the process ends.
    fn send(&self, message: &FromWorker) {
        let frame = match wire::encode(message) {
            Ok(frame) => frame,
            // An answer that is too long: the sender waits for one with this number.
            Err(refusal) => match message {
                FromWorker::Answer { id, .. } => {
                    return self.send(&FromWorker::Answer { id: *id, answer: Err(refusal) });
                }
                _ => return,
            },
        };
        let mut pipe = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pipe.write_all(&frame).and_then(|()| pipe.flush()).is_err() {
            exit(0);
        }
    }
}
