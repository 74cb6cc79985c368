//! Which hypotheses live on.
//!
//! Every strategy takes a model that has read its sources and a [`Search`](crate::Search), looks at the
//! cancel flag before each token, drops finished rows from the model's state, and returns hypotheses whose
//! log-probabilities are the model's own. The same input (and seed) gives the same output; equal scores are
//! decided by the smaller token id.

mod beam;
mod diverse_beam;
mod forced;
mod greedy;
mod groups;
mod independent;
mod input_guided;
mod sample;

pub use beam::{Beam, beam};
pub use diverse_beam::{DiverseBeam, diverse_beam};
pub use forced::{Given, forced};
pub use greedy::greedy;
pub use input_guided::{Cost, Guide, Pace, input_guided, input_guided_sample};
pub use sample::{Sampling, sample, stream};
