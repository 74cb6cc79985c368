//! What crosses to the page: serialized twins of the application's types, with UTF-16 offsets.

pub(crate) mod compare;
pub(crate) mod diagnosis;
pub(crate) mod learn;

use serde::{Deserialize, Serialize};
use specta::Type;

/// Everything the page needs to draw its first frame.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Startup {
    pub(crate) version: String,
    pub(crate) document: DocumentDto,
    pub(crate) intents: Vec<IntentDto>,
    /// The person's own saved instructions, in the order in which they were saved.
    pub(crate) instructions: Vec<String>,
    /// The model that will answer, or why there is none. It is loaded by the warm-up.
    pub(crate) model: Option<ModelDto>,
    pub(crate) model_error: Option<AppErrorDto>,
    /// Sentences the person should see: about a settings file that was set aside, or a file that did not open.
    pub(crate) notices: Vec<String>,
    pub(crate) theme: Theme,
    /// The profile is new: the sample text is open.
    pub(crate) first_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Theme {
    System,
    Light,
    Dark,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IntentDto {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) description: String,
    pub(crate) shortcut: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModelDto {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) size_bytes: u64,
    pub(crate) licence: String,
    pub(crate) path: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentDto {
    pub(crate) id: i64,
    pub(crate) title: String,
    /// The file it was opened from or saved to.
    pub(crate) path: Option<String>,
    pub(crate) format: FormatDto,
    pub(crate) text: String,
    pub(crate) revision: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FormatDto {
    Plain,
    Markdown,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentSummary {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) path: Option<String>,
    /// Milliseconds since 1970, UTC.
    pub(crate) updated: i64,
    pub(crate) words: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Saved {
    pub(crate) revision: i64,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedFile {
    pub(crate) path: String,
}

/// What is to be rewritten and how.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RewriteArgs {
    pub(crate) document: i64,
    /// The revision whose text the offsets count in.
    pub(crate) revision: i64,
    /// UTF-16 range; both absent means the whole document.
    pub(crate) start: Option<u32>,
    pub(crate) end: Option<u32>,
    pub(crate) instruction: InstructionDto,
}

#[derive(Debug, Clone, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum InstructionDto {
    Intent { id: String },
    Own { text: String },
}

/// One reviewable edit.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EditDto {
    /// Names the edit in later decisions.
    pub(crate) id: String,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) replacement: String,
    pub(crate) kind: String,
    pub(crate) reason: String,
    /// Between 0 and 1; how sure the model was of the words it chose.
    pub(crate) confidence: Option<f32>,
}

/// What a running rewrite tells the page.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "event", content = "data", rename_all = "camelCase")]
pub(crate) enum RewriteEvent {
    Started {
        request: i64,
        revision: i64,
        segments: u32,
    },
    Segment {
        index: u32,
        start: u32,
        end: u32,
        outcome: SegmentOutcome,
        reason: Option<String>,
        edits: Vec<EditDto>,
        decision: TierDecision,
    },
    Progress {
        done: u32,
        total: u32,
    },
    Finished {
        outcome: RewriteOutcome,
        ms: u32,
        tier: TierDto,
        model: String,
    },
}

/// Who answered a segment, how sure the small model was of its own answer, and how it came to this, in words.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TierDecision {
    pub(crate) tier: TierDto,
    /// The chance that a person would keep it; absent when the model is not calibrated.
    pub(crate) confidence: Option<f32>,
    pub(crate) why: String,
    /// Why the large model could not be asked, if it was due and could not.
    pub(crate) failed: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TierDto {
    Small,
    Large,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SegmentOutcome {
    Rewritten,
    Unchanged,
    Vetoed,
    Skipped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RewriteOutcome {
    Rewritten,
    NothingToChange,
    NothingToRewrite,
    Cancelled,
}

/// The cascade as it is set, and what each risk costs.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CascadeDto {
    /// The name of the model that is asked when the small one is not sure.
    pub(crate) large: Option<String>,
    /// At most one in so many accepted rewrites may be bad.
    pub(crate) one_bad_in: u32,
    /// From the boldest to the most careful; none when the small model is not calibrated.
    pub(crate) risks: Vec<RiskDto>,
    /// From the small model alone to the large one alone; none when nobody measured this large model.
    pub(crate) deferral: Vec<DeferralDto>,
}

/// What becomes of quality when the large model is asked about a share of answers.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeferralDto {
    /// From 0 to 1.
    pub(crate) asked: f64,
    /// The mean, from 0 to 100.
    pub(crate) quality: f64,
}

#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RiskDto {
    pub(crate) one_bad_in: u32,
    /// Share of the small model's answers that are sure enough, from 0 to 1.
    pub(crate) accepted: f64,
    /// Share of them about which the large model is asked.
    pub(crate) asked: f64,
}

/// Other ways to say one segment.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnotherArgs {
    pub(crate) request: i64,
    pub(crate) index: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Alternatives {
    pub(crate) candidates: Vec<CandidateDto>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CandidateDto {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) edits: Vec<EditDto>,
    pub(crate) score: Option<f32>,
}

/// What the person did with an edit.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionDto {
    pub(crate) edit: String,
    pub(crate) verdict: VerdictDto,
    /// What the person wrote instead, with [`VerdictDto::Edited`].
    pub(crate) final_text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum VerdictDto {
    Accept,
    Reject,
    Edited,
    Another,
}

/// A finding of a grammar rule, offsets within the checked text.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LintDto {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) message: String,
    pub(crate) rule: String,
    pub(crate) suggestions: Vec<SuggestionDto>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuggestionDto {
    pub(crate) label: String,
    pub(crate) replacement: String,
}

/// An entry for the dictionary that decisions suggest.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuggestedWordDto {
    /// As the dictionary would have it.
    pub(crate) entry: String,
    /// The word that it is about.
    pub(crate) word: String,
    /// What to write instead; null where the word is right.
    pub(crate) instead: Option<String>,
    /// Texts in which the person did so.
    pub(crate) texts: Vec<String>,
}

/// A refusal: a code the page may react to, a sentence, and what to do.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppErrorDto {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) hint: String,
}
