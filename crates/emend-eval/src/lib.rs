//! How good rewrites are: metrics with intervals, beside copying, and reports.
//!
//! The same input gives the same report, byte for byte: chance has a seed, and nothing here reads a clock. Rewrites come
//! from files, so that what is measured is what a person gets, whoever made it.

mod error;

mod hypotheses;
mod jsonl;
mod rows;
mod suite;

mod judge;
mod metrics;
mod signals;
mod tokens;

mod cascade;
mod evaluate;
mod heads;
mod quality;
mod random;
mod report;
mod resample;

pub use cascade::{Deferral, Pair, deferral, deferral_plot, reliability_plot};
pub use error::EvalError;
pub use evaluate::{Evaluation, Measure, Measured, Set, evaluate};
pub use heads::{
    Bin, HEAD_METRICS, HeadEvaluation, HeadMeasured, HeadMetric, Scored, calibration_error, evaluate_head,
    read_scores, reliability,
};
pub use hypotheses::{COPY, SHORTENED, System, VERSUS, copy, read_confidences, read_hypotheses, shortened};
pub use judge::{Judge, Judged, Scores};
pub use metrics::moved::judged_for;
pub use metrics::{Better, Case, Counts, METRICS, Metric, Unit, metric};
pub use quality::quality;
pub use report::{Axis, Bar, GoalReport, Group, Report, SetReport, SignalReport, bars};
pub use resample::{Estimate, LEVEL, RESAMPLES};
pub use rows::{Choice, Record, Row, read_rows};
pub use suite::{Goal, SUITE, SuiteCase, suite};
pub use tokens::thirteen_a;
