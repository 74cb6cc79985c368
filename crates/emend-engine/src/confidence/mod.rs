//! How likely it is that a person would keep an answer.
//!
//! [`features`] describe an answer in numbers, a logistic [`Head`] turns them into a score, a calibrator (Platt or
//! isotonic) turns the score into a probability, and [`risk`] finds the probability from which on answers are good
//! enough. All of it is fitted from labelled rows by [`fit`] and kept in a [`Calibration`].
//!
//! Source of the recipe: Gupta et al. 2024, "Language Model Cascades: Token-Level Uncertainty and Beyond": quantiles
//! of token log-probabilities and a learned head beat any single one of them; here over the tokens of *edits*, since
//! copying swamps everything else. A second head says how much better the large model would do ([`Gain`]).

mod aligned;
mod calibration;
mod calibrator;
mod features;
mod files;
mod fit;
mod gain;
mod head;
mod logistic;
mod needs_edit;
mod opinions;
mod personal;
mod ridge;
pub mod risk;

pub use aligned::mean_probability;
pub use calibration::{Calibration, CalibrationError, FEATURE_SET, Provenance, floors};
pub use calibrator::Calibrator;
pub use features::{FEATURES, Feature, Features, is_of_answer};
pub use fit::{FOLDS, FitError, LEAST, Labelled, Part, Stage, fit};
pub use gain::{Compared, Gain, fit_gain};
pub use head::{Head, Term};
pub use needs_edit::NeedsEdit;
pub use opinions::{OPINIONS, OpinionFeature, Opinions, opinion_features};
pub use personal::{Contender, Origin, contenders};

pub(crate) use aligned::Aligned;
pub(crate) use features::{
    AGREEMENT, AGREEMENT_UNCHANGED, AGREEMENT_WHOLE, Answer, SECOND_THOUGHT, UNCHANGED, VETOED, features,
};
pub(crate) use gain::is_refused;
pub(crate) use needs_edit::CLEAN;
pub(crate) use opinions::aim;
