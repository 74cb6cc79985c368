//! What crosses to the view of appropriateness.

use serde::Serialize;
use specta::Type;

/// What would derail a fair discussion in one paragraph.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum DiagnosisDto {
    /// Not English, which is the only language that can be judged.
    OtherLanguage,
    Judged {
        /// Whether the critic model took part, or phrases alone.
        learned: bool,
        /// In the order of the text.
        findings: Vec<FindingDto>,
    },
}

/// One thing that a reader may object to; offsets count within the paragraph.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingDto {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// One of nine reasons: its name in files.
    pub(crate) reason: String,
    /// Its name for people.
    pub(crate) label: String,
    /// The one of four groups that the reason belongs to, in words.
    pub(crate) group: String,
    /// From 0 to 100: how sure and how grave.
    pub(crate) score: u8,
    /// The end of a sentence that begins with the words found.
    pub(crate) message: String,
    /// What a repair rewrites: the sentences that the words stand in.
    pub(crate) sentence_start: u32,
    pub(crate) sentence_end: u32,
}
