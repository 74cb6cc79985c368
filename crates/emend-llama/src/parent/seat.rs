//! The place of the process: whether one is there, and how long to wait before there is another.

use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use emend_decode::Cancel;

use super::error::LlamaError;
use super::process::Process;
use crate::types::{Info, Outcome};

/// Pause before the worker is started again after its first crash; doubled with each further one in a row.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause: a person may be waiting.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The place of the process, whether one is there or not.
#[derive(Default)]
pub(super) struct Seat {
    pub(super) running: Option<Running>,
    /// Failures since the last answer.
    failures: u32,
    failed: Option<Instant>,
}

/// A process with its model loaded.
pub(super) struct Running {
    pub(super) process: Process,
    pub(super) info: Info,
    /// When it was last asked.
    pub(super) used: Instant,
    /// Closed with the process, which ends the watching thread.
    #[expect(dead_code, reason = "held, never read")]
    pub(super) watched: Sender<()>,
}

impl Seat {
    /// When the process was last asked; `None` without one.
    pub(super) fn last_used(&self) -> Option<Instant> {
        self.running.as_ref().map(|running| running.used)
    }

    /// Ends the process, if there is one.
    pub(super) fn empty(&mut self) {
        self.running = None;
    }

    /// Counts failures, and lets go of a process that failed.
    pub(super) fn note<T>(&mut self, result: Result<T, LlamaError>) -> Result<T, LlamaError> {
        match &result {
            Ok(_) | Err(LlamaError::Refused(_)) => self.failures = 0,
            Err(_) => {
                self.running = None;
                self.failures = self.failures.saturating_add(1);
                self.failed = Some(Instant::now());
            }
        }
        result
    }

    /// Waits before the next start, the longer the more often it failed.
    pub(super) fn pause(&self, cancel: &Cancel) -> Outcome<()> {
        let Some(failed) = self.failed.filter(|_| self.failures > 0) else { return Outcome::Done(()) };
        let pause = FIRST_PAUSE.saturating_mul(1 << (self.failures - 1).min(16)).min(LONGEST_PAUSE);
        while failed.elapsed() < pause {
            if cancel.is_cancelled() {
                return Outcome::Cancelled;
            }
            std::thread::sleep(Duration::from_millis(10).min(pause.saturating_sub(failed.elapsed())));
        }
        Outcome::Done(())
    }
}
