//! One child process and the pipes to it. It is waited for whatever happens, so that no zombie stays.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use emend_decode::Cancel;

use super::error::{Ending, LlamaError};
use crate::child::WORKER_FLAG;
use crate::types::Outcome;
use crate::wire::{self, Answer, Ask, FrameError, FromWorker, ToWorker};

/// How often the cancel flag and the clocks are looked at.
const TICK: Duration = Duration::from_millis(20);

/// Time between two heartbeats.
const BEAT: Duration = Duration::from_secs(1);

/// How long a computation may go on after it was cancelled (T5's encoder cannot be interrupted). Then the process
/// is ended.
const LAST_STEP: Duration = Duration::from_secs(2);

/// How long a process may live after it closed its pipe.
const LAST_BREATH: Duration = Duration::from_secs(1);

/// What to look at while waiting.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a> {
    pub(super) cancel: &'a Cancel,
    /// Silence after which the process is taken for hung.
    pub(super) silence: Duration,
    /// Time that a request may take.
    pub(super) longest: Duration,
}

/// A worker that has said hello.
pub(super) struct Process {
    child: Child,
    /// To the thread that writes: a hung process reads nothing, and nobody may wait for that.
    outbox: Sender<Vec<u8>>,
    /// From the thread that reads; closed when the pipe is.
    inbox: Receiver<Result<FromWorker, FrameError>>,
    last_line: Arc<Mutex<String>>,
    log: Option<JoinHandle<()>>,
    last_id: u64,
}

impl Process {
    /// Starts `program` as a worker and waits until it says hello.
    pub(super) fn start(program: &Path, watch: Watch<'_>) -> Result<Outcome<Process>, LlamaError> {
        let failed = |source| LlamaError::Start { program: program.to_owned(), source };
        let mut command = Command::new(program);
        command.arg(WORKER_FLAG).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // On an abort ggml would start a debugger.
        command.env("GGML_NO_BACKTRACE", "1");
        // The interrupt key of a terminal is for the program, which then says what to do with the worker.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        // CREATE_NO_WINDOW: a program with a window of its own would otherwise open a console for the worker.
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, 0x0800_0000);
        let mut child = command.spawn().map_err(failed)?;

        let (outbox, to_write) = channel();
        let (read, inbox) = channel();
        let last_line = Arc::new(Mutex::new(String::new()));
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut process =
            Process { child, outbox, inbox, last_line: last_line.clone(), log: None, last_id: 0 };
        // All three were asked for.
        if let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) {
            let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
                std::thread::Builder::new().name(name.to_owned()).spawn(work).map_err(failed)
            };
            spawn("llama-write", Box::new(move || write(stdin, &to_write)))?;
            spawn("llama-read", Box::new(move || self::read(stdout, &read)))?;
            process.log = Some(spawn("llama-log", Box::new(move || log(stderr, &last_line)))?);
        }
        process.greet(watch).map(|outcome| outcome.map(|()| process))
    }

    fn greet(&mut self, watch: Watch<'_>) -> Result<Outcome<()>, LlamaError> {
        let began = Instant::now();
        loop {
            match self.inbox.recv_timeout(TICK) {
                Ok(Ok(FromWorker::Hello { version: wire::VERSION })) => return Ok(Outcome::Done(())),
                Ok(Ok(FromWorker::Hello { version: found })) => {
                    return Err(LlamaError::Version { expected: wire::VERSION, found });
                }
                Ok(Ok(_)) => return Err(LlamaError::Protocol { what: "no hello".to_owned() }),
                Ok(Err(error)) => return Err(LlamaError::Protocol { what: error.to_string() }),
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if watch.cancel.is_cancelled() {
                return Ok(Outcome::Cancelled);
            }
            if began.elapsed() > watch.silence {
                return Err(LlamaError::Hung { seconds: watch.silence.as_secs() });
            }
        }
    }

    /// True when the process is gone.
    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks one thing and waits for its answer; `on_piece` gets the parts of a reply before it.
    ///
    /// After an error other than a refusal, and after a cancelled request that would not stop, the process is gone.
    pub(super) fn ask(
        &mut self,
        ask: Ask,
        watch: Watch<'_>,
        on_piece: &mut dyn FnMut(&str),
    ) -> Result<Outcome<Answer>, LlamaError> {
        if watch.cancel.is_cancelled() {
            return Ok(Outcome::Cancelled);
        }
        self.last_id += 1;
        let id = self.last_id;
        self.send(&ToWorker::Request { id, ask })?;
        let began = Instant::now();
        let (mut heard, mut beat, mut cancelled) = (began, began, None::<Instant>);
        loop {
            match self.inbox.recv_timeout(TICK) {
                Ok(Ok(message)) => {
                    heard = Instant::now();
                    match message {
                        FromWorker::Answer { id: answered, answer } if answered == id => {
                            return match answer? {
                                Answer::Cancelled => Ok(Outcome::Cancelled),
                                answer => Ok(Outcome::Done(answer)),
                            };
                        }
                        FromWorker::Piece { id: of, text } if of == id && cancelled.is_none() => {
                            on_piece(&text);
                        }
                        // The heartbeat, or the rest of an earlier request.
                        _ => {}
                    }
                }
                Ok(Err(error)) => {
                    self.end();
                    return Err(LlamaError::Protocol { what: error.to_string() });
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if cancelled.is_none() && watch.cancel.is_cancelled() {
                cancelled = Some(Instant::now());
                self.send(&ToWorker::Cancel { id })?;
            }
            if cancelled.is_some_and(|since| since.elapsed() > LAST_STEP) {
                self.end();
                return Ok(Outcome::Cancelled);
            }
            if beat.elapsed() > BEAT {
                beat = Instant::now();
                self.send(&ToWorker::Ping)?;
            }
            if heard.elapsed() > watch.silence {
                self.end();
                return Err(LlamaError::Hung { seconds: watch.silence.as_secs() });
            }
            if began.elapsed() > watch.longest {
                self.end();
                return Err(LlamaError::TimedOut { seconds: watch.longest.as_secs() });
            }
        }
    }

    fn send(&self, message: &ToWorker) -> Result<(), LlamaError> {
        let frame = wire::encode(message)?;
        // A writer that is gone means a pipe that is gone: the reader will tell how the process ended.
        let _ = self.outbox.send(frame);
        Ok(())
    }

    /// How the process ended, now that its pipe is closed.
    fn ended(&mut self) -> LlamaError {
        let mut ending = Ending::Unknown;
        wait_briefly(|| match self.child.try_wait() {
            Ok(Some(status)) => {
                ending = Ending::from(status);
                true
            }
            Ok(None) => false,
            Err(_) => true,
        });
        self.end();
        // What it said last may still be in the pipe.
        wait_briefly(|| self.log.as_ref().is_none_or(JoinHandle::is_finished));
        let last_line = self.last_line.lock().unwrap_or_else(PoisonError::into_inner).clone();
        LlamaError::Ended { ending, last_line }
    }

    /// Ends the process and waits for it.
    fn end(&mut self) {
        // Fails when it has ended, which is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Waits for something that is about to happen.
fn wait_briefly(mut happened: impl FnMut() -> bool) {
    let since = Instant::now();
    while !happened() && since.elapsed() < LAST_BREATH {
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn write(mut pipe: ChildStdin, frames: &Receiver<Vec<u8>>) {
    while let Ok(frame) = frames.recv() {
        if wire::write(&mut pipe, &frame).is_err() {
            return;
        }
    }
}

fn read(pipe: ChildStdout, messages: &Sender<Result<FromWorker, FrameError>>) {
    let mut pipe = BufReader::new(pipe);
    loop {
        let (message, last) = match wire::read(&mut pipe) {
            Ok(Some(message)) => (Ok(message), false),
            // Cut: a process that was killed while it wrote; how it ended says more.
            Ok(None) | Err(FrameError::Cut) => return,
            Err(error) => (Err(error), true),
        };
        if messages.send(message).is_err() || last {
            return;
        }
    }
}

/// llama.cpp's own log: facts about the model and the machine, never text of the user.
fn log(pipe: ChildStderr, last_line: &Mutex<String>) {
    for line in BufReader::new(pipe).split(b'\n') {
        let Ok(line) = line else { return };
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if !line.is_empty() {
            tracing::debug!(target: "emend_llama::child", "{line}");
            *last_line.lock().unwrap_or_else(PoisonError::into_inner) = line;
        }
    }
}
