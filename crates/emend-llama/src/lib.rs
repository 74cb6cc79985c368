//! The large tier: llama.cpp in a child process of ours.
//!
//! llama.cpp ends its process when something is wrong inside it, and the system ends it when memory runs out. So
//! it lives in a process of its own, started from the same program: [`worker_main`] is that process, [`Worker`]
//! is the handle that everybody else holds. A crash there is an error here, with a name, and the next request
//! starts the process again. Its memory is given back by ending it.
//!
//! Two kinds of model are served: T5, which reads and writes token ids (llama.cpp's Unigram has no byte
//! fallback, so its text would differ from ours), and chat models, which read messages through the template in
//! their own file.

mod refusal;
mod types;
mod wire;

mod child;
mod parent;

pub use child::{WORKER_FLAG, worker_main};
pub use parent::{Ending, LlamaError, Options, Worker};
pub use refusal::Refusal;
pub use types::{ChatOptions, Finish, How, Info, Kind, Message, Outcome, Piece, Reply, Role};
