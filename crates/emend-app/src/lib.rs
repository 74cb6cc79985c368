//! Emend without a face: a profile, the threads that own the model and the rules, and one verb per thing that a
//! person can do.
//!
//! Nothing here prints or draws. The command line and the window call the same verbs, so each thing that the window
//! does can be done by a script.

mod adapters;
mod app;
mod calibrations;
mod critics;
mod error;
mod files;
mod job_thread;
mod known_scores;
mod large;
mod large_tier;
mod learning;
mod model_files;
mod model_info;
mod paths;
mod plain_text;
mod record;
mod rules;
mod settings;
mod text_file;
mod threads;
mod tiers;
pub mod verbs;
mod worker;

pub use adapters::{AdapterFit, Choice as AdapterChoice, Writer};
pub use app::{App, Options};
pub use error::AppError;
pub use large::Large;
pub use learning::choices::LearningChoices;
pub use learning::data_source::DataSource;
pub use learning::runs::{RunInfo, RunState};
pub use learning::texts::{Known, LearnText};
pub use model_files::DEFAULT_MODEL;
pub use model_info::ModelInfo;
pub use paths::Paths;
pub use plain_text::PlainText;
pub use settings::{OneBadIn, ReadSettings, Settings, Theme};
pub use threads::size_model_threads;
pub use tiers::{TierChoice, Tiers};

pub use emend_decode::Cancel;
pub use emend_llama::worker_main as large_model_process;
// What verbs return: faces need these types, and no other way to the layers below.
pub use emend_critics::{Diagnosis, Finding};
pub use emend_engine::{
    Candidate, Decision, Outcome, Path, ProposedEdit, Rewrite, SegmentOutcome, SegmentRewrite, Tier,
    VetoReason,
};
pub use emend_learn::grades::PART as GRADED_PART;
pub use emend_learn::habits::Habit;
pub use emend_learn::preferences::Weighing;
pub use emend_learn::preferences::trl::Form;
pub use emend_learn::promote::prequential::{Expected, Forgotten, Measured, Point as ExpectedPoint};
pub use emend_learn::promote::{Role as GateRole, Verdict as GateVerdict};
pub use emend_learn::recipe::SHIPPED as SHIPPED_RECIPES;
pub use emend_learn::taste::Liking;
pub use emend_learn::{Ended, Recipe, Shown, StepReport};
pub use emend_models::manifest::Judges;
pub use emend_models::{Quantization, Report};
