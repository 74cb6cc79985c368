//! Learn when idle: whether it is time to train from the person's decisions, or for other work that nobody waits for.

use std::fmt;

use emend_learn::preferences::{PreferenceData, Weighing};

use crate::app::App;
use crate::learning::data_source::DataSource;
use crate::learning::power::{Power, idle, power};
use crate::verbs::train::Train;
use crate::{AppError, Recipe};

/// Texts with a new decision before it is worth a run.
const NEW_TEXTS: usize = 20;
/// What is run: preferences are what reviews leave behind, and this makes most of them where nobody waits
/// (`docs/learning.md`, "Simulated writers").
const RECIPE: &str = "rloo-taste";

/// Why it is not time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDue {
    /// There is too little to learn from.
    TooFew {
        /// Decisions that are missing.
        missing: usize,
    },
    /// Too little is new since the last run.
    NothingNew {
        /// What is new.
        new: usize,
        /// How much must be.
        needed: usize,
    },
    /// The person did not choose that it is done of itself.
    NotChosen,
    /// There is no large model to ask.
    NoLargeTier,
    /// The machine runs on its battery.
    Battery,
    /// Other programs need the machine.
    Busy,
    /// This system does not say where its power comes from, or how busy it is.
    CannotTell,
}

impl fmt::Display for NotDue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { missing } => write!(f, "{missing} more decisions are needed"),
            Self::NothingNew { new, needed } => {
                write!(f, "too little is new since the last time: {new} where {needed} are needed")
            }
            Self::NotChosen => write!(f, "you did not choose it"),
            Self::NoLargeTier => write!(f, "there is no large model to ask"),
            Self::Battery => write!(f, "the machine runs on its battery"),
            Self::Busy => write!(f, "other programs need the machine"),
            Self::CannotTell => write!(f, "this system does not say whether it is idle and on mains"),
        }
    }
}

impl App {
    /// The training that is due now, or why there is none. Whether the person types, the caller knows.
    pub async fn training_due(&self) -> Result<Result<Train, NotDue>, AppError> {
        let preferences = self.preferences(&Weighing::default()).await?;
        if let Err(few) = preferences.enough() {
            return Ok(Err(NotDue::TooFew { missing: few.need - few.have }));
        }
        if let Some((last, _)) = self.runs()?.iter().find(|(run, _)| run.data == DataSource::OwnDecisions) {
            let new = decided_since(&preferences.data, last.created);
            if new < NEW_TEXTS {
                return Ok(Err(NotDue::NothingNew { new, needed: NEW_TEXTS }));
            }
        }
        match is_quiet() {
            Err(reason) => Ok(Err(reason)),
            Ok(()) => Ok(Ok(self.own_training(Recipe::shipped(RECIPE)?).await?)),
        }
    }
}

/// Whether the machine is idle and on mains, or why something that nobody waits for should not begin.
pub(crate) fn is_quiet() -> Result<(), NotDue> {
    match (power(), idle()) {
        (Power::CannotTell, _) | (_, None) => Err(NotDue::CannotTell),
        (Power::Battery, _) => Err(NotDue::Battery),
        (_, Some(false)) => Err(NotDue::Busy),
        (Power::Mains, Some(true)) => Ok(()),
    }
}

/// Texts with a decision after a moment.
fn decided_since(data: &PreferenceData, then: i64) -> usize {
    let demonstrations = data.demonstrations.iter().map(|one| (one.decided, &one.asked));
    let preferences = data.preferences.iter().map(|one| (one.decided, &one.asked));
    let verdicts = data.verdicts.iter().map(|one| (one.decided, &one.asked));
    let all = demonstrations.chain(preferences).chain(verdicts);
    all.filter(|(decided, _)| *decided > then)
        .map(|(_, asked)| asked)
        .collect::<std::collections::HashSet<_>>()
        .len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::tests::{decided, open};

    #[tokio::test]
    async fn a_run_is_due_when_there_is_enough_and_enough_is_new() {
        let (app, _folder) = open().await;
        for n in 0..50 {
            assert_eq!(app.training_due().await.unwrap().unwrap_err(), NotDue::TooFew { missing: 50 - n });
            if n == 2 {
                break;
            }
            decided(&app, &format!("Text {n} of many."), "T").await;
        }
        let data = app.preferences(&Weighing::default()).await.unwrap().data;
        assert_eq!(decided_since(&data, 0), 2);
        assert_eq!(decided_since(&data, crate::app::now() + 1), 0);
    }
}
