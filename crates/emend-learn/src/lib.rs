//! From preferences and critics to a better adapter.
//!
//! A recipe names an objective, where its data comes from, and how the adapter is shaped. A run
//! takes the base model with a fresh adapter on it, scores what was written before or what it writes itself
//! ([`score`]), turns that into a loss ([`objectives`]) and a step of the optimizer. The same model with the adapter off
//! is the reference. Nothing here touches the adapter that is in use: whether a new one is better is decided on held-out
//! text afterwards.
//!
//! Letters in shape comments: B sequences of a batch, T tokens of the longest target, G samples of one prompt, V
//! vocabulary.

pub mod advantages;
pub mod checkpoint;
mod companions;
mod error;
mod exact;
pub mod examples;
mod feedback;
pub mod grades;
pub mod habits;
mod learner;
pub mod methods;
pub mod mixing;
pub mod objectives;
pub mod optimizer;
mod order;
mod policy;
pub mod preferences;
pub mod promote;
mod range;
pub mod recipe;
pub mod rollout;
pub mod schedule;
mod scores;
pub mod simulate;
pub mod taste;
pub mod train;
pub mod voice;

pub use error::LearnError;
pub use feedback::{Attempt, Judge};
pub use learner::Learner;
pub use policy::score;
pub use range::{Checked, OutOfRange};
pub use recipe::Recipe;
pub use scores::Scores;
pub use train::{Ended, Run, Shown, StepReport, train};
