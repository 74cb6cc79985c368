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
    /// The usual: 4096 tokens, as many threads as the machine runs at once and the model has work for, five minutes of idling.
    pub fn new(model: PathBuf) -> Self {
        // A file that is not there is an error when it is opened.
        let bytes = std::fs::metadata(&model).map_or(0, |file| file.len());
        let cores = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
        Self {
            model,
            context: 4096,
            threads: threads(bytes, cores),
            gpu_layers: None,
            idle: Duration::from_mins(5),
            silence: Duration::from_secs(10),
            longest: Duration::from_mins(10),
            program: None,
        }
    }
}

/// Bytes of weights for which one more thread pays. A small model's threads wait for each other at each of its products
/// longer than they compute, and where another program has a core, a hundred times as long.
const BYTES_A_THREAD: u64 = 128 << 20;

fn threads(bytes: u64, cores: u64) -> u32 {
    cores.min(1 + bytes / BYTES_A_THREAD).try_into().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::threads;

    #[test]
    fn small_models_have_one_thread_and_large_ones_all() {
        assert_eq!(threads(19 << 20, 16), 1);
        assert_eq!(threads(300 << 20, 16), 3);
        assert_eq!((threads(4 << 30, 16), threads(4 << 30, 2)), (16, 2));
    }
}
