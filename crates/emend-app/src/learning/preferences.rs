//! Stored decisions as what a learner reads.

use emend_learn::preferences::{Asked, Candidate, Choice, Decision, Edit, PreferenceData, Record};
use emend_store::tables::decided::Shown;
use emend_text::{Instruction, intent};

use super::texts::{Known, LearnText};
use crate::AppError;
use crate::app::App;
use crate::verbs::instructions::own_instruction;

/// Requests that are read at a time: bounds memory.
const PAGE: i64 = 256;

impl App {
    /// All that was shown and decided about, whole requests at a time, in the store's order.
    pub(crate) async fn each_decided(&self, mut of: impl FnMut(&[Shown])) -> Result<(), AppError> {
        let mut after = 0;
        loop {
            let rows = self.store.decided(after, PAGE).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.request;
            of(&rows);
        }
    }
}

/// One record for each text of the rows, which are in the store's order.
pub(crate) fn records(rows: &[Shown]) -> Vec<Record> {
    rows.chunk_by(|a, b| (a.request, a.segment) == (b.request, b.segment))
        .filter_map(|text| {
            let first = text.first()?;
            let asked = Asked {
                intent: first.instruction_id.clone(),
                instruction: first.instruction.clone(),
                source: first.source.clone(),
            };
            let candidates = text.chunk_by(|a, b| a.candidate == b.candidate);
            let candidates = candidates.map(|rows| Candidate { edits: edits(rows) }).collect();
            Some(Record { asked, candidates })
        })
        .collect()
}

fn edits(rows: &[Shown]) -> Vec<Edit> {
    rows.chunk_by(|a, b| a.edit == b.edit)
        .filter_map(|rows| {
            let first = rows.first()?;
            Some(Edit {
                // A place before the text fits no text; the learner leaves the candidate out and counts it.
                range: offset(first.start)..offset(first.end),
                original: first.original.clone(),
                replacement: first.replacement.clone(),
                decisions: rows.iter().filter_map(decision).collect(),
            })
        })
        .collect()
}

fn offset(stored: i64) -> usize {
    usize::try_from(stored).unwrap_or(usize::MAX)
}

fn decision(row: &Shown) -> Option<Decision> {
    let choice = match row.verdict.as_deref()? {
        "accept" => Choice::Accepted,
        "edited" => Choice::EditedTo(row.final_text.clone()?),
        "another" => Choice::Another,
        // The table knows no fifth.
        _ => Choice::Rejected,
    };
    Some(Decision { choice, decided: row.decided? })
}

/// The data as texts of a run. What was asked in words that no instruction can have is left out.
pub(crate) fn learn_texts(data: &PreferenceData) -> Vec<LearnText> {
    let text = |asked: &Asked, known, weight| {
        Some(LearnText { instruction: instruction(asked)?, source: asked.source.clone(), known, weight })
    };
    let demonstrations = data
        .demonstrations
        .iter()
        .map(|one| text(&one.asked, Known::Rewrite(one.target.clone()), one.weight));
    let preferences = data.preferences.iter().map(|one| {
        let known = Known::Preference { chosen: one.chosen.clone(), rejected: one.rejected.clone() };
        text(&one.asked, known, one.weight)
    });
    let verdicts = data.verdicts.iter().map(|one| {
        let known = Known::Verdict { rewrite: one.rewrite.clone(), accepted: one.accepted };
        text(&one.asked, known, one.weight)
    });
    demonstrations.chain(preferences).chain(verdicts).flatten().collect()
}

/// What was asked. An intent that there is no more was still asked for in words.
pub(crate) fn instruction(asked: &Asked) -> Option<Instruction> {
    match intent(&asked.intent) {
        Some(intent) => Some(Instruction::Intent(intent)),
        None => own_instruction(&asked.instruction).ok().map(Instruction::Own),
    }
}
