//! What can go wrong between a text and its rewrite, as plain functions of the two: the engine refuses by them, the
//! critics measure by them.

mod bounds;
mod content;
mod hypercorrection;
mod missing;
mod negation;
mod repetition;

pub use bounds::{Bounds, count_words};
pub use content::{dropped, is_respelt, unread};
pub use hypercorrection::is_hypercorrection;
pub use missing::missing_word;
pub use negation::changes_negation;
pub use repetition::runaway;
