//! What crosses when an adapter is compared, with others or with what was decided.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::InstructionDto;

/// What to compare on.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum CompareOn {
    /// A text that the person wrote for it.
    Text { text: String, instruction: InstructionDto },
    /// Texts of the latest decisions that nothing is trained on.
    HeldOut,
}

/// What a comparison tells the page.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "event", content = "data", rename_all = "camelCase")]
pub(crate) enum CompareEventDto {
    /// Rewrites written, of how many.
    Progress {
        done: u32,
        of: u32,
    },
    Text(ComparedDto),
}

/// A text, and what each writer makes of it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ComparedDto {
    /// What was wanted, in words.
    pub(crate) wish: String,
    pub(crate) source: String,
    /// What the person made of it, if that is known.
    pub(crate) kept: Option<Vec<ChangeDto>>,
    pub(crate) sides: Vec<SideDto>,
}

/// What a writer makes of a text.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SideDto {
    /// The adapter; absent for the model alone.
    pub(crate) adapter: Option<String>,
    pub(crate) edits: Vec<ChangeDto>,
}

/// What goes and what comes in its place.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeDto {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) replacement: String,
}

/// How well decisions were expected.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExpectedDto {
    /// Decisions that were asked about.
    pub(crate) decisions: u32,
    /// How many of them a point looks back on.
    pub(crate) window: u32,
    /// From the decision on that has so many behind it, one each.
    pub(crate) points: Vec<ExpectedPointDto>,
    /// Damaged lines of the log: left out, and asked anew.
    pub(crate) damaged: u32,
    /// What an adapter in use does noticeably worse on fixed texts; the largest fall.
    pub(crate) fell: Option<FellDto>,
}

/// How far an adapter is below what was in use before it, on texts that never change: shares, from 0 to 1.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FellDto {
    pub(crate) adapter: String,
    pub(crate) measure: MeasuredOnTextsDto,
    pub(crate) texts: u32,
    pub(crate) now: f64,
    pub(crate) before: f64,
    /// What was in use before; absent: the model alone.
    pub(crate) than: Option<String>,
}

/// What is measured on texts that never change.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MeasuredOnTextsDto {
    /// How much of their meaning rewrites keep.
    Meaning,
    /// How often rewrites are as correct as their texts.
    Fluency,
    /// How often texts that need no change are left alone.
    Clean,
}

/// How well decisions were expected lately, at the time of one: shares, from 0 to 1.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExpectedPointDto {
    /// The adapter that was in use.
    pub(crate) adapter: Option<String>,
    pub(crate) in_use: f64,
    pub(crate) alone: f64,
}
