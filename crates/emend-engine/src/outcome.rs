//! What comes back.

use std::collections::BTreeMap;
use std::fmt;

use emend_text::{EditKind, Span};

use crate::confidence::Features;
use crate::{Decision, Tier};

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There is at least one edit.
    Rewritten,
    /// Everything was read and nothing needs to change (or no change was safe enough to show).
    NothingToChange,
    /// There is no prose in the range: only code, tables, links, numbers, or nothing at all.
    NothingToRewrite,
    /// Somebody asked to stop. What was finished until then is there.
    Cancelled,
}

/// The result of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Rewrite {
    /// How it ended.
    pub outcome: Outcome,
    /// One per planned segment, in document order; after a cancel only those that were finished.
    pub segments: Vec<SegmentRewrite>,
    /// The whole document with all edits applied.
    pub text: String,
    /// The edits of all segments, in document order, disjoint.
    pub edits: Vec<ProposedEdit>,
}

impl Rewrite {
    /// The chance that a person would keep the least certain answer; `None` when none is known.
    pub fn confidence(&self) -> Option<f32> {
        self.segments.iter().filter_map(|segment| segment.decision.confidence).reduce(f32::min)
    }

    /// The larger of the tiers that answered.
    pub fn tier(&self) -> Tier {
        self.segments.iter().map(|segment| segment.decision.tier).max().unwrap_or(Tier::Small)
    }
}

/// What became of one segment.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentRewrite {
    /// Which segment of the plan, from 0.
    pub index: usize,
    /// Where it stands in the document, in bytes.
    pub span: Span,
    /// Rewrites that passed, best first. The original is always a candidate and is not listed: empty means
    /// that it is the only one. When `outcome` is not `Rewritten`, the original is better than all of these.
    pub candidates: Vec<Candidate>,
    /// The edits of the first candidate when `outcome` is `Rewritten`, otherwise empty.
    pub edits: Vec<ProposedEdit>,
    /// How it ended.
    pub outcome: SegmentOutcome,
    /// Who answered, and why.
    pub decision: Decision,
}

/// How one segment ended.
#[derive(Debug, Clone, PartialEq)]
pub enum SegmentOutcome {
    /// There are edits.
    Rewritten,
    /// The model wants to leave it as it is.
    Unchanged,
    /// The model's draft was not safe to show; the original stays.
    Vetoed {
        /// What was wrong with it.
        reason: VetoReason,
    },
    /// It was not given to the model.
    Skipped {
        /// Why not.
        reason: SkipReason,
    },
}

/// Why a segment was not given to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipReason {
    /// Nothing but numbers, links, code, names from the glossary or punctuation.
    NoWords,
    /// Mostly letters of another script than the model writes.
    OtherScript,
    /// Surely another language than English.
    OtherLanguage,
    /// It has characters that the model's vocabulary cannot give back.
    Unreadable,
    /// Longer than the model reads at once, with no place to divide it.
    TooLong,
    /// It looks as if it needed no correction, and the person said that such sentences of a long text may be left out.
    Clean,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoWords => "there are no words to rewrite",
            Self::OtherScript => "it is not written in Latin letters, and this model writes only those",
            Self::OtherLanguage => "it is not in English, and this model knows nothing else",
            Self::Unreadable => "it has characters that this model cannot read",
            Self::Clean => "it looks clean",
            Self::TooLong => "it is too long for this model and has no place to divide it",
        })
    }
}

/// Why a draft was not shown.
#[derive(Debug, Clone, PartialEq)]
pub enum VetoReason {
    /// Nothing was written.
    Empty,
    /// The model declined to write.
    Refused,
    /// The model reached its limit before the end.
    Unfinished,
    /// The same words over and over.
    Repetition {
        /// The words that repeat.
        words: String,
    },
    /// A word is missing behind an article.
    Incomplete {
        /// The words between which it is missing.
        words: String,
    },
    /// Letters of a script that the original does not have.
    OtherScript,
    /// Far shorter or longer than the instruction allows.
    Length {
        /// Words in the original.
        original: usize,
        /// Words in the draft.
        draft: usize,
    },
    /// More of the original would change than the instruction allows.
    TooManyChanges {
        /// Share of words that would change, 0 to 1.
        share: f32,
        /// Share that the instruction allows.
        budget: f32,
    },
    /// A "not" would disappear or appear.
    Negation,
    /// The critics like the original better.
    Worse,
    /// The model failed after it had answered others.
    NoAnswer {
        /// What went wrong, in words.
        reason: String,
    },
    /// Protected content (a number, a name, a link, code, a quote) would change.
    Protected {
        /// What would be missing.
        lost: Vec<String>,
        /// What would be new.
        invented: Vec<String>,
    },
}

impl VetoReason {
    /// Whether it names something that the writer of the draft could put right.
    pub(crate) fn is_mendable(&self) -> bool {
        match self {
            Self::OtherScript
            | Self::Incomplete { .. }
            | Self::Length { .. }
            | Self::TooManyChanges { .. }
            | Self::Negation
            | Self::Protected { .. } => true,
            Self::Empty
            | Self::Refused
            | Self::Unfinished
            | Self::Repetition { .. }
            | Self::Worse
            | Self::NoAnswer { .. } => false,
        }
    }
}

impl fmt::Display for VetoReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the model wrote nothing"),
            Self::Refused => f.write_str("the model declined to rewrite this"),
            Self::Unfinished => f.write_str("the model did not come to an end"),
            Self::Repetition { words } => write!(f, "the model began to repeat itself (\"{words}\")"),
            Self::Incomplete { words } => write!(f, "a word is missing in the rewrite (\"{words}\")"),
            Self::OtherScript => f.write_str("the model changed to another script"),
            Self::Length { original, draft } => {
                write!(f, "the model made {draft} words out of {original}, which is not what was asked")
            }
            Self::TooManyChanges { share, budget } => write!(
                f,
                "the model changed {:.0}% of the words where at most {:.0}% were expected",
                share * 100.0,
                budget * 100.0
            ),
            Self::Worse => f.write_str("the original reads better than what the model wrote"),
            Self::NoAnswer { reason } => write!(f, "the model gave no answer: {reason}"),
            Self::Negation => f.write_str("the rewrite turned a statement into its opposite"),
            Self::Protected { lost, invented } => match (lost.first(), invented.first()) {
                (Some(lost), Some(invented)) => {
                    write!(f, "the rewrite had \"{invented}\" where the original has \"{lost}\"")
                }
                (Some(lost), None) => write!(f, "the rewrite lost \"{lost}\""),
                (None, Some(invented)) => write!(f, "the rewrite added \"{invented}\""),
                (None, None) => f.write_str("the rewrite changed something that must stay"),
            },
        }
    }
}

/// One rewrite of one segment that passed all checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The segment rewritten, markup included: what replaces the document's bytes in the segment's span.
    pub text: String,
    /// What differs from the document.
    pub edits: Vec<ProposedEdit>,
    /// Mean of `token_logprobs`: the model's own opinion of the whole draft.
    pub logprob_mean: f32,
    /// Natural log-probability of each token that the model wrote, the end token included.
    pub token_logprobs: Vec<f32>,
    /// `length_ratio`: words in the rewrite per word in the original. `edit_share`: share of words changed.
    /// `probability`: exp of `logprob_mean`, uncalibrated. None of them where house rules alone wrote it.
    pub scores: BTreeMap<&'static str, f32>,
    /// Whether it is all that the model wrote.
    pub kept: Kept,
    /// Who wrote it, or was asked where house rules alone did.
    pub tier: Tier,
    /// What its confidence is made of.
    pub features: Features,
    /// The chance that a person would keep it; `None` when its writer is not calibrated.
    pub confidence: Option<f32>,
}

/// Whether a candidate is all that the model wrote.
#[derive(Debug, Clone, PartialEq)]
pub enum Kept {
    /// As the model wrote it.
    AsIs,
    /// Edits that would have changed protected content were dropped.
    Repaired {
        /// How many edits were dropped.
        dropped: usize,
        /// What the draft would have lost.
        lost: Vec<String>,
        /// What the draft would have added.
        invented: Vec<String>,
    },
    /// Nothing of it is the model's: house rules alone wrote it.
    ByRules,
}

/// A change that can be accepted or rejected on its own.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedEdit {
    /// Unique within the rewrite (or within the call of [`alternatives`](crate::alternatives())).
    pub id: u32,
    /// What it replaces, in bytes of the document; empty for an insertion.
    pub span: Span,
    /// What it puts there; empty for a deletion.
    pub replacement: String,
    /// What sort of change it is.
    pub kind: EditKind,
    /// The same in words that a writer understands.
    pub reason: String,
    /// Geometric mean of the probabilities of the tokens that the model wrote for this edit, in (0, 1]; for a
    /// deletion, of the token that it wrote instead of going on. `None` when the tokens are not known.
    /// *Uncalibrated*: it ranks edits of one model, it is not the chance that a person keeps the edit.
    pub confidence: Option<f32>,
}

/// What is told while the work goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress<'a> {
    /// The plan is made.
    Started {
        /// Segments in the plan, those that will be skipped included.
        segments: usize,
    },
    /// A segment is finished. Segments come in document order.
    Segment(&'a SegmentRewrite),
    /// How far it is, after each batch of segments.
    Advanced {
        /// Segments that are finished.
        done: usize,
        /// Segments in the plan.
        total: usize,
    },
}
