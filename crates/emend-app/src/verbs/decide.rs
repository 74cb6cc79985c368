//! Decide: what the person did with each edit. Kept at once, in one transaction.

use emend_store::tables::decisions::{NewDecision, Verdict};

use crate::AppError;
use crate::app::{App, now};

/// Chance with which an edit was shown. Every edit of the best candidate is: nothing is drawn by lot yet.
const SHOWN: f64 = 1.0;

/// One decision about one edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The request that proposed the edit.
    pub request: i64,
    /// The edit's number in it.
    pub edit: i64,
    /// What was decided.
    pub choice: Choice,
}

/// What a person can do with an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Taken as proposed.
    Accept,
    /// Left as it was.
    Reject,
    /// Something else was written in its place.
    EditedTo(String),
    /// Other ways were asked for.
    Another,
}

impl App {
    /// Keeps decisions, all or none.
    pub async fn decide(&self, decisions: &[Decision]) -> Result<(), AppError> {
        let rows: Vec<NewDecision<'_>> = decisions
            .iter()
            .map(|decision| {
                let (verdict, final_text) = match &decision.choice {
                    Choice::Accept => (Verdict::Accept, None),
                    Choice::Reject => (Verdict::Reject, None),
                    Choice::EditedTo(text) => (Verdict::Edited, Some(text.as_str())),
                    Choice::Another => (Verdict::Another, None),
                };
                NewDecision {
                    request: decision.request,
                    edit: decision.edit,
                    propensity: SHOWN,
                    verdict,
                    final_text,
                }
            })
            .collect();
        self.store.decisions().record(&rows, now()).await?;
        Ok(())
    }
}
