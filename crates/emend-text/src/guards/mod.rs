//! What can go wrong between a text and its rewrite, as plain functions of the two: the engine refuses by them, the
//! critics measure by them.

mod article;
mod bounds;
mod content;
mod negation;
mod repetition;

pub use article::bare_article;
pub use bounds::{Bounds, count_words};
pub use content::dropped;
pub use negation::changes_negation;
pub use repetition::runaway;
