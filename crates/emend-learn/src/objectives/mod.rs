//! What a step minimises, a folder per kind of data and a file per loss.
//!
//! A loss is a plain function of log-probabilities ([`Scores`](crate::Scores)); it knows no model, tokenizer or
//! optimizer. It returns a sum over its items and their total weight, not their mean: a step that is split into
//! several passes adds both up and divides once, so that eight passes of one item are one pass of eight.
//!
//! Each kind has an enum of its losses, from which a recipe picks one by name (`loss = "dpo"`). To add a loss: write
//! its file, and list it in the `mod.rs` beside it.

/// The enum of a kind's losses.
macro_rules! losses {
    ($(#[$attribute:meta])* $name:ident($scores:ty) { $($loss:ident),+ $(,)? }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize, serde::Serialize)]
        #[serde(tag = "loss", rename_all = "kebab-case")]
        pub enum $name {
            $(#[doc = concat!("See [`", stringify!($loss), "`].")] $loss($loss)),+
        }

        impl $name {
            /// The loss over some items of a step. A tensor error means shapes that do not belong together.
            pub fn loss(&self, batch: &$scores) -> candle_core::Result<crate::objectives::Loss> {
                match self { $(Self::$loss(loss) => loss.loss(batch)),+ }
            }

            /// Whether every parameter is in its range.
            pub fn check(&self) -> crate::Checked {
                match self { $(Self::$loss(loss) => loss.check()),+ }
            }
        }
    };
}

pub mod demonstrations;
mod hold;
mod numeric;
pub mod pairs;
pub mod ranked;
pub mod rollouts;
pub mod steps;
#[cfg(test)]
mod testing;
pub mod valued;
pub mod verdicts;

use candle_core::Tensor;

pub use demonstrations::{DemonstrationLoss, DemonstrationScores};
pub use hold::hold;
pub use pairs::{PairLoss, PairScores, Written};
pub use ranked::{RankedLoss, RankedScores};
pub use rollouts::{RolloutLoss, RolloutScores};
pub use steps::{StepLoss, StepScores};
pub use valued::{ValuedLoss, ValuedScores};
pub use verdicts::{VerdictLoss, VerdictScores};

/// A loss over some items of a step.
#[derive(Debug, Clone)]
pub struct Loss {
    /// Σ over the items, a scalar with a gradient.
    pub sum: Tensor,
    /// What the sums of a whole step are divided by, once they are added up: items, tokens or their weights.
    pub weight: f64,
    /// Numbers worth a plot, each already a sum over the same items: divided by `weight` as well.
    pub metrics: Vec<(&'static str, f64)>,
}
