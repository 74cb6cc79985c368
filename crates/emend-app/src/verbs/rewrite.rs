//! Rewrite: a text and a wish in, reviewable edits out, streamed while they are found.

use std::time::Instant;

use emend_decode::Cancel;
use emend_engine::{Outcome, Progress, SegmentOutcome, SegmentRewrite};
use emend_store::tables::requests::NewRequest;
use emend_text::{Format, Instruction, Span};
use tokio::sync::mpsc;

use crate::app::{App, now};
use crate::record;
use crate::worker::Ask;
use crate::{AppError, TierChoice, Tiers, Writer};

/// Longest text that is taken, in bytes. Beyond it a document is not something a person reviews edit by edit.
pub const LONGEST_TEXT: usize = 20 * 1024 * 1024;

/// What is to be rewritten, and how.
#[derive(Debug, Clone)]
pub struct RewriteRequest {
    /// The whole text; nothing outside of `range` is changed.
    pub text: String,
    /// How the text is marked up.
    pub format: Format,
    /// The bytes to work on; all of them if absent.
    pub range: Option<Span>,
    /// What the person wants.
    pub instruction: Instruction,
    /// Names and terms that must stay as they are, beside those of the personal dictionary.
    pub keep: Vec<String>,
    /// How many further candidates to make for each segment.
    pub alternatives: usize,
    /// Fixes what chance decides.
    pub seed: u64,
    /// Who may answer.
    pub tier: TierChoice,
    /// What the small model has on.
    pub writer: Writer,
    /// Whether to say how sure the answer is. With [`TierChoice::Small`], where nothing depends on it, critics are then not
    /// even loaded, nor grammar rules where nothing is to be corrected.
    pub rated: bool,
    /// Document and revision that hold the text, if it is one of the profile's.
    pub document: Option<(i64, i64)>,
    /// Whether the request, its candidates and later decisions are kept. Scripts and benchmarks say no.
    pub record: bool,
}

impl RewriteRequest {
    /// A request for a text that belongs to no document and is not kept.
    pub fn of_text(text: impl Into<String>, format: Format, instruction: Instruction) -> Self {
        Self {
            text: text.into(),
            format,
            range: None,
            instruction,
            keep: Vec::new(),
            alternatives: 0,
            seed: 0,
            tier: TierChoice::Auto,
            writer: Writer::InUse,
            rated: true,
            document: None,
            record: false,
        }
    }
}

/// What happens while a request runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum RewriteEvent<'e> {
    /// The request has a number (0 when it is not kept) and a plan.
    Started {
        /// Names the request in decisions and when asking for another.
        request: i64,
        /// Segments that will be looked at.
        segments: usize,
    },
    /// A segment is done.
    Segment(&'e SegmentRewrite),
    /// So many segments of all are done.
    Progress {
        /// Segments done.
        done: usize,
        /// Segments in all.
        total: usize,
    },
}

/// A finished request.
#[derive(Debug)]
pub struct Rewritten {
    /// Names the request in decisions; 0 when it is not kept.
    pub request: i64,
    /// The rewrite, its edits and how it ended.
    pub rewrite: emend_engine::Rewrite,
    /// Who could answer.
    pub tiers: Tiers,
    /// Wall time in milliseconds, the loading of the model included.
    pub ms: u64,
}

impl App {
    /// Rewrites; `on` hears of each segment as soon as it is done and, if it is kept, stored.
    pub async fn rewrite(
        &self,
        request: RewriteRequest,
        cancel: Cancel,
        mut on: impl FnMut(RewriteEvent<'_>),
    ) -> Result<Rewritten, AppError> {
        let started = Instant::now();
        if request.text.len() > LONGEST_TEXT {
            return Err(AppError::Invalid {
                what: "the text",
                expected: format!("at most {} MB", LONGEST_TEXT >> 20),
                found: format!("{} MB", request.text.len() >> 20),
            });
        }
        let id = self.begin(&request).await?;
        let kept = request.record.then(|| request.text.clone());
        let (glossary, dictionary) = (self.glossary(&request.keep)?, self.own_dictionary(&request.keep)?);
        let settings = self.settings()?.settings;
        let large = if request.tier.asks_large() { self.chosen_large()? } else { None };
        let ask = Ask::new(request, glossary)
            .with_large(large, settings.one_bad_in)
            .leaving_out(settings.one_missed_in)
            .with_dictionary(dictionary);
        let (events, mut heard) = mpsc::unbounded_channel();
        let answer = self.model.rewrite(ask, cancel.clone(), events)?;
        while let Some(event) = heard.recv().await {
            match event {
                Heard::Started { segments } => on(RewriteEvent::Started { request: id, segments }),
                Heard::Segment { segment, tiers } => {
                    if let Some(text) = &kept
                        && let Err(error) = record::segment(&self.store, id, text, &segment, &tiers).await
                    {
                        // What cannot be kept is not shown either; the model need not go on.
                        cancel.cancel();
                        return Err(error);
                    }
                    on(RewriteEvent::Segment(&segment));
                }
                Heard::Progress { done, total } => on(RewriteEvent::Progress { done, total }),
            }
        }
        let (rewrite, tiers) = answer.await.map_err(|_| self.model.died())??;
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if kept.is_some() {
            self.store.requests().finish(id, outcome_name(rewrite.outcome), ms.cast_signed()).await?;
        }
        Ok(Rewritten { request: id, rewrite, tiers, ms })
    }

    async fn begin(&self, request: &RewriteRequest) -> Result<i64, AppError> {
        if !request.record {
            return Ok(0);
        }
        let range = request.range.unwrap_or(Span::new(0, request.text.len()));
        let new = NewRequest {
            document: request.document.map(|(document, _)| document),
            revision: request.document.map(|(_, revision)| revision),
            format: record::format_name(request.format),
            instruction_id: request.instruction.id(),
            instruction: request.instruction.label(),
            range_start: range.start as i64,
            range_end: range.end as i64,
            alternatives: request.alternatives as i64,
            seed: request.seed,
        };
        Ok(self.store.requests().begin(&new, now()).await?)
    }
}

/// What the model's thread says, owned so that it can cross to the caller's.
#[derive(Debug)]
pub(crate) enum Heard {
    Started { segments: usize },
    Segment { segment: Box<SegmentRewrite>, tiers: Box<Tiers> },
    Progress { done: usize, total: usize },
}

impl Heard {
    pub(crate) fn from_progress(progress: Progress<'_>, tiers: &Tiers) -> Self {
        match progress {
            Progress::Started { segments } => Self::Started { segments },
            Progress::Segment(segment) => {
                Self::Segment { segment: Box::new(segment.clone()), tiers: Box::new(tiers.clone()) }
            }
            Progress::Advanced { done, total } => Self::Progress { done, total },
        }
    }
}

/// Stable name of an outcome, as it is stored and printed.
pub fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Rewritten => "rewritten",
        Outcome::NothingToChange => "nothing_to_change",
        Outcome::NothingToRewrite => "nothing_to_rewrite",
        Outcome::Cancelled => "cancelled",
    }
}

/// Stable name of a segment's outcome, and its reason in words if it has one.
pub fn segment_outcome(outcome: &SegmentOutcome) -> (&'static str, Option<String>) {
    match outcome {
        SegmentOutcome::Rewritten => ("rewritten", None),
        SegmentOutcome::Unchanged => ("unchanged", None),
        SegmentOutcome::Vetoed { reason } => ("vetoed", Some(reason.to_string())),
        SegmentOutcome::Skipped { reason } => ("skipped", Some(reason.to_string())),
    }
}
