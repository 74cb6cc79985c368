//! Which model is run, and how patient its owner is.

use std::path::PathBuf;
use std::time::Duration;

/// Which model, and how it is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// A GGUF file: a T5 or a chat model.
    pub model: PathBuf,
    /// Tokens to make room for. A chat model that was made for fewer gets those.
    pub context: u32,
    /// Threads that compute.
    pub threads: u32,
    /// Layers on a graphics card, if the program was built for one; `None` for llama.cpp's choice.
    pub gpu_layers: Option<u32>,
    /// Idle time after which the worker is ended and its memory given back.
    pub idle: Duration,
    /// Silence after which the worker is taken for hung and ended. It answers a heartbeat every second.
    pub silence: Duration,
    /// Time that one request may take, loading not counted.
    pub longest: Duration,
    /// The program to start; `None` for this one. It must call [`worker_main`](crate::worker_main) first.
    pub program: Option<PathBuf>,
}

impl Options {
    /// The usual: 4096 tokens, as many threads as the machine runs at once, five minutes of idling.
    pub fn new(model: PathBuf) -> Self {
        Self {
            model,
            context: 4096,
            threads: std::thread::available_parallelism().map_or(1, |threads| threads.get() as u32),
            gpu_layers: None,
            idle: Duration::from_mins(5),
            silence: Duration::from_secs(10),
            longest: Duration::from_mins(10),
            program: None,
        }
    }
}
