//! Another: other ways to rewrite one segment of an earlier request.

use emend_engine::Candidate;
use emend_text::{Format, Instruction, OwnInstruction, Span, intent};

use crate::app::{App, now};
use crate::verbs::rewrite::RewriteRequest;
use crate::worker::Ask;
use crate::{AppError, Cancel, record};

/// How many alternatives are looked for at a time; as many as fit side by side.
const AT_A_TIME: usize = 4;

/// Other candidates for a segment, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternatives {
    /// The segment, in bytes of the request's text.
    pub segment: Span,
    /// What it says now.
    pub source: String,
    /// The candidates; the ranges of their edits count in `source`.
    pub candidates: Vec<Candidate>,
    /// Added to the id of an edit, it gives the edit's number in the request.
    pub first_edit: i64,
}

impl App {
    /// Other candidates than those already made for segment `segment` of `request`; they are kept like the first
    /// ones. Fewer than wanted, or none, when the model has no other ideas.
    pub async fn another(
        &self,
        request: i64,
        segment: i64,
        cancel: Cancel,
    ) -> Result<Alternatives, AppError> {
        let asked = self.store.requests().get(request).await?;
        let row = self.store.requests().segment(request, segment).await?;
        let known = self.store.candidates().of_segment(request, segment).await?;
        let first_edit = self.store.candidates().next_edit(request).await?;
        let format = if asked.format == "plain" { Format::Plain } else { Format::Markdown };
        let wish = instruction(&asked.instruction_id, &asked.instruction)?;
        let glossary = self.glossary(&[])?;
        let ask = RewriteRequest {
            alternatives: AT_A_TIME,
            // Another seed each time, or asking again would draw the same samples.
            seed: asked.seed.wrapping_add(1 + known.len() as u64),
            ..RewriteRequest::of_text(row.source.clone(), format, wish)
        };
        let ask = Ask::new(ask, glossary).with_dictionary(self.own_dictionary(&[])?);
        let seen = known.into_iter().map(|candidate| candidate.text).collect();
        let (candidates, tiers) = self.model.another(ask, seen, cancel).await?;
        let start = usize::try_from(row.range_start).unwrap_or_default();
        let rows: Vec<_> = candidates
            .iter()
            .map(|candidate| record::candidate_row(candidate, &row.source, start, first_edit, &tiers))
            .collect();
        self.store.candidates().add(request, segment, &rows, now()).await?;
        drop(rows);
        let segment = Span::new(start, start + row.source.len());
        Ok(Alternatives { segment, source: row.source, candidates, first_edit })
    }
}

/// The wish that an earlier request recorded.
pub(crate) fn instruction(id: &str, words: &str) -> Result<Instruction, AppError> {
    if let Some(found) = intent(id) {
        return Ok(Instruction::Intent(found));
    }
    let own = OwnInstruction::new(words).map_err(|error| AppError::Invalid {
        what: "the instruction",
        expected: "an intent or a line of words".into(),
        found: error.to_string(),
    })?;
    Ok(Instruction::Own(own))
}
