//! What crosses to the Learn screen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

/// Everything that the Learn screen shows at rest.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LearnDto {
    /// Decisions so far, texts that were brought from elsewhere, and below how many of either nothing is trained.
    pub(crate) decided: u32,
    pub(crate) imported: u32,
    pub(crate) needed: u32,
    /// Decisions that are missing until then.
    pub(crate) missing: u32,
    /// What became of proposed edits, by intent.
    pub(crate) intents: Vec<AcceptanceDto>,
    /// The same by who wrote them.
    pub(crate) writers: Vec<AcceptanceDto>,
    /// The same by day, the oldest first; days without any are left out.
    pub(crate) days: Vec<DayDto>,
    pub(crate) reliability: ReliabilityDto,
    pub(crate) recipes: Vec<RecipeDto>,
    /// Newest first.
    pub(crate) runs: Vec<RunDto>,
    pub(crate) adapters: Vec<AdapterDto>,
    /// How many choices of adapters can be gone back to.
    pub(crate) steps_back: u32,
    /// Texts of decisions that nothing is trained on.
    pub(crate) held_out: u32,
    pub(crate) when: WhenDto,
    /// What an adapter may be given alone.
    pub(crate) wishes: Vec<WishDto>,
}

/// When the program may learn.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WhenDto {
    /// A run waits on battery and while the person types.
    pub(crate) pauses: bool,
    /// A run begins of itself when it is time.
    pub(crate) idle: bool,
    /// The large model grades rewrites when the machine is idle.
    pub(crate) grades: bool,
}

/// A run that it is time for.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecipeDueDto {
    pub(crate) recipe: String,
    pub(crate) steps: u32,
}

/// An intent, or the person's own words.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WishDto {
    pub(crate) id: String,
    pub(crate) label: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AcceptanceDto {
    pub(crate) label: String,
    pub(crate) accepted: u32,
    pub(crate) edited: u32,
    pub(crate) rejected: u32,
}

/// What became of proposed edits on one day.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DayDto {
    /// Days since 1970, UTC.
    pub(crate) day: i32,
    pub(crate) taken: u32,
    pub(crate) refused: u32,
}

/// How often answers were kept beside how sure the program was of them.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReliabilityDto {
    /// Answers with a confidence that were decided about, and how many are missing before there is something to show.
    pub(crate) answers: u32,
    pub(crate) missing: u32,
    pub(crate) bins: Vec<BinDto>,
    /// Expected calibration error; absent while answers are missing.
    pub(crate) error: Option<f64>,
}

/// Answers of about the same confidence.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BinDto {
    pub(crate) answers: u32,
    /// Their mean confidence, and the share of them that was kept.
    pub(crate) said: f64,
    pub(crate) kept: f64,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecipeDto {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) paper: String,
    pub(crate) steps: u32,
    pub(crate) reads: ReadsDto,
    /// How many of what it reads there are.
    pub(crate) examples: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ReadsDto {
    Rewrites,
    Preferences,
    Verdicts,
    Texts,
    Guided,
    Grades,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunDto {
    pub(crate) id: String,
    pub(crate) recipe: String,
    pub(crate) data: String,
    /// Milliseconds since 1970, UTC.
    pub(crate) created: i64,
    /// Steps made; absent when it is finished.
    pub(crate) stopped_at: Option<u32>,
    /// What the gate said last.
    pub(crate) verdict: Option<VerdictOfGateDto>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdapterDto {
    pub(crate) id: String,
    pub(crate) size_bytes: u64,
    /// The recipe's name, if it was made here.
    pub(crate) recipe: Option<String>,
    pub(crate) created: Option<i64>,
    /// What was measured in the last step of its run.
    pub(crate) metrics: BTreeMap<String, f64>,
    /// What the gate said last of the run with its name.
    pub(crate) verdict: Option<VerdictOfGateDto>,
    pub(crate) problem: Option<String>,
    /// It answers every intent without an adapter of its own.
    pub(crate) answers_all: bool,
    /// The wishes that were given to it alone.
    pub(crate) answers: Vec<WishDto>,
}

/// Which run to begin or go on with.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum TrainArgs {
    New { recipe: String, steps: u32 },
    Resume { run: String },
}

/// What a run tells the page.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "event", content = "data", rename_all = "camelCase")]
pub(crate) enum TrainEventDto {
    Begun {
        run: String,
        recipe: String,
        examples: u32,
        steps: u32,
    },
    /// The large model writes what the run's rewrites begin with.
    Guided(MeasuredDto),
    Step(StepDto),
    Waits(WaitsDto),
    GoesOn,
}

/// Why a run waits.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum WaitsDto {
    Asked,
    Typing,
    Battery,
}

/// A step; the same names as in a run's `metrics.jsonl`.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub(crate) struct StepDto {
    /// From 1.
    pub(crate) step: u32,
    pub(crate) steps: u32,
    pub(crate) seconds: f64,
    pub(crate) metrics: BTreeMap<String, f64>,
    pub(crate) samples: Vec<SampleDto>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub(crate) struct SampleDto {
    pub(crate) source: String,
    pub(crate) rewrite: String,
}

/// How a run ended.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrainedDto {
    pub(crate) finished: bool,
    /// Texts that did not fit the model.
    pub(crate) left_out: u32,
}

/// How far a comparison is.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MeasuredDto {
    /// Texts and decisions that were measured, of how many.
    pub(crate) done: u32,
    pub(crate) of: u32,
}

/// What the gate said.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JudgedDto {
    /// The name under which the adapter answers from now on.
    pub(crate) used_as: Option<String>,
    /// What speaks against it, if it was not promoted.
    pub(crate) reasons: Vec<String>,
}

/// What the gate said, and what it measured.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerdictOfGateDto {
    pub(crate) promoted: bool,
    /// What spoke against it.
    pub(crate) reasons: Vec<String>,
    pub(crate) measures: Vec<MeasureDto>,
}

/// A measure on held-out texts.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MeasureDto {
    pub(crate) name: String,
    /// Under what answered then.
    pub(crate) live: f64,
    /// Under the adapter.
    pub(crate) new: f64,
}

/// What decisions say about how the person likes texts to be written.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TasteDto {
    /// From how many it was learned.
    pub(crate) decisions: u32,
    /// The share of them that is foreseen from the others; 1/2 is chance.
    pub(crate) foreseen: f64,
    /// The strongest first.
    pub(crate) likings: Vec<LikingDto>,
}

/// Something in a text that is liked or disliked.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LikingDto {
    /// In the plural, or a word in quotation marks.
    pub(crate) what: String,
    /// In nats; below 0 it is disliked.
    pub(crate) strength: f64,
}

/// What was learned of how the person writes, from a folder of their texts.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VoicedDto {
    pub(crate) files: u32,
    pub(crate) sentences: u32,
    /// Preferences that came of them.
    pub(crate) pairs: u32,
    /// How many of them were not there yet.
    pub(crate) added: u32,
    /// How well the person can be told from the model, from 1/2 (not at all) to 1.
    pub(crate) told_apart: f64,
    /// Files that were passed over, and why.
    pub(crate) passed_over: Vec<String>,
}
