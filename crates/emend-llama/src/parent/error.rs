//! Why a request to the large model has no answer.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitStatus;

use crate::refusal::Refusal;

/// A failure of the worker, or its refusal. After each of these the next request works again: that, the face that asks says
/// once for all of them; only what else can be done stands here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LlamaError {
    /// The worker said no, and why. It goes on.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The program could not be started.
    #[error("the large model's process could not be started from {}; install Emend again if it was moved", program.display())]
    Start {
        /// What was to be started.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The worker ended while it was needed.
    #[error("the large model's process {ending}{}", said(last_line))]
    Ended {
        /// How.
        ending: Ending,
        /// The last line that it logged.
        last_line: String,
    },
    /// The worker did not even answer its heartbeat, and was ended.
    #[error("the large model's process did not answer for {seconds} s and was ended")]
    Hung {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The worker was alive but did not finish in time, and was ended.
    #[error(
        "the large model did not finish within {seconds} s and was ended; try a shorter text or a smaller model"
    )]
    TimedOut {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The worker belongs to another version of the program.
    #[error(
        "the large model's process speaks version {found} and this is version {expected}; start Emend again"
    )]
    Version {
        /// Ours.
        expected: u32,
        /// Its.
        found: u32,
    },
    /// Something that is not a message came through the pipe.
    #[error("the large model's process said something that is no message ({what}) and was ended")]
    Protocol {
        /// What is wrong with it.
        what: String,
    },
}

fn said(last_line: &str) -> String {
    if last_line.is_empty() { String::new() } else { format!(" (its last line: {last_line})") }
}

/// How a process ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It returned this code.
    Code(i32),
    /// It was ended by this signal.
    Signal(i32),
    /// The system does not say, or it closed its pipe and would not end.
    Unknown,
}

impl From<ExitStatus> for Ending {
    fn from(status: ExitStatus) -> Self {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Ending::Signal(signal);
        }
        status.code().map_or(Ending::Unknown, Ending::Code)
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Signal(9) => f.write_str(
                "was killed (signal 9), most likely because memory ran out; close other programs or choose a smaller model",
            ),
            Ending::Signal(4) => f.write_str(
                "met an instruction that this processor does not have (signal 4); it needs AVX2, as in processors since 2013",
            ),
            Ending::Signal(6) => f.write_str(
                "was ended by llama.cpp itself (signal 6), which met something it thinks impossible; choose another model file",
            ),
            Ending::Signal(signal @ (7 | 11)) => {
                write!(f, "crashed (signal {signal}); choose another model file if it happens again")
            }
            Ending::Signal(signal) => write!(f, "was ended by signal {signal}"),
            Ending::Code(code) => write!(f, "ended with exit code {code}"),
            Ending::Unknown => f.write_str("ended"),
        }
    }
}
